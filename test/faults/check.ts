import assert from 'node:assert/strict';
import { ENTITY_KINDS } from '../../shared/model/entity.ts';
import { type Fact, factMillis } from '../../shared/model/fact.ts';
import { fingerprintOf } from '../../shared/model/finding.ts';
import { cursorSchema } from '../../shared/pipeline/cursor.ts';
import { partitionSchema } from '../../shared/pipeline/partition.ts';
import type { DeadLetter, Owed, Page, Store } from '../../shared/store/ports.ts';
import { analyzed } from '../flow/world.ts';
import type { CountingReceiver } from './receiver.ts';
import type { Unit } from './records.ts';

/** What must be the same however a run was disturbed: alerts and what was told of each, with times from the run's base on. */
export interface Outcome {
  readonly alerts: readonly string[];
  readonly notifications: readonly string[];
}

export interface AlertAnswer {
  readonly id: string;
  readonly rule: string;
  readonly severity: string;
  readonly state: string;
  readonly startsAt: string;
  readonly endsAt: string | null;
  readonly endedBy: string | null;
  readonly labels: Readonly<Record<string, string>>;
}

/** The outcome so far. Alerts that were disproved are left out; that one was told is a difference all the same. */
export function outcomeOf(alerts: readonly AlertAnswer[], { received }: CountingReceiver, base: number): Outcome {
  const names = new Map(alerts.map((alert) => [alert.id, nameOf(alert, base)]));
  const news = new Map(received.map((one) => [one.id, one]));
  return {
    alerts: alerts
      .filter(({ endedBy }) => endedBy !== 'disproved')
      .map((alert) => `${nameOf(alert, base)} ${alert.severity} ${alert.state} ${sinceBase(alert.endsAt, base)}`)
      .sort(),
    notifications: [...news.values()]
      .map(({ alertId, rule, entity, ordinal, reason, state, severity }) =>
        [names.get(alertId) ?? `unknown ${rule} ${entity}`, ordinal, reason, state, severity].join(' '),
      )
      .sort(),
  };
}

const nameOf = ({ rule, labels, startsAt }: AlertAnswer, base: number): string =>
  [
    sinceBase(startsAt, base),
    rule,
    ...Object.entries(labels)
      .sort()
      .map(([, label]) => label.split('/').at(-1)),
  ].join(' ');

const sinceBase = (time: string | null, base: number): string =>
  time === null ? 'lasts' : `${(Date.parse(time) - base) / 1_000} s`;

/** Throws unless the alerts are those that `analyze` finds now in the same lines. */
export async function checkAnalysis(alerts: readonly AlertAnswer[], units: readonly Unit[]): Promise<void> {
  const lines = units.flatMap((unit) => unit.lines.map((line) => `${line}\n`));
  const told = alerts
    .filter(({ endedBy }) => endedBy !== 'disproved')
    .map(({ rule, severity, state, startsAt, endsAt, labels }) =>
      JSON.stringify({ rule, severity, state, startsAt, endsAt, fingerprint: fingerprintOf(rule, labels) }),
    );
  const found = await analyzed({ 'records.log': lines.join('') }, Date.now());
  same(
    told,
    found.map((alert) => JSON.stringify(alert)),
    'alerts beside those of analyze',
  );
}

/**
 * Throws unless each numbered record is a fact, a count or a dead letter exactly once: a fact however often it came, the others as
 * often as `delivered` says that their unit came in.
 */
export async function checkRecords(
  store: Store,
  units: readonly Unit[],
  delivered: readonly number[],
): Promise<{ readonly records: number; readonly repeated: number }> {
  const wanted = { fact: new Set<string>(), count: new Map<string, number>(), letter: new Map<string, number>() };
  let records = 0;
  for (const [index, unit] of units.entries()) {
    const times = delivered[index] ?? 0;
    assert(times > 0, `unit ${index} never came in`);
    records += unit.records.length;
    for (const { becomes, mark } of unit.records) {
      if (becomes === 'fact') wanted.fact.add(mark);
      else wanted[becomes].set(mark, (wanted[becomes].get(mark) ?? 0) + times);
    }
  }
  const facts = await everyFact(store);
  same(
    facts.flatMap((fact) => markOf(fact) ?? []),
    [...wanted.fact],
    'facts',
  );
  same(countsOf(facts), counted(wanted.count), 'counts');
  same(counted(await lettersOf(store)), counted(wanted.letter), 'dead letters');
  await checkProgress(store, units, delivered);
  return { records, repeated: delivered.reduce((sum, times) => sum + times - 1, 0) };
}

