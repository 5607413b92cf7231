import type { EntityKind } from '../../model/entity.ts';
import { encodeKey, prefixRange } from '../keys.ts';
import { DEFAULT_PAGE, markOf, positionOf } from '../paging.ts';
import type { EntityStore, EntitySummary } from '../ports.ts';
import type { StorageClients } from './connection.ts';
import { packJson, unpackJson } from './json-columns.ts';
import { quoted, type StoredRow, table } from './table.ts';

const BY_KEY = 'key!';
const BY_SLUG = 'slug!';

type EntityIndex = Pick<EntityStore, 'list' | 'bySlug'> & { write(summary: EntitySummary): Promise<void> };

/** The lists of entities: PartitionKey is the kind, and each summary is there twice, by key and by slug. Rebuildable. */
export function tableEntityIndex(clients: StorageClients): EntityIndex {
  const index = table(clients, 'entityindex');
  return {
    async write(summary) {
      const partitionKey = summary.entity.kind;
      const columns = packJson(summary);
      await index.write('entity-index.write', [
        { act: 'upsert', row: { partitionKey, rowKey: `${BY_KEY}${encodeKey(summary.entity.key)}`, ...columns } },
        { act: 'upsert', row: { partitionKey, rowKey: `${BY_SLUG}${encodeKey(summary.slug)}`, ...columns } },
      ]);
    },
    async list(kind, options = {}) {
      const limit = options.limit ?? DEFAULT_PAGE;
      const { from, to } = prefixRange(BY_KEY, options.keyPrefix ?? '');
      const filter = [
        `PartitionKey eq ${quoted(kind)} and RowKey ge ${quoted(from)} and RowKey lt ${quoted(to)}`,
        ...(options.after === undefined ? [] : [`RowKey gt ${quoted(BY_KEY + positionOf(options.after))}`]),
      ].join(' and ');
      const rows: StoredRow[] = [];
      const isAsked = (row: StoredRow) => hasPrefix(row, options.keyPrefix);
      for await (const page of index.pages('entity-index.list', filter, { pageSize: Math.min(limit + 1, 1000) })) {
        rows.push(...page.filter(isAsked));
        if (rows.length > limit) break;
      }
      const shown = rows.slice(0, limit);
      const items = shown.map(summaryOf).filter((summary) => summary !== undefined);
      const last = shown.at(-1);
      return last === undefined || rows.length <= limit
        ? { items }
        : { items, next: markOf(last.rowKey.slice(BY_KEY.length)) };
    },
    async bySlug(kind: EntityKind, slug: string) {
      const row = await index.get('entity-index.slug', kind, `${BY_SLUG}${encodeKey(slug)}`);
      return row && summaryOf(row);
    },
  };
}

/** A shortened key matches the range of a prefix longer than itself; its summary has the whole key. */
function hasPrefix(row: StoredRow, prefix: string | undefined): boolean {
  return (
    prefix === undefined || (summaryOf(row)?.entity.key.normalize('NFC').startsWith(prefix.normalize('NFC')) ?? false)
  );
}

function summaryOf(row: StoredRow): EntitySummary | undefined {
  const summary = unpackJson(row);
  const isSummary = typeof summary === 'object' && summary !== null && 'slug' in summary;
  return isSummary ? (summary as unknown as EntitySummary) : undefined;
}
