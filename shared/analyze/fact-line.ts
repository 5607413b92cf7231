import type { EntityRef } from '../model/entity.ts';
import { type Fact, rankOf } from '../model/fact.ts';

const TIME_CHARS = '2026-11-22T09:03:29.1234567Z'.length;
const ID_AT = TIME_CHARS + 1;
const BRACKET = '['.charCodeAt(0);

type Rest = [
  kind: string,
  attributes: Fact['attributes'],
  source: string,
  line: number,
  byte: number,
  flags: Fact['flags'],
];

/**
 * A fact as one line of text, without its entity. Time, rank and id stand first, so that the order of the bytes is that of
 * `compareFacts`; what follows puts the statements of one fact into an order of their own. Sorting parses nothing.
 */
export function lineOf({ id, kind, time, attributes, evidence: { source, line, byte }, flags }: Fact): string {
  const rest: Rest = [kind, attributes, source, line, byte, flags];
  return `${time}${rankOf(kind)}${id}${JSON.stringify(rest)}`;
}

/** The fact that a line of this entity holds. */
export function factOf(bytes: Buffer, entity: EntityRef): Fact {
  const line = bytes.toString();
  const restAt = line.indexOf('[');
  const [kind, attributes, source, at, byte, flags] = JSON.parse(line.slice(restAt)) as Rest;
  return {
    id: line.slice(ID_AT, restAt),
    kind,
    entity,
    time: line.slice(0, TIME_CHARS),
    attributes,
    evidence: { source, line: at, byte },
    flags,
  };
}

/** Whether two lines of one entity state the same fact: time, rank and id are equal. */
export function isSameFact(a: Buffer, b: Buffer): boolean {
  // Ids differ at once.
  for (let at = ID_AT; at < a.length; at++) {
    if (a[at] !== b[at]) return false;
    if (a[at] === BRACKET) break;
  }
  return a.compare(b, 0, ID_AT, 0, ID_AT) === 0;
}