/** Throws unless the status tells of no record or dead letter twice. A gap that was read again is not in its figures. */
async function checkProgress(store: Store, units: readonly Unit[], delivered: readonly number[]): Promise<void> {
  const cursors = await everything((after) => store.documents.list('cursors', after));
  const partitions = await everything((after) => store.documents.list('progress', { prefix: 'stream!', ...after }));
  const figures = [
    ...cursors.map(({ body }) => cursorSchema.parse(body)),
    ...partitions.map(({ body }) => partitionSchema.parse(body)),
  ];
  const sum = (figure: 'records' | 'deadLetters') => figures.reduce((total, row) => total + row[figure], 0);
  const cameIn = (isLetter: boolean) =>
    units.reduce((total, { records }, index) => {
      const some = records.filter(({ becomes }) => (becomes === 'letter') === isLetter);
      return total + some.length * (delivered[index] ?? 0);
    }, 0);
  assert(sum('records') <= cameIn(false), `the status tells of ${sum('records')} records, ${cameIn(false)} came in`);
  assert(
    sum('deadLetters') <= cameIn(true),
    `the status tells of ${sum('deadLetters')} dead letters, ${cameIn(true)} came in`,
  );
}

/** The number that a fact's record bore; undefined for facts that are made of many records. */
function markOf(fact: Fact): string | undefined {
  const { kind, entity, attributes } = fact;
  const at = new Date(factMillis(fact)).toISOString();
  if (kind === 'server.checkin') return `check-in ${entity.key} ${attributes['activeConnections']}`;
  if (kind === 'session.opened') return `session ${entity.key} ${attributes['user']}`;
  const status = { 'tunnel.connected': 'Connected', 'tunnel.disconnected': 'Disconnected' }[kind];
  return status && `tunnel ${entity.key.split('|')[1]} ${status} ${attributes['instance']} ${at}`;
}

function countsOf(facts: readonly Fact[]): string[] {
  const lines = new Map<string, number>();
  for (const { kind, entity, attributes } of facts) {
    if (kind !== 'access.counted') continue;
    lines.set(entity.key, (lines.get(entity.key) ?? 0) + Number(attributes['lines']));
  }
  return counted(lines);
}

async function lettersOf(store: Store): Promise<Map<string, number>> {
  const letters: DeadLetter[] = [];
  for (const { id } of await everything((after) => store.deadLetters.list(after))) {
    letters.push(...((await store.deadLetters.get(id)) ?? []));
  }
  const marks = new Map<string, number>();
  for (const { raw } of letters) {
    const [mark = raw] = /broken-\d+-/.exec(Buffer.from(raw, 'base64').toString()) ?? [];
    marks.set(mark, (marks.get(mark) ?? 0) + 1);
  }
  return marks;
}

const counted = (counts: ReadonlyMap<string, number>): string[] =>
  [...counts].map(([mark, times]) => `${mark}: ${times}`);

/** Throws unless they are the same, whatever the order, and says what is missing and what is too much. */
export function same(actual: readonly string[], expected: readonly string[], what: string): void {
  const [missing, unexpected] = [without(expected, actual), without(actual, expected)];
  if (missing.length + unexpected.length === 0) return;
  const list = (items: readonly string[]) => (items.length === 0 ? 'nothing' : items.slice(0, 12).join(', '));
  assert.fail(`${what}: missing ${list(missing)}; too much ${list(unexpected)}`);
}

/** What is left of the items when each of the others has taken one like it. */
function without(items: readonly string[], others: readonly string[]): string[] {
  const left = [...items];
  for (const other of others) {
    const at = left.indexOf(other);
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}

async function everyFact(store: Store): Promise<Fact[]> {
  const facts: Fact[] = [];
  for (const kind of ENTITY_KINDS) {
    for (const { entity } of await everything((after) => store.entities.list(kind, after))) {
      const stored = await store.facts.read(entity, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
      facts.push(...stored.map(({ fact }) => fact));
    }
  }
  return facts;
}

/** Throws unless every notification that is owed was sent, under the id that the receiver has. */
export async function checkOutbox(store: Store, { received, refused }: CountingReceiver): Promise<void> {
  const owed: Owed[] = [];
  for (const kind of ENTITY_KINDS) {
    for (const { entity } of await everything((after) => store.entities.list(kind, after))) {
      owed.push(...(await store.outbox.list(entity)));
    }
  }
  const ids = new Set(received.map(({ id }) => `${id}-faults sent`));
  same(
    owed.map(({ id, state }) => `${id} ${state}`),
    [...ids],
    'notifications that are owed, and that came',
  );
  assert.deepEqual(refused, []);
}

async function everything<T>(page: (after: { after?: string; limit: number }) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await page({ limit: 500, ...(after === undefined ? {} : { after }) });
    all.push(...items);
    after = next;
  } while (after !== undefined);
  return all;
}
