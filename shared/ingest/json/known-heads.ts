import { parseTime } from '../../model/time.ts';
import { isDigit } from '../codes.ts';
import { copyOf } from '../copy.ts';
import { type Glancing, glancingAt, mayGlance } from '../glance.ts';
import { isObject, parseJson } from './records.ts';

/** What Azure Monitor's records begin with, and how many characters the time behind it has. */
export const TIME = '{"time":"';
const TIME_LENGTH = '2026-11-22T09:03:29.1234567Z'.length;
const HEAD_AT = TIME.length + TIME_LENGTH;
const QUOTE = 0x22;
const PROPERTIES = ',"properties":';

/** A resource has a few for each of its categories; more cost only what is then read in full. */
const MAX_HEADS = 16;
const MAX_HEAD_LENGTH = 2048;

/** The text between a record's time and what varies: the same for all records of one resource, category and operation. */
export interface Head {
  readonly text: string;
  /** How far behind the start of the record the value of `properties` begins. */
  readonly propertiesAt: number;
  /** The record's fields in order, without its time and properties. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** How far behind the start of the record the message begins, and who tells by it whether the record can only count. */
  readonly messageAt: number;
  readonly glancing: Glancing | undefined;
  /** How often it was. */
  found: number;
}

/** Of all sources, the ones found most often first. What is remembered never changes what is read, only how fast. */
const heads: Head[] = [];
let candidate = '';

/** The known head of the record at `at`, when its time is one in UTC with all its digits. */
export function headAt(chars: string, at: number): Head | undefined {
  for (let i = 0; i < heads.length; i++) {
    const head = heads[i];
    if (head === undefined || chars.slice(at + HEAD_AT, at + HEAD_AT + head.text.length) !== head.text) continue;
    if (!isTimed(chars, at)) return undefined;
    head.found++;
    const before = i > 0 ? heads[i - 1] : undefined;
    if (before !== undefined && before.found < head.found) {
      heads[i - 1] = head;
      heads[i] = before;
    }
    return head;
  }
  return undefined;
}

/** The time of a record with a known head; a copy, for what is parsed may be kept. */
export const timeAt = (chars: string, at: number): string => copyOf(chars.slice(at + TIME.length, at + HEAD_AT));

/**
 * Remembers how a record begins, from the second in a row on. Only where that is sure to be the start of an object with just a value
 * and a closing brace to come: no bracket and no escape before the value, and JSON when these are added. Of a format that glances,
 * only with the start of the message.
 */
export function learnHead(json: string): void {
  if (!json.startsWith(TIME) || json.charCodeAt(HEAD_AT) !== QUOTE) return;
  const propertiesAt = json.indexOf(PROPERTIES, HEAD_AT) + PROPERTIES.length;
  const found = glancingAt(json);
  const end = found?.messageAt ?? propertiesAt;
  if (propertiesAt < PROPERTIES.length || end < propertiesAt || end > MAX_HEAD_LENGTH) return;
  const text = json.slice(HEAD_AT, end);
  if (text !== candidate) {
    candidate = copyOf(text);
    return;
  }
  const before = json.slice(HEAD_AT, propertiesAt);
  if (/[[{\\]|"time"/.test(before) || text.includes('\\') || (found === undefined && mayGlance(before))) return;
  const fields = parseJson(`${TIME}${before}null}`);
  if (!isObject(fields) || !isObject(parseJson(`${TIME}${text}${found === undefined ? 'null}' : '"}}'}`))) return;
  remember({ text: candidate, propertiesAt, fields, messageAt: end, glancing: found?.glancing, found: 0 });
}

/** In place of the least found. What was found long ago counts less and less. */
function remember(head: Head): void {
  if (heads.some(({ text }) => text === head.text)) return;
  for (const known of heads) known.found >>= 1;
  heads.length = Math.min(heads.length, MAX_HEADS - 1);
  heads.push(head);
}

/** The whole record with these properties: what parsing its text gives. */
export const recordWith = (head: Head, time: string, properties: unknown): Readonly<Record<string, unknown>> => ({
  ...head.fields,
  time,
  properties,
});

/** What a record of the minute that was checked last begins with: most records' neighbours are of the same. */
let lastMinute = '';
const MINUTE_END = '{"time":"2026-11-22T09:03:'.length;

/** Whether the record begins with a `Timestamp`. */
function isTimed(chars: string, at: number): boolean {
  const minute = chars.slice(at, at + MINUTE_END);
  if (minute !== lastMinute) {
    const first = `${minute.slice(TIME.length)}00.0000000Z`;
    if (!minute.startsWith(TIME) || parseTime(first)?.timestamp !== first) return false;
    lastMinute = copyOf(minute);
  }
  const second = at + MINUTE_END;
  if (chars.charCodeAt(second) > 0x35 || !isDigit(chars.charCodeAt(second)) || !isDigit(chars.charCodeAt(second + 1)))
    return false;
  if (chars.charCodeAt(second + 2) !== 0x2e || chars.charCodeAt(second + 10) !== 0x5a) return false;
  for (let i = second + 3; i < second + 10; i++) if (!isDigit(chars.charCodeAt(i))) return false;
  return true;
}
