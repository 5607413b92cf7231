import type { Alert } from '../../model/alert.ts';
import { isOpen, matchesQuery } from '../alert-query.ts';
import { encodeKey } from '../keys.ts';
import { DEFAULT_PAGE, markOf, positionOf } from '../paging.ts';
import type { AlertQuery, EntityChange, Page } from '../ports.ts';
import type { StorageClients } from './connection.ts';
import { alertColumns, alertKey, alertOf, entityPartition } from './entity-rows.ts';
import type { Row } from './guards.ts';
import { inParallel, PARALLEL_REQUESTS } from './parallel.ts';
import { quoted, type StoredRow, table, transactions, type Write } from './table.ts';
import { invertedTime } from './time-text.ts';

/** How an alert stood before a change: where its index rows are. */
export type AlertBefore = Pick<Alert, 'id' | 'startsAt'> & { readonly open: boolean };

/** Rows written ahead of a commit, to be confirmed after it. */
export interface Prepared {
  readonly standing: readonly { readonly row: Row; readonly etag: string }[];
  readonly leaving: readonly { readonly row: Row; readonly etag: string }[];
}

export interface AlertIndex {
  prepare(
    change: Pick<EntityChange, 'entity' | 'alerts' | 'dropped'>,
    before: ReadonlyMap<string, AlertBefore>,
  ): Promise<Prepared>;
  confirm(prepared: Prepared): Promise<void>;
  list(query: AlertQuery): Promise<Page<Alert>>;
  /** The alert's own row by its id. */
  find(id: string): Promise<Alert | undefined>;
}

const PARTITION = 'alerts';
/** Each alert has a row in `all` and, while pending or firing, one in `open`; within them newest start first. */
const BUCKETS = ['all', 'open'] as const;
type Bucket = (typeof BUCKETS)[number];

const position = (alert: Pick<Alert, 'id' | 'startsAt'>): string =>
  `${invertedTime(alert.startsAt)}!${encodeKey(alert.id)}`;

/**
 * The list of alerts over all entities. It lies in another partition than the alerts, so no transaction spans both, and an alert
 * whose start is corrected moves. Therefore rows are written unconfirmed before the commit, the ones to be left included, and
 * confirmed after it, unless another commit has rewritten them; a reader looks an unconfirmed row up at the alert itself. So a
 * process killed anywhere, or a commit that lost, shows neither a ghost nor an alert twice, and a list is one query.
 */
export function tableAlertIndex(clients: StorageClients): AlertIndex {
  const index = table(clients, 'alertindex');
  const entities = table(clients, 'entities');

  /** The alert an unconfirmed row is about, if it stands and its place is here. */
  async function lookUp(row: StoredRow): Promise<Alert | undefined> {
    const alert = await own(row);
    return alert && rowKeysOf({ ...alert, open: isOpen(alert) }).includes(row.rowKey) ? alert : undefined;
  }

  async function own(row: StoredRow): Promise<Alert | undefined> {
    const { entity, alert } = row;
    if (typeof entity !== 'string' || typeof alert !== 'string') return undefined;
    const found = await entities.get('alert.read', entity, alert);
    return found && alertOf(found);
  }

  return {
    async prepare({ entity, alerts, dropped }, before) {
      const rows = [
        ...alerts.flatMap((alert) => changedRows(alert, before.get(alert.id))),
        ...dropped.flatMap((id) => droppedRows(entityPartition(entity), before.get(id))),
      ];
      const byKey = new Map(rows.map((one) => [one.row.rowKey, one]));
      const writes = [...byKey.values()].map(({ row }): Write => ({ act: 'upsert', row }));
      const etags = await inParallel(PARALLEL_REQUESTS, transactions(writes), async (slice) => {
        const written = await index.write('alert-index.prepare', slice);
        return 'conflict' in written ? slice.map(() => '') : written.etags;
      });
      const prepared = [...byKey.values()].map((one, at) => ({ ...one, etag: etags.flat()[at] ?? '' }));
      return {
        standing: prepared.filter(({ row, leaves }) => !leaves && !row.rowKey.startsWith('id!')),
        leaving: prepared.filter(({ leaves }) => leaves),
      };
    },

    async confirm({ standing, leaving }) {
      const confirmed = standing.map(({ row: { partitionKey, rowKey }, etag }): Write => {
        return { act: 'merge', row: { partitionKey, rowKey, unconfirmed: false }, etag };
      });
      await inParallel(PARALLEL_REQUESTS, transactions(confirmed), (slice) =>
        index.write('alert-index.confirm', slice),
      );
      // One by one: a delete within a transaction takes no etag.
      await inParallel(PARALLEL_REQUESTS, leaving, ({ row, etag }) =>
        index.remove('alert-index.confirm', { partitionKey: row.partitionKey, rowKey: row.rowKey, etag }),
      );
    },

    async list(query) {
      const limit = query.limit ?? DEFAULT_PAGE;
      const bucket: Bucket =
        query.open === true || query.state === 'pending' || query.state === 'firing' ? 'open' : 'all';
      const found: { alert: Alert; at: string }[] = [];
      const pages = index.pages('alert-index.list', filterOf(bucket, query), { pageSize: Math.min(limit + 1, 1000) });
      for await (const page of pages) {
        const alerts = await inParallel(PARALLEL_REQUESTS, page, (row) =>
          row['unconfirmed'] === true ? lookUp(row) : Promise.resolve(alertOf(row)),
        );
        for (const alert of alerts) {
          if (alert && matchesQuery(alert, query)) found.push({ alert, at: position(alert) });
        }
        if (found.length > limit) break;
      }
      const shown = found.slice(0, limit);
      const last = shown.at(-1);
      const items = shown.map(({ alert }) => alert);
      return last === undefined || found.length <= limit ? { items } : { items, next: markOf(last.at) };
    },

    async find(id) {
      const row = await index.get('alert-index.find', PARTITION, idKey(id));
      return row && own(row);
    },
  };
}

