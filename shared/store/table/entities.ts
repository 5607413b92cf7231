import type { Millis } from '../../model/time.ts';
import { compareAlerts, isOpen, matchesQuery } from '../alert-query.ts';
import { encodeKey } from '../keys.ts';
import { pageOf } from '../paging.ts';
import { type EntityChange, type EntityStore, StoreUnavailable } from '../ports.ts';
import { type AlertBefore, tableAlertIndex } from './alert-index.ts';
import type { StorageClients } from './connection.ts';
import { tableEntityIndex } from './entity-index.ts';
import { ALERTS, alertKey, alertOf, alertRow, entityPartition, HEAD, OWED, owedRow } from './entity-rows.ts';
import type { Row } from './guards.ts';
import { packJson, unpackJson } from './json-columns.ts';
import { quoted, type StoredRow, table, transactions, type Write } from './table.ts';
import { invertedTime, timeText } from './time-text.ts';

/** Entities whose alerts, as last read, a process keeps in mind for its commit. */
const remembered = 2_000;

/** Heads and alerts of entities, guarded by the head's etag; `entityindex` and `alertindex` are the lists beside them. */
export function tableEntities(clients: StorageClients): EntityStore {
  const entities = table(clients, 'entities');
  const entityIndex = tableEntityIndex(clients);
  const alertIndex = tableAlertIndex(clients);
  const lastRead = new Map<string, { etag: string; alerts: Map<string, AlertBefore> }>();

  const alertsOf = (rows: readonly StoredRow[]) => {
    const alerts = rows.map(alertOf);
    clients.requests.operations.badRows += alerts.filter((alert) => alert === undefined).length;
    return alerts.filter((alert) => alert !== undefined);
  };

  /** How the change's alerts stand in storage: as read with the head, or else asked for. */
  async function alertsBefore(change: EntityChange): Promise<Map<string, AlertBefore>> {
    const ids = [...change.alerts.map(({ id }) => id), ...change.dropped];
    const partition = entityPartition(change.entity);
    const read = lastRead.get(partition);
    const known = new Map(read?.etag === change.etag ? read?.alerts : []);
    const unknown = ids
      .filter((id) => !known.has(id))
      .map(alertKey)
      .sort();
    if (unknown.length === 0 || change.etag === undefined) return known;
    const range = `RowKey ge ${quoted(unknown[0] ?? '')} and RowKey le ${quoted(unknown.at(-1) ?? '')}`;
    const rows = await entities.query('alert.known', `PartitionKey eq ${quoted(partition)} and ${range}`);
    for (const alert of alertsOf(rows))
      known.set(alert.id, { id: alert.id, startsAt: alert.startsAt, open: isOpen(alert) });
    return known;
  }

  /** Rows of owed notifications that are there already. */
  async function knownOwed(partition: string): Promise<ReadonlySet<string>> {
    const filter = `PartitionKey eq ${quoted(partition)} and (RowKey eq ${quoted(HEAD)} or RowKey ge ${quoted(OWED.from)})`;
    const rows = await entities.query('outbox.known', filter, { columns: ['state'] });
    return new Set(rows.map((row) => row.rowKey));
  }

  async function writeRows(
    change: EntityChange,
    before: ReadonlyMap<string, AlertBefore>,
  ): Promise<'committed' | 'conflict'> {
    const partitionKey = entityPartition(change.entity);
    let rows = rowsOf(change, before);
    let etag = change.etag;
    while (true) {
      const head = { partitionKey, rowKey: HEAD, dirty: false, ...packJson(change.head) };
      const [slice = [], ...rest] = transactions([headWrite(head, etag), ...rows]);
      const isLast = rest.length === 0;
      const marker = { partitionKey, rowKey: HEAD, dirty: true };
      const writes = isLast ? slice : [headWrite(marker, etag, 'merge'), ...rows.slice(0, slice.length - 1)];
      const written = await entities.write('entity.commit', writes);
      if (!('conflict' in written)) {
        if (isLast) return 'committed';
        etag = written.etags[0] ?? '';
        rows = rows.slice(writes.length - 1);
        continue;
      }
      if (written.conflict !== 'exists') return 'conflict';
      // A row to be created was there: the head, and somebody was faster; or what an earlier, cut off commit already owed.
      const known = await knownOwed(partitionKey);
      const missing = rows.filter(({ act, row }) => act !== 'create' || !known.has(row.rowKey));
      if ((etag === undefined && known.has(HEAD)) || missing.length === rows.length) return 'conflict';
      rows = missing;
    }
  }

  return {
    async read(entity, endedSince: Millis) {
      const partition = entityPartition(entity);
      const filter = [
        `PartitionKey eq ${quoted(partition)} and RowKey lt ${quoted(OWED.from)}`,
        `(RowKey eq ${quoted(HEAD)} or open eq true or endsAt ge ${quoted(timeText(endedSince))})`,
      ].join(' and ');
      const rows = await entities.query('entity.read', filter);
      const head = rows.find((row) => row.rowKey === HEAD);
      if (head === undefined) return undefined;
      const alerts = alertsOf(rows.filter((row) => row.rowKey !== HEAD));
      if (lastRead.size >= remembered) lastRead.clear();
      const stood = alerts.map(
        ({ id, startsAt, state }) => [id, { id, startsAt, open: state !== 'resolved' }] as const,
      );
      lastRead.set(partition, { etag: head.etag, alerts: new Map(stood) });
      return { etag: head.etag, head: unpackJson(head) ?? null, alerts };
    },
    async commit(change) {
      const before = await alertsBefore(change);
      const [, prepared] = await Promise.all([entityIndex.write(change.summary), alertIndex.prepare(change, before)]);
      const outcome = await writeRows(change, before);
      lastRead.delete(entityPartition(change.entity));
      if (outcome === 'committed') await alertIndex.confirm(prepared).catch(ignoreUnavailable);
      return outcome;
    },
    list: entityIndex.list,
    bySlug: entityIndex.bySlug,
    async alerts(query) {
      if (query.entity === undefined) return alertIndex.list(query);
      const filter = [
        `PartitionKey eq ${quoted(entityPartition(query.entity))}`,
        `RowKey ge ${quoted(ALERTS.from)} and RowKey lt ${quoted(ALERTS.to)}`,
      ].join(' and ');
      const alerts = alertsOf(await entities.query('alert.of-entity', filter));
      const asked = alerts.filter((alert) => matchesQuery(alert, query)).sort(compareAlerts);
      return pageOf(asked, (alert) => `${invertedTime(alert.startsAt)}!${encodeKey(alert.id)}`, query);
    },
    alert: alertIndex.find,
  };
}

