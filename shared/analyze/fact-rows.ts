import type { EntityRef } from '../model/entity.ts';
import { factId, rankOf, type Scalar, StatedFact } from '../model/fact.ts';
import type { Timestamp } from '../model/time.ts';
import { FactHeads } from './fact-heads.ts';
import { RowTime } from './row-time.ts';

/** Memory outside of the heap that holds rows. */
export class Block {
  readonly bytes: Buffer;
  readonly view: DataView;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafeSlow(size);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, size);
  }
}

/** Where the numbers of a row stand in it. Behind them are its values, then their texts, those of identity before those of attributes. */
const AT = {
  length: 0,
  head: 4,
  minute: 8,
  ticks: 16,
  rank: 20,
  charBytes: 21,
  identity: 22,
  text: 24,
  line: 28,
  byte: 36,
};
const VALUES_AT = 44;

const NULL = 0;
const FALSE = 1;
const TRUE = 2;
const NUMBER = 3;
const TEXT = 4;
/** The tag of a value, and its number or the length of its text. */
const MAX_VALUE_BYTES = 9;
/** Values of a row; a fact with more is written in full. */
const MAX_VALUES = 256;
/** Bytes of UTF-8 that one character of a text takes at most. */
const MAX_CHAR_BYTES = 3;
/** The head of a fact that says it all itself, as JSON. */
const IN_FULL = 0xffff_ffff;

/** No row was written: there is no room for it. */
export const NO_ROOM = -1;

type InFull = [
  kind: string,
  attributes: StatedFact['attributes'],
  source: string,
  flags: StatedFact['flags'],
  identity: StatedFact['identity'],
];

/**
 * Facts as rows of bytes, without their entity: what the order of facts needs as numbers, what many have in common as the number of
 * a head, values as they are. Nothing is hashed, nothing is parsed, and nothing of it is work for the garbage collector.
 */
export class FactRows {
  readonly #heads = new FactHeads();
  readonly #time = new RowTime();
  /** Where the next value is, and its text. */
  #at = 0;
  #text = '';
  #textAt = 0;

