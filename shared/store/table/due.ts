import { createHash } from 'node:crypto';
import { entityId } from '../../model/entity.ts';
import { MINUTE } from '../../model/time.ts';
import { encodeKey } from '../keys.ts';
import type { DueItem, DueStore } from '../ports.ts';
import type { StorageClients } from './connection.ts';
import { packJson, unpackJson } from './json-columns.ts';
import { inParallel, PARALLEL_REQUESTS } from './parallel.ts';
import { quoted, type StoredRow, table, transactions, type Write } from './table.ts';
import { timeText } from './time-text.ts';

const SHARDS = 16;
/** Rows whose shard a process keeps in mind, so that `done` need not look for them. */
const remembered = 20_000;

/**
 * Due rows: PartitionKey `minute!shard`, RowKey `time!kind!entity!name`. One call takes one shard, so that what it schedules for
 * a minute is one transaction, while many callers spread over 16 partitions.
 */
export function tableDue(clients: StorageClients): DueStore {
  const due = table(clients, 'due');
  const partitions = new Map<string, Set<string>>();
  let calls = 0;

  const remember = (rowKey: string, partition: string) => {
    if (partitions.size >= remembered) partitions.clear();
    partitions.set(rowKey, (partitions.get(rowKey) ?? new Set()).add(partition));
  };

  async function remove(partition: string, rowKeys: readonly string[]): Promise<void> {
    const deletes = rowKeys.map((rowKey): Write => ({ act: 'delete', row: { partitionKey: partition, rowKey } }));
    for (const slice of transactions(deletes)) {
      const written = await due.write('due.done', slice);
      if (!('conflict' in written)) continue;
      // Some are gone already: done twice is done, but the others must go.
      await inParallel(PARALLEL_REQUESTS, slice, ({ row }) =>
        due.remove('due.done', { partitionKey: row.partitionKey, rowKey: row.rowKey, etag: '*' }),
      );
    }
  }

  return {
    async schedule(items) {
      calls += 1;
      const shard = shardOf(items, calls);
      const byMinute = Map.groupBy(items, ({ at }) => minuteOf(at));
      const slices = [...byMinute].flatMap(([minute, ofMinute]) => {
        const partitionKey = `${minute}!${shard}`;
        const rows = new Map(ofMinute.map((item) => [rowKeyOf(item), { partitionKey, ...rowOf(item) }]));
        return transactions([...rows.values()].map((row): Write => ({ act: 'upsert', row })));
      });
      await inParallel(PARALLEL_REQUESTS, slices, (slice) => due.write('due.schedule', slice));
      for (const { row } of slices.flat()) remember(row.rowKey, row.partitionKey);
    },

    async due(now, limit) {
      if (limit <= 0) return [];
      // "!~" lies behind every shard of the minute.
      const filter = `PartitionKey le ${quoted(`${minuteOf(now)}!~`)} and RowKey lt ${quoted(timeText(now + 1))}`;
      const found = new Map<string, DueItem>();
      let lastMinute = '';
      for await (const page of due.pages('due.read', filter)) {
        for (const row of page) {
          const [minute = ''] = row.partitionKey.split('!');
          // Within a minute the shards are not in order, so that a limit holds from one minute to the next only.
          if (found.size >= limit && minute !== lastMinute) return oldest(found, limit);
          lastMinute = minute;
          const item = itemOf(row);
          if (item === undefined) clients.requests.operations.badRows += 1;
          else found.set(row.rowKey, item);
          remember(row.rowKey, row.partitionKey);
        }
      }
      return oldest(found, limit);
    },

    async done(items) {
      const rowKeys = new Map(items.map((item) => [rowKeyOf(item), minuteOf(item.at)]));
      const doomed: { partition: string; rowKey: string }[] = [];
      const unknown = new Map<string, Set<string>>();
      for (const [rowKey, minute] of rowKeys) {
        for (const partition of partitions.get(rowKey) ?? []) doomed.push({ partition, rowKey });
        if (!partitions.has(rowKey)) unknown.set(minute, (unknown.get(minute) ?? new Set()).add(rowKey));
      }
      // Scheduled and read by other processes: look through the minute's shards.
      for (const [minute, sought] of unknown) {
        const filter = `PartitionKey ge ${quoted(`${minute}!`)} and PartitionKey le ${quoted(`${minute}!~`)}`;
        for (const row of await due.query('due.find', filter, { columns: [] })) {
          if (sought.has(row.rowKey)) doomed.push({ partition: row.partitionKey, rowKey: row.rowKey });
        }
      }
      const byPartition = [...Map.groupBy(doomed, ({ partition }) => partition)];
      await inParallel(PARALLEL_REQUESTS, byPartition, ([partition, rows]) =>
        remove(
          partition,
          rows.map(({ rowKey }) => rowKey),
        ),
      );
      for (const rowKey of rowKeys.keys()) partitions.delete(rowKey);
    },
  };
}

/** Another shard for each call and each process, without a random number. */
function shardOf(items: readonly DueItem[], call: number): string {
  const first = items[0];
  const hash = createHash('sha256')
    .update(`${process.pid} ${call} ${first ? entityId(first.entity) : ''}`)
    .digest();
  return String((hash[0] ?? 0) % SHARDS).padStart(2, '0');
}

const minuteOf = (at: number): string => timeText(Math.floor(at / MINUTE) * MINUTE).slice(0, 16);

function rowKeyOf({ entity, at, kind, owedId, guarded }: DueItem): string {
  const key = `${timeText(at)}!${kind}!${entity.kind}.${encodeKey(entity.key)}`;
  const name = owedId ?? guarded;
  return name === undefined ? key : `${key}!${encodeKey(name)}`;
}

const rowOf = (item: DueItem) => ({ rowKey: rowKeyOf(item), ...packJson(item) });

function itemOf(row: StoredRow): DueItem | undefined {
  const item = unpackJson(row);
  const isItem = typeof item === 'object' && item !== null && 'entity' in item && 'at' in item;
  return isItem ? (item as unknown as DueItem) : undefined;
}

const oldest = (found: ReadonlyMap<string, DueItem>, limit: number): DueItem[] =>
  [...found.values()].sort((a, b) => a.at - b.at).slice(0, limit);