/** A new head must not exist yet; a known one must be the one that was read. */
const headWrite = (row: Row, etag: string | undefined, act: 'replace' | 'merge' = 'replace'): Write =>
  etag === undefined ? { act: 'create', row } : { act, row, etag };

/** Never an alert before what it owes: cut off between the two, it would say it was told and nobody would tell. */
function rowsOf(change: EntityChange, before: ReadonlyMap<string, AlertBefore>): Write[] {
  const isOf = (id: string) => (owed: { alertId: string }) => owed.alertId === id;
  const changed = new Set(change.alerts.map(({ id }) => id));
  const create = (owed: EntityChange['owed']) => owed.map((one): Write => ({ act: 'create', row: owedRow(one) }));
  const partitionKey = entityPartition(change.entity);
  return [
    ...create(change.owed.filter(({ alertId }) => !changed.has(alertId))),
    ...change.alerts.flatMap((alert): Write[] => [
      ...create(change.owed.filter(isOf(alert.id))),
      { act: 'upsert', row: alertRow(alert) },
    ]),
    ...change.dropped
      .filter((id) => before.has(id))
      .map((id): Write => ({ act: 'delete', row: { partitionKey, rowKey: alertKey(id) } })),
  ];
}

/** The commit stands; rows left unconfirmed are right, only dearer to read. */
function ignoreUnavailable(error: unknown): void {
  if (!(error instanceof StoreUnavailable)) throw error;
}