interface ChangedRow {
  readonly row: Row;
  readonly leaves: boolean;
}

/** What an alert's change does to the index, all of it unconfirmed. */
function changedRows(alert: Alert, before: AlertBefore | undefined): ChangedRow[] {
  const entity = entityPartition(alert.entity);
  const columns = { ...alertColumns(alert), entity, alert: alertKey(alert.id), unconfirmed: true };
  const now = rowKeysOf({ ...alert, open: isOpen(alert) });
  const old = before ? rowKeysOf(before).filter((rowKey) => !now.includes(rowKey)) : [];
  return [
    ...now.map((rowKey) => ({ row: { partitionKey: PARTITION, rowKey, ...columns }, leaves: false })),
    ...old.map((rowKey) => ({ row: { partitionKey: PARTITION, rowKey, ...columns }, leaves: true })),
    ...(before
      ? []
      : [
          {
            row: { partitionKey: PARTITION, rowKey: idKey(alert.id), entity, alert: alertKey(alert.id) },
            leaves: false,
          },
        ]),
  ];
}

/** A dropped alert leaves every place it had. Until it is gone, readers look it up. */
function droppedRows(entity: string, before: AlertBefore | undefined): ChangedRow[] {
  if (before === undefined) return [];
  const rowKeys = [...rowKeysOf(before), idKey(before.id)];
  return rowKeys.map((rowKey) => {
    return {
      row: { partitionKey: PARTITION, rowKey, entity, alert: alertKey(before.id), unconfirmed: true },
      leaves: true,
    };
  });
}

const idKey = (id: string): string => `id!${encodeKey(id)}`;

const rowKeysOf = (alert: AlertBefore): string[] =>
  BUCKETS.filter((bucket) => bucket === 'all' || alert.open).map((bucket) => `${bucket}!${position(alert)}`);

/** Unconfirmed rows pass whatever they say: their alert may say something else. */
function filterOf(bucket: Bucket, query: AlertQuery): string {
  const from = query.startsBefore === undefined ? '' : invertedTime(query.startsBefore);
  const to = query.startsAfter === undefined ? `${bucket}"` : `${bucket}!${invertedTime(query.startsAfter)}`;
  const conditions = [
    ...(query.open === false ? ['open eq false'] : []),
    ...(query.rule === undefined ? [] : [`rule eq ${quoted(query.rule)}`]),
    ...(query.severity === undefined ? [] : [`severity eq ${quoted(query.severity)}`]),
    ...(query.state === undefined ? [] : [`state eq ${quoted(query.state)}`]),
  ].join(' and ');
  return [
    `PartitionKey eq ${quoted(PARTITION)}`,
    `RowKey ge ${quoted(`${bucket}!${from}`)} and RowKey lt ${quoted(to)}`,
    ...(query.after === undefined ? [] : [`RowKey gt ${quoted(`${bucket}!${positionOf(query.after)}`)}`]),
    ...(conditions === '' ? [] : [`(unconfirmed eq true or (${conditions}))`]),
  ].join(' and ');
}