  /** Writes a fact as a row; the end of the row, or `NO_ROOM`. */
  write(fact: StatedFact, { bytes, view }: Block, at: number): number {
    if (at + VALUES_AT + MAX_VALUES * MAX_VALUE_BYTES > bytes.length) return NO_ROOM;
    const head = this.#writeValues(fact, view, at + VALUES_AT);
    const text = this.#text;
    const textAt = this.#at;
    if (textAt + text.length * MAX_CHAR_BYTES > bytes.length) return NO_ROOM;
    const size = bytes.write(text, textAt);
    // A text of other than plain characters takes two bytes a character, so that a place in it can be told.
    const charBytes = size === text.length ? 1 : 2;
    if (charBytes === 2) bytes.write(text, textAt, 'utf16le');
    const end = textAt + text.length * charBytes;
    this.#time.set(fact.time);
    view.setUint32(at + AT.length, end - at, true);
    view.setUint32(at + AT.head, head, true);
    view.setFloat64(at + AT.minute, this.#time.minute, true);
    view.setUint32(at + AT.ticks, this.#time.ticks, true);
    view.setUint8(at + AT.rank, rankOf(fact.kind));
    view.setUint8(at + AT.charBytes, charBytes);
    view.setUint16(at + AT.identity, fact.identity.length, true);
    view.setUint32(at + AT.text, textAt - at, true);
    view.setFloat64(at + AT.line, fact.evidence.line, true);
    view.setFloat64(at + AT.byte, fact.evidence.byte, true);
    return end;
  }

  /** The fact of this entity that stands in a row. */
  read(block: Block, at: number, entity: EntityRef): StatedFact {
    const { view } = block;
    const text = textOf(block, at);
    const time = this.#timeOf(view, at);
    const line = view.getFloat64(at + AT.line, true);
    const byte = view.getFloat64(at + AT.byte, true);
    const head = this.#heads.at(view.getUint32(at + AT.head, true));
    if (head === undefined) {
      const [kind, attributes, source, flags, identity] = JSON.parse(text) as InFull;
      return new StatedFact({ kind, entity, time, identity, attributes }, { source, line, byte }, flags);
    }
    const { kind, names, source, flags } = head;
    const identity = this.#readIdentity(view, at, text);
    const attributes = { ...head.blank };
    for (const name of names) attributes[name] = this.#readValue(view);
    return new StatedFact({ kind, entity, time, identity, attributes }, { source, line, byte }, flags);
  }

  /** The id of that fact, for which its attributes are not read. */
  idOf(block: Block, at: number, entity: EntityRef): string {
    const { view } = block;
    const head = this.#heads.at(view.getUint32(at + AT.head, true));
    if (head === undefined) return this.read(block, at, entity).id;
    const identity = this.#readIdentity(view, at, textOf(block, at));
    return factId({ kind: head.kind, entity, time: this.#timeOf(view, at), identity });
  }

  #timeOf(view: DataView, at: number): Timestamp {
    return this.#time.textOf(view.getFloat64(at + AT.minute, true), view.getUint32(at + AT.ticks, true));
  }

  /** Goes to the values of a row and reads the first of them. */
  #readIdentity(view: DataView, at: number, text: string): Scalar[] {
    this.#at = at + VALUES_AT;
    this.#text = text;
    this.#textAt = 0;
    const identity: Scalar[] = [];
    for (let left = view.getUint16(at + AT.identity, true); left > 0; left--) identity.push(this.#readValue(view));
    return identity;
  }

  /** Writes the values and collects their texts; the number of the head that belongs to them. */
  #writeValues(fact: StatedFact, view: DataView, at: number): number {
    const { attributes, identity } = fact;
    const number = this.#heads.numberOf(fact);
    const names = this.#heads.at(number)?.names;
    this.#at = at;
    this.#text = '';
    if (names === undefined || names.length + identity.length > MAX_VALUES) return this.#inFull(fact, at);
    for (const value of identity) if (!this.#writeValue(value, view)) return this.#inFull(fact, at);
    for (const name of names) if (!this.#writeValue(attributes[name], view)) return this.#inFull(fact, at);
    return number;
  }

  #inFull({ kind, attributes, identity, flags, evidence: { source } }: StatedFact, at: number): number {
    const full: InFull = [kind, attributes, source, flags, identity];
    this.#at = at;
    this.#text = JSON.stringify(full);
    return IN_FULL;
  }

  /** False when it is no value that a row can hold. */
  #writeValue(value: Scalar | undefined, view: DataView): boolean {
    const at = this.#at++;
    if (typeof value === 'string') {
      view.setUint8(at, TEXT);
      view.setUint32(at + 1, value.length, true);
      this.#text += value;
      this.#at = at + 5;
      return true;
    }
    if (typeof value === 'number') {
      view.setUint8(at, NUMBER);
      view.setFloat64(at + 1, value, true);
      this.#at = at + MAX_VALUE_BYTES;
      return Number.isFinite(value);
    }
    view.setUint8(at, value === null ? NULL : value ? TRUE : FALSE);
    return value !== undefined;
  }

  #readValue(view: DataView): Scalar {
    const at = this.#at++;
    const tag = view.getUint8(at);
    if (tag === TEXT) {
      const from = this.#textAt;
      this.#textAt = from + view.getUint32(at + 1, true);
      this.#at = at + 5;
      return this.#text.slice(from, this.#textAt);
    }
    if (tag === NUMBER) {
      this.#at = at + MAX_VALUE_BYTES;
      return view.getFloat64(at + 1, true);
    }
    return tag === NULL ? null : tag === TRUE;
  }
}

/** Bytes that a row of this fact surely has room in. */
export const roomFor = (fact: StatedFact): number =>
  VALUES_AT + MAX_VALUES * MAX_VALUE_BYTES + MAX_CHAR_BYTES * JSON.stringify(fact).length;

function textOf({ bytes, view }: Block, at: number): string {
  const encoding = view.getUint8(at + AT.charBytes) === 1 ? 'latin1' : 'utf16le';
  return bytes.toString(encoding, at + view.getUint32(at + AT.text, true), endOf(view, at));
}

/** Where a row ends. */
export const endOf = (view: DataView, at: number): number => at + view.getUint32(at + AT.length, true);

/** The order of two rows of one entity by time and the rank of their kinds: that of `compareFacts` as far as it goes without ids. */
export function compareTimes(a: DataView, atA: number, b: DataView, atB: number): number {
  const minutes = a.getFloat64(atA + AT.minute, true) - b.getFloat64(atB + AT.minute, true);
  if (minutes !== 0) return minutes;
  const ticks = a.getUint32(atA + AT.ticks, true) - b.getUint32(atB + AT.ticks, true);
  return ticks !== 0 ? ticks : a.getUint8(atA + AT.rank) - b.getUint8(atB + AT.rank);
}
