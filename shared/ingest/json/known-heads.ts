import { parseTime } from '../../model/time.ts';
import { OPENING, OPENING_LENGTH, TELLING_WORDS } from '../azure/ike-phrases.ts';
import { copyOf } from '../copy.ts';
import { glancingAt, mayGlance } from '../glance.ts';
import { KERNEL } from '../kernel/kernel.ts';
import { CHATTER_HEAD, MESSAGE_HEAD, MIN_HEAD, PROPERTIES_HEAD } from '../kernel/layout.ts';
import { isObject, parseJson } from './records.ts';

/** What Azure Monitor's records begin with, and how many characters the time behind it has. */
export const TIME = '{"time":"';
export const TIME_LENGTH = '2026-11-22T09:03:29.1234567Z'.length;
/** Where what is behind the time begins. */
export const HEAD_AT = TIME.length + TIME_LENGTH;
const QUOTE = 0x22;
const PROPERTIES = ',"properties":';
const MESSAGE = '{"message":"';
const MAX_HEAD = 2048;

/** The text between a record's time and what varies: the same for all records of one resource, category and operation. */
export interface Head {
  readonly text: string;
  /** The record's fields in order, without its properties. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Where the properties begin behind the start of the record. */
  readonly propertiesAt: number;
  /** Those in front of the message that varies, and the key of that. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Who tells by the message whether the record can only count. */
  readonly format: string;
}

/** Of the only format that glances; another one would have words of its own. */
KERNEL.knowWords(TELLING_WORDS, OPENING, OPENING_LENGTH);

/** Of all sources, by their numbers in the kernel. What is remembered never changes what is read, only how fast. */
let heads: readonly Head[] = [];
let candidate = '';
let day = '';

/** By the numbers in rows that are made now: another head may take the number of one, but not its place here. */
export const knownHeads = (): readonly Head[] => heads;

/**
 * Remembers how a record begins, from the second in a row on. Only where that is sure to be the start of an object with just a value
 * and a closing brace to come: no bracket and no escape before the value, and JSON when these are added. With
 * the start of the message where that is what varies first; of a format that glances only so.
 */
export function learnHead(json: string): void {
  if (!json.startsWith(TIME) || json.charCodeAt(HEAD_AT) !== QUOTE) return;
  learnDay(json);
  const propertiesAt = json.indexOf(PROPERTIES, HEAD_AT) + PROPERTIES.length;
  const found = glancingAt(json);
  const messageAt = json.startsWith(MESSAGE, propertiesAt) ? propertiesAt + MESSAGE.length : found?.messageAt;
  const end = messageAt ?? propertiesAt;
  if (propertiesAt < PROPERTIES.length || end < propertiesAt || end > HEAD_AT + MAX_HEAD) return;
  const text = json.slice(HEAD_AT, end);
  if (text !== candidate) {
    candidate = copyOf(text);
    return;
  }
  const before = json.slice(HEAD_AT, propertiesAt);
  if (/[[{\\]|"time"/.test(before) || /[^ -[\]-~]/.test(text) || (found === undefined && mayGlance(before))) return;
  const fields = parseJson(`${TIME}${before}null}`);
  const whole = parseJson(`${TIME}${text}${messageAt === undefined ? '{}}' : '"}}'}`);
  if (!isObject(fields) || !isObject(whole) || !isObject(whole['properties'])) return;
  if (text.length < MIN_HEAD || heads.some((head) => head.text === text)) return;
  const messageHead = found === undefined ? MESSAGE_HEAD : CHATTER_HEAD;
  const number = KERNEL.keepHead(text, propertiesAt, messageAt === undefined ? PROPERTIES_HEAD : messageHead);
  const { properties } = whole;
  const head = { text: candidate, fields, propertiesAt, properties, format: found?.glancing.name ?? '' };
  heads = number < heads.length ? heads.with(number, head) : [...heads, head];
}

function learnDay(json: string): void {
  const next = json.slice(TIME.length, TIME.length + '2026-11-22T'.length);
  const midnight = `${next}00:00:00.0000000Z`;
  if (next === day || parseTime(midnight)?.timestamp !== midnight) return;
  day = copyOf(next);
  KERNEL.keepRecordDay(day);
}
