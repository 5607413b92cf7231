import type { EntityRef } from '../../model/entity.ts';
import { compareFacts } from '../../model/fact.ts';
import type { Millis } from '../../model/time.ts';
import { monthOf, monthsBetween, oldestKept } from '../fact-month.ts';
import { encodeKey } from '../keys.ts';
import type { FactStore, StoredFact } from '../ports.ts';
import type { StorageClients } from './connection.ts';
import { orEmpty } from './ensure.ts';
import { packJson, unpackJson } from './json-columns.ts';
import { inParallel, PARALLEL_REQUESTS } from './parallel.ts';
import { quoted, type StoredRow, table, transactions, type Write } from './table.ts';
import { timeText } from './time-text.ts';

/** Up to so many months a read asks each table, which costs nothing when it is missing; beyond, it asks which there are. */
const monthsAskedBlindly = 4;

/**
 * Facts in one table a month of event time, `facts202611`. PartitionKey `kind!key!day`, RowKey `time!id`: the rank that orders
 * facts of one tick is no part of it, or a rule's new rank would store an old fact a second time. A day of an entity is one
 * transaction per 100 facts; writing a fact again replaces it.
 */
export function tableFacts(
  clients: StorageClients,
): FactStore & { dropOlderThan(now: Millis, months: number): Promise<void> } {
  const monthTable = (month: string) => table(clients, `facts${month}`);

  async function existingMonths(): Promise<readonly string[]> {
    const start = `${clients.prefix}facts`;
    const filter = `TableName ge ${quoted(start)} and TableName lt ${quoted(`${start}a`)}`;
    const tables = await clients.tables();
    const months: string[] = [];
    const listing = clients.requests.pages('facts.months', (options) =>
      tables.listTables({ ...options, queryOptions: { filter } }).byPage(),
    );
    for await (const page of listing) months.push(...page.map(({ name = '' }) => name.slice(start.length)));
    return months.filter((month) => /^\d{6}$/.test(month));
  }

  return {
    async put(facts) {
      const slices = [...partitionsOf(facts)].flatMap(([, { month, writes }]) =>
        transactions([...writes.values()]).map((slice) => ({ month, slice })),
      );
      await inParallel(PARALLEL_REQUESTS, slices, ({ month, slice }) => monthTable(month).write('facts.write', slice));
    },
    async read(entity, after, until) {
      // Whole milliseconds: whatever falls in the one of `after` is outside, in the one of `until` inside.
      const [from, before] = [timeText(after + 1), timeText(until + 1)];
      if (from >= before) return [];
      const filter = [
        `PartitionKey ge ${quoted(partitionKey(entity, from))} and PartitionKey le ${quoted(partitionKey(entity, before))}`,
        `RowKey ge ${quoted(from)} and RowKey lt ${quoted(before)}`,
      ].join(' and ');
      const [first, last] = [monthOf(from), monthOf(before)];
      const months =
        monthsBetween(first, last, monthsAskedBlindly) ??
        (await existingMonths()).filter((month) => month >= first && month <= last);
      const found = await inParallel(PARALLEL_REQUESTS, months, (month) =>
        monthTable(month).query('facts.read', filter),
      );
      const facts = found.flat().map(factOf);
      clients.requests.operations.badRows += facts.filter((fact) => fact === undefined).length;
      return facts.filter((fact) => fact !== undefined).sort((a, b) => compareFacts(a.fact, b.fact));
    },
    async dropOlderThan(now, months) {
      const oldest = oldestKept(now, months);
      const old = (await existingMonths()).filter((month) => month < oldest);
      const tables = await clients.tables();
      const drop = (month: string) =>
        clients.requests.ask('facts.drop', (options) => tables.deleteTable(`${clients.prefix}facts${month}`, options));
      await inParallel(PARALLEL_REQUESTS, old, (month) => orEmpty(() => drop(month), undefined));
    },
  };
}

/** Writes by partition, each fact once: the last one said. */
function partitionsOf(facts: readonly StoredFact[]): Map<string, { month: string; writes: Map<string, Write> }> {
  const partitions = new Map<string, { month: string; writes: Map<string, Write> }>();
  for (const stored of facts) {
    const { entity, time, id } = stored.fact;
    const key = partitionKey(entity, time);
    const partition = partitions.get(key) ?? { month: monthOf(time), writes: new Map<string, Write>() };
    partitions.set(key, partition);
    const rowKey = `${time}!${encodeKey(id)}`;
    const row = { partitionKey: key, rowKey, ...packJson(stored) };
    partition.writes.set(rowKey, { act: 'upsert', row });
  }
  return partitions;
}

const partitionKey = (entity: EntityRef, time: string): string =>
  `${entity.kind}!${encodeKey(entity.key)}!${time.slice(0, 10)}`;

function factOf(row: StoredRow): StoredFact | undefined {
  const stored = unpackJson(row);
  const isFact = typeof stored === 'object' && stored !== null && 'fact' in stored;
  return isFact ? (stored as unknown as StoredFact) : undefined;
}
