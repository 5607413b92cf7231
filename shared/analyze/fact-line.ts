import type { EntityRef } from '../model/entity.ts';
import { type Fact, rankOf } from '../model/fact.ts';

const TIME_CHARS = '2026-11-22T09:03:29.1234567Z'.length;
const ID_AT = TIME_CHARS + 1;
const BRACKET = '['.charCodeAt(0);

/** What many facts have in common. */
interface Head {
  readonly kind: Fact['kind'];
  readonly source: string;
  readonly flags: Fact['flags'];
}

/** Of so many the lines say only the number; a run over very many sources has more. */
const MAX_HEADS = 4_096;
/** Stands for a number where the line says it all itself. */
const IN_FULL = -1;

type InFull = [kind: string, attributes: Fact['attributes'], source: string, flags: Fact['flags']];

/**
 * Facts as lines of text, without their entity: time, rank, id, `[`, then the number of what it has in common with others, line, byte
 * and the attributes as JSON, parted by commas. Time, rank and id stand first, so that the order of the bytes is that of
 * `compareFacts` and sorting parses nothing.
 */
export class FactLines {
  readonly #heads: Head[] = [];
  /** Numbers of heads of the source that is being read, by kind: a kind has few sets of flags. */
  readonly #current = new Map<string, number[]>();
  #source = '';

  lineOf(fact: Fact): string {
    const { id, kind, time, attributes, evidence, flags } = fact;
    const { source, line, byte } = evidence;
    const start = `${time}${rankOf(kind)}${id}[`;
    const head = this.#numberOf(fact);
    if (head !== IN_FULL) return `${start}${head},${line},${byte},${JSON.stringify(attributes)}`;
    const rest: InFull = [kind, attributes, source, flags];
    return `${start}${IN_FULL},${line},${byte},${JSON.stringify(rest)}`;
  }

  /** The fact that a line of this entity holds. */
  factOf(bytes: Buffer, entity: EntityRef): Fact {
    const text = bytes.toString();
    const headAt = text.indexOf('[') + 1;
    const lineAt = text.indexOf(',', headAt) + 1;
    const byteAt = text.indexOf(',', lineAt) + 1;
    const restAt = text.indexOf(',', byteAt) + 1;
    const rest: unknown = JSON.parse(text.slice(restAt));
    const known = this.#heads[Number(text.slice(headAt, lineAt - 1))];
    const [kind, attributes, source, flags] = (
      known === undefined ? rest : [known.kind, rest, known.source, known.flags]
    ) as InFull;
    return {
      id: text.slice(ID_AT, headAt - 1),
      kind,
      entity,
      time: text.slice(0, TIME_CHARS),
      attributes,
      evidence: { source, line: Number(text.slice(lineAt, byteAt - 1)), byte: Number(text.slice(byteAt, restAt - 1)) },
      flags,
    };
  }

  /** Puts two statements of one fact into an order that does not depend on which of them came first. */
  compareStatements(a: Buffer, b: Buffer, entity: EntityRef): number {
    return Buffer.compare(statementOf(this.factOf(a, entity)), statementOf(this.factOf(b, entity)));
  }

  #numberOf({ kind, flags, evidence: { source } }: Fact): number {
    if (source !== this.#source) this.#current.clear();
    this.#source = source;
    const numbers = this.#current.get(kind) ?? [];
    for (const number of numbers) if (sameFlags(this.#heads[number]?.flags, flags)) return number;
    if (this.#heads.length >= MAX_HEADS) return IN_FULL;
    this.#current.set(kind, [...numbers, this.#heads.length]);
    return this.#heads.push({ kind, source, flags }) - 1;
  }
}

function sameFlags(a: Fact['flags'] | undefined, b: Fact['flags']): boolean {
  return a === b || (a?.length === b.length && b.every((flag, index) => flag === a[index]));
}

const statementOf = ({ kind, attributes, evidence: { source, line, byte }, flags }: Fact): Buffer =>
  Buffer.from(JSON.stringify([kind, attributes, source, line, byte, flags]));

/** Whether two lines of one entity state the same fact: time, rank and id are equal. */
export function isSameFact(a: Buffer, b: Buffer): boolean {
  // Ids differ at once.
  for (let at = ID_AT; at < a.length; at++) {
    if (a[at] !== b[at]) return false;
    if (a[at] === BRACKET) break;
  }
  return a.compare(b, 0, ID_AT, 0, ID_AT) === 0;
}
