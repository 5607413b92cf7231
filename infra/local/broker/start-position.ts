import { ok, type Result } from '../../../shared/model/result.ts';
import type { PartitionLog } from './partition-log.ts';
import { CONDITION, type Refusal, refuse } from './refusal.ts';

/** Name of the source filter that says where a reader starts. */
export const SELECTOR_FILTER = 'apache.org:selector-filter:string';

const FIELDS = { offset: 'offset', 'sequence-number': 'sequenceNumber', 'enqueued-time': 'enqueuedAtMs' } as const;
const isFieldName = (name: string | undefined): name is keyof typeof FIELDS => name !== undefined && name in FIELDS;

/**
 * The sequence number of the first event that a reader gets by its selector, e.g. `amqp.annotation.x-opt-offset > '4096'`.
 * Without a selector: the first event there is.
 *
 * A position past the end is refused, as the service does: a checkpoint from a hub that has since lost its events must not pass for an
 * idle reader. Times past the end are welcome. Events that are gone by retention are skipped.
 */
export function startOf(log: PartitionLog, selector: string | undefined): Result<number, Refusal> {
  if (selector === undefined) return ok(log.firstSequenceNumber);
  const [, name, operator, text] = /^\s*amqp\.annotation\.x-opt-([a-z-]+)\s*(>=?)\s*'([^']*)'\s*$/.exec(selector) ?? [];
  if (!isFieldName(name) || text === undefined)
    return refuse(CONDITION.argument, "expected a selector such as amqp.annotation.x-opt-offset > '-1'");
  if (name === 'offset' && text === '@latest') return ok(log.lastSequenceNumber + 1);
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) return refuse(CONDITION.argument, `the ${name} is not a number`);
  const field = FIELDS[name];
  const last = log.end[field];
  if (field !== 'enqueuedAtMs' && value > last)
    return refuse(CONDITION.argument, `the supplied ${name} '${value}' is invalid: the last one is '${last}'`);
  return ok(log.firstWhere((event) => (operator === '>=' ? event[field] >= value : event[field] > value)));
}
