import { Framer, Reader, type ReadOutcome } from '../../shared/ingest/index.ts';
import { JsonRecord } from '../../shared/ingest/json/json-record.ts';
import { entityId, parentOf, parseEntityId } from '../../shared/model/entity.ts';
import type { Fact } from '../../shared/model/fact.ts';
import { type LogRecord, plainRecord, type RawRecord, type SourceContext } from '../../shared/model/record.ts';
import { millisOf, timestampOf } from '../../shared/model/time.ts';
import type { Random } from '../bench/random.ts';
import { PUMP_FACTOR } from './mutate.ts';

/** Milliseconds that no input may take: a share for each KB, and one for a busy machine. */
const MAX_MS_PER_KB = 20;
const MAX_MS = 100;
/** Slower than this for eight times the input is more than linear, if it takes long enough to be measured. */
const MAX_RATIO = PUMP_FACTOR * 3;
const MEASURABLE_MS = 60;
const TRIES = 4;

/** What is wrong with how these bytes are read; undefined when nothing is. `random` decides where they are cut. */
export function faultOf(input: Buffer, ctx: SourceContext, random: Random): string | undefined {
  const startedAt = performance.now();
  const whole = framed(input, [input.length]);
  const outcomes = readAll(whole, ctx);
  const tookMs = performance.now() - startedAt;
  const limitMs = MAX_MS + (MAX_MS_PER_KB * input.length) / 1024;
  if (tookMs > limitMs && fastest(() => readAll(framed(input, [input.length]), ctx)) > limitMs)
    return `takes ${Math.round(tookMs)} ms for ${input.length} bytes`;
  const backwards = new Reader(ctx);
  for (const [index, outcome] of [...outcomes.entries()].reverse()) {
    const fault = faultOfOutcome(outcome, whole[index]) ?? faultOfOrder(outcome, whole[index], backwards);
    if (fault !== undefined) return fault;
  }
  const sizes = Array.from({ length: 5 }, () => random.between(1, 60));
  const cut = framed(input, sizes);
  if (shown(cut.map(plain)) !== shown(whole.map(plain))) return `framed otherwise in chunks of ${sizes.join(', ')}`;
  const again = readAll(cut, ctx);
  const odd = outcomes.findIndex((outcome, index) => saidIn(outcome) !== saidIn(again[index]));
  return odd < 0 ? undefined : `read otherwise in chunks of ${sizes.join(', ')}: record ${odd + 1}`;
}

/** Whether eight times the input takes far more than eight times as long. */
export function slownessOf([once, more]: readonly [Buffer, Buffer], ctx: SourceContext): string | undefined {
  const timeOf = (input: Buffer) => () => readAll(framed(input, [65_536]), ctx);
  const slow = (tries: number): boolean => {
    const moreMs = fastest(timeOf(more), tries);
    return moreMs > MEASURABLE_MS && moreMs > MAX_RATIO * fastest(timeOf(once), tries);
  };
  return slow(1) && slow(TRIES) ? `takes more than linear time: ${more.length} bytes` : undefined;
}

function fastest(work: () => unknown, tries = TRIES): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < tries; i++) {
    const startedAt = performance.now();
    work();
    best = Math.min(best, performance.now() - startedAt);
  }
  return best;
}

function framed(input: Buffer, sizes: readonly number[]): RawRecord[] {
  const framer = new Framer('source');
  const records: RawRecord[] = [];
  for (let at = 0, i = 0; at < input.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1);
    records.push(...framer.push(input.subarray(at, at + size)));
    at += size;
  }
  return [...records, ...framer.end()];
}

function readAll(records: readonly RawRecord[], ctx: SourceContext): ReadOutcome[] {
  const reader = new Reader(ctx);
  const outcomes = records.map((raw) => reader.read(raw));
  reader.takeFacts();
  reader.takeCounters();
  return outcomes;
}

const shown = (values: readonly unknown[]): string => JSON.stringify(values);

/** What a record is held in depends on what the kernel knew of it. */
const saidIn = (outcome: ReadOutcome | undefined): string =>
  shown([outcome?.kind === 'record' ? { ...outcome, record: plainRecord(outcome.record) } : outcome]);

/** Without the view into the chunk, which depends on where it was cut. */
const plain = ({ text, json, position, length, flags, columns }: RawRecord): RawRecord => ({
  text,
  json,
  position,
  length,
  flags,
  ...(columns !== undefined && { columns }),
});

/**
 * A record says the same whatever came before it, and however its bytes are held. Chatter that is only counted is told by a look at its
 * text, which does not see every break in it: all that matters is that it holds no fact.
 */
function faultOfOrder(outcome: ReadOutcome, raw: RawRecord | undefined, reader: Reader): string | undefined {
  if (raw === undefined || outcome.kind === 'rejected') return undefined;
  const again = reader.read(plain(raw));
  if (raw instanceof JsonRecord && raw.glanced !== undefined) {
    return again.kind === 'record' && again.facts.length > 0 ? 'a record that is only counted holds a fact' : undefined;
  }
  if (again.kind === 'rejected') return `rejected in another order: ${again.rejection.reason}`;
  const { format } = outcome.record;
  return shown([again.record]) === shown([outcome.record]) ? undefined : `${format}: read otherwise in another order`;
}

function faultOfOutcome(outcome: ReadOutcome, raw: RawRecord | undefined): string | undefined {
  if (outcome.kind === 'rejected') {
    const { reason, detail } = outcome.rejection;
    return reason === 'internal-error' ? `throws ${detail}` : undefined;
  }
  const { record, facts } = outcome;
  if (shown([record.position]) !== shown([raw?.position])) return 'a record without its position';
  return faultOfRecord(record) ?? facts.map(faultOfFact).find((fault) => fault !== undefined);
}

function faultOfRecord({ timestamp, precision, format, flags }: LogRecord): string | undefined {
  if (timestamp !== undefined && !isTime(timestamp)) return `${format}: time ${timestamp}`;
  if (timestamp === undefined && !flags.includes('no-time')) return `${format}: no time and no flag that says so`;
  return Number.isInteger(precision) && precision >= 0 && precision <= 7
    ? undefined
    : `${format}: precision ${precision}`;
}

function faultOfFact({ kind, entity, time, attributes }: Fact): string | undefined {
  if (!isTime(time)) return `${kind}: time ${time}`;
  const parent = parentOf(entity);
  const isNamed = entity.key.trim() !== '' && parent?.key.trim() !== '';
  if (!isNamed || shown([parseEntityId(entityId(entity))]) !== shown([entity]))
    return `${kind}: entity ${entityId(entity)}`;
  const odd = Object.entries(attributes).find(([, value]) => !isScalar(value));
  return odd === undefined ? undefined : `${kind}: attribute ${odd[0]} is ${String(odd[1])}`;
}

/** Written as all are, and a time that exists. */
function isTime(time: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/.test(time)) return false;
  const ms = millisOf(time);
  return Number.isFinite(ms) && timestampOf(ms).slice(0, 23) === time.slice(0, 23);
}

const isScalar = (value: unknown): boolean =>
  value === null ||
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value));
