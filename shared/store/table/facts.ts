import type { EntityRef } from '../../model/entity.ts';
import { compareFacts, digest } from '../../model/fact.ts';
import type { Millis } from '../../model/time.ts';
import { monthOf, monthsBetween, oldestKept } from '../fact-month.ts';
import { encodeKey } from '../keys.ts';
import type { FactStore, StoredFact } from '../ports.ts';
import type { StorageClients } from './connection.ts';
import { orEmpty } from './ensure.ts';
import type { Row } from './guards.ts';
import { packJson, unpackJson } from './json-columns.ts';
import { inParallel, PARALLEL_REQUESTS } from './parallel.ts';
import { quoted, type StoredRow, table, transactions, type Write } from './table.ts';
import { timeText } from './time-text.ts';

/** Up to so many months a read asks each table, which costs nothing when it is missing; beyond, it asks which there are. */
const monthsAskedBlindly = 4;

/** What one row holds at most: facts, and characters of their JSON, which also deflated stay far below a row's limit. */
const PACK = { facts: 500, characters: 512 * 1024 } as const;

/**
 * Facts in one table a month of event time, `facts202611`. PartitionKey `kind!key!day`, RowKey `time!id`: the rank that orders
 * facts of one tick is no part of it, or a rule's new rank would store an old fact a second time. What a call brings of an entity
 * within ten minutes shares one row, keyed by its first fact's time and all ids: the same facts again are the same row. In other
 * company a fact may lie in two rows; read, it is one, as it was said last.
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
      const slices = [...partitionsOf(facts)].flatMap(([partitionKey, { month, blocks }]) => {
        const packs = [...blocks.values()].flatMap((block) => packsOf([...block.values()]));
        const writes = packs.map((pack): Write => ({ act: 'upsert', row: rowOf(partitionKey, pack) }));
        return transactions(writes).map((slice) => ({ month, slice }));
      });
      await inParallel(PARALLEL_REQUESTS, slices, ({ month, slice }) => monthTable(month).write('facts.write', slice));
    },
    async read(entity, after, until) {
      // Whole milliseconds: whatever falls in the one of `after` is outside, in the one of `until` inside.
      const [from, before] = [timeText(after + 1), timeText(until + 1)];
      if (from >= before) return [];
      const filter = [
        `PartitionKey ge ${quoted(partitionKey(entity, from))} and PartitionKey le ${quoted(partitionKey(entity, before))}`,
        `RowKey ge ${quoted(blockOf(from))} and RowKey lt ${quoted(before)}`,
      ].join(' and ');
      const [first, last] = [monthOf(from), monthOf(before)];
      const months =
        monthsBetween(first, last, monthsAskedBlindly) ??
        (await existingMonths()).filter((month) => month >= first && month <= last);
      const found = await inParallel(PARALLEL_REQUESTS, months, (month) =>
        monthTable(month).query('facts.read', filter),
      );
      const packs = found.flat().map((row) => ({ row, facts: factsOf(row) }));
      clients.requests.operations.badRows += packs.filter(({ facts }) => facts === undefined).length;
      return lastSaid(packs).filter(({ fact }) => fact.time >= from && fact.time < before);
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

/** Facts by partition, and within it by ten minutes and id: the last one said. */
function partitionsOf(facts: readonly StoredFact[]) {
  const partitions = new Map<string, { month: string; blocks: Map<string, Map<string, StoredFact>> }>();
  for (const stored of facts) {
    const { entity, time, id } = stored.fact;
    const key = partitionKey(entity, time);
    const partition = partitions.get(key) ?? {
      month: monthOf(time),
      blocks: new Map<string, Map<string, StoredFact>>(),
    };
    partitions.set(key, partition);
    const block = partition.blocks.get(blockOf(time)) ?? new Map<string, StoredFact>();
    partition.blocks.set(blockOf(time), block);
    block.set(id, stored);
  }
  return partitions;
}

/** The ten minutes that a time is in: the beginning of its text, which sorts before every time within. */
const blockOf = (time: string): string => time.slice(0, '2026-11-22T09:0'.length);

/** Cut in event-time order, so that the same facts make the same rows. */
function packsOf(facts: readonly StoredFact[]): StoredFact[][] {
  const packs: StoredFact[][] = [];
  let characters = 0;
  for (const stored of facts.toSorted((a, b) => compareFacts(a.fact, b.fact))) {
    const length = JSON.stringify(stored).length;
    const pack = packs.at(-1);
    if (pack !== undefined && pack.length < PACK.facts && characters + length <= PACK.characters) {
      pack.push(stored);
      characters += length;
    } else {
      packs.push([stored]);
      characters = length;
    }
  }
  return packs;
}

function rowOf(partitionKey: string, pack: readonly StoredFact[]): Row {
  const [first] = pack;
  if (!first) throw new Error('expected a fact');
  const id = pack.length === 1 ? first.fact.id : digest(pack.map(({ fact }) => fact.id));
  const rowKey = `${first.fact.time}!${encodeKey(id)}`;
  return { partitionKey, rowKey, ...packJson(pack.length === 1 ? first : pack) };
}

const partitionKey = (entity: EntityRef, time: string): string =>
  `${entity.kind}!${encodeKey(entity.key)}!${time.slice(0, 10)}`;

/** A row's facts; undefined for a damaged row. */
function factsOf(row: StoredRow): readonly StoredFact[] | undefined {
  const stored = unpackJson(row);
  const facts = Array.isArray(stored) ? stored : [stored];
  const areFacts = facts.every((one) => typeof one === 'object' && one !== null && 'fact' in one);
  return areFacts ? (facts as unknown as readonly StoredFact[]) : undefined;
}

/** Each fact once, in order: as it arrived last, and of those at once as it was written last. */
function lastSaid(packs: readonly { readonly row: StoredRow; readonly facts: readonly StoredFact[] | undefined }[]) {
  const said = new Map<string, StoredFact>();
  for (const { facts = [] } of packs.toSorted((a, b) => (writtenAt(a.row) < writtenAt(b.row) ? -1 : 1))) {
    for (const stored of facts) {
      const other = said.get(stored.fact.id);
      if (other === undefined || other.arrivedAt <= stored.arrivedAt) said.set(stored.fact.id, stored);
    }
  }
  return [...said.values()].sort((a, b) => compareFacts(a.fact, b.fact));
}

const writtenAt = ({ timestamp }: StoredRow): string => (typeof timestamp === 'string' ? timestamp : '');
