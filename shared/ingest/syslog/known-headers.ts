import { copyOf } from '../copy.ts';
import { KERNEL } from '../kernel/kernel.ts';
import { DAY_SECONDS, MAX_CIVIL_DAYS, ORIGIN_SLOTS } from '../kernel/layout.ts';
import type { RawLine } from '../raw-line.ts';
import { KnownOrigin, NO_ORIGIN, type Origin, type OriginSpan } from './origin.ts';
import { type CivilStamp, mayEndCivil, type StampSpan } from './stamp.ts';

/** By the number that the kernel gave them: who wrote the lines whose headers it knows. All there from the start: a sparse list is slow. */
const NOBODY = new KnownOrigin(NO_ORIGIN);
const origins: KnownOrigin[] = new Array(ORIGIN_SLOTS).fill(NOBODY);

/** Who wrote a line, by the number in its row. It holds until the next header is read. */
export const knownOrigin = (number: number): KnownOrigin => origins[number] ?? NOBODY;

/** A stamp in a line, which begins at `at`; undefined for the `-` of RFC 5424. */
type StampIn = Omit<StampSpan, 'stamp'> & { readonly at: number; readonly stamp: StampSpan['stamp'] | undefined };

const COLON = 0x3a;
const SPACE = 0x20;
const CAPITAL_T = 0x54;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const CIVIL_LENGTH = 'Nov 20 00:00:00'.length;
const CIVIL_DAY_LENGTH = 'Nov 20 '.length;
const DAY_LENGTH = '2026-11-20'.length;

/** Has the kernel know headers of RFC 5424 that begin as this one. */
export function learnFielded(line: RawLine, stamp: StampIn, { at, origin, end }: OriginSpan): void {
  if (line.codes[end] !== SPACE) return;
  learnDay(line, stamp);
  learn(line, at, end + 1, true, origin);
}

/**
 * Has the kernel know headers of RFC 3164 that begin as this one. Only bytes that settle it all are kept: up to the first colon
 * that a space follows, if it ended the tag, or a host alone, which the kernel knows before CSV rows only. None whose first word is
 * read as a part of another stamp.
 */
export function learnTagged(line: RawLine, stamp: StampIn, { at, origin, end }: OriginSpan): void {
  learnDay(line, stamp);
  if (mayEndCivil(line, at)) return;
  if (origin.appName === undefined) {
    if (origin.hostname !== undefined && end === at + origin.hostname.length + 1) learn(line, at, end, false, origin);
    return;
  }
  const { codes } = line;
  const tagEnd = codes.indexOf(COLON, at) + 1;
  const isEndOfTag = tagEnd > 0 && tagEnd < end && codes.subarray(tagEnd, end).every((code) => code === SPACE);
  // A bracket that opens here may close in another line, where this one has none.
  const opened = codes.subarray(at, tagEnd).lastIndexOf(OPEN_BRACKET);
  if (isEndOfTag && opened <= codes.subarray(at, tagEnd).lastIndexOf(CLOSE_BRACKET))
    learn(line, at, tagEnd, false, origin);
}

function learn({ codes }: RawLine, at: number, end: number, isFielded: boolean, origin: Origin): void {
  const number = KERNEL.keepOrigin(codes, at, end, isFielded);
  if (number >= 0) origins[number] = new KnownOrigin(origin);
}

/** Days are known as they are spelled, ISO stamps with their zone. */
function learnDay({ chars, codes }: RawLine, { at, end, stamp }: StampIn): void {
  if (stamp?.kind === 'instant') {
    if (codes[at + DAY_LENGTH] === CAPITAL_T) KERNEL.keepIsoDay(codes, at, end);
  } else if (stamp !== undefined && end - at === CIVIL_LENGTH && stamp.year === undefined && stamp.fraction === '') {
    const spelled = chars.slice(at, at + CIVIL_DAY_LENGTH);
    const number = numbersOfDays.get(spelled) ?? keepDay(spelled, stamp);
    if (number < MAX_CIVIL_DAYS) KERNEL.keepCivilDay(spelled, number);
  }
}

/** Civil days as they are spelled, and by their numbers: there are few, so none is ever forgotten. */
const numbersOfDays = new Map<string, number>();
const civilDays: Pick<CivilStamp, 'month' | 'day'>[] = [];

function keepDay(spelled: string, { month, day }: CivilStamp): number {
  numbersOfDays.set(copyOf(spelled), civilDays.length);
  return civilDays.push({ month, day }) - 1;
}

/** The civil stamp of a number in a row. */
export function knownCivil(stampNumber: number): CivilStamp | undefined {
  const at = stampNumber - 1;
  const date = civilDays[Math.floor(at / DAY_SECONDS)];
  if (date === undefined) return undefined;
  const { month, day } = date;
  const hour = Math.floor(at / 3600) % 24;
  const minute = Math.floor(at / 60) % 60;
  return { kind: 'civil', year: undefined, month, day, hour, minute, second: at % 60, fraction: '' };
}
