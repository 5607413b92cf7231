import type { EntityRef } from '../model/entity.ts';
import { factId, rankOf, type Scalar, StatedFact } from '../model/fact.ts';
import { FactHeads, type Head } from './fact-heads.ts';
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

/** Where the numbers of a row stand in it. Behind them are the lengths of its texts, then its numbers, then its texts; those of identity before those of attributes. */
const AT = {
  length: 0,
  head: 4,
  minute: 8,
  ticks: 16,
  rank: 20,
  charBytes: 21,
  line: 24,
  byte: 32,
};
const VALUES_AT = 40;
const LENGTH_BYTES = 4;
const NUMBER_BYTES = 8;

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
 * a head, texts and numbers as they are. Nothing is hashed, nothing is parsed, and nothing of it is work for the garbage collector.
 */
export class FactRows {
  readonly #heads = new FactHeads();
  readonly #time = new RowTime();
  /** Where the length of the next text is, the next number, and in the row's text the next one. */
  #lengthAt = 0;
  #numberAt = 0;
  #textFrom = 0;

  /** Writes a fact as a row; the end of the row, or `NO_ROOM`. */
  write(fact: StatedFact, { bytes, view }: Block, at: number): number {
    const number = this.#heads.numberOf(fact);
    const head = this.#heads.at(number);
    const textAt = this.#goTo(at, head);
    if (textAt > bytes.length) return NO_ROOM;
    const text = head === undefined ? inFull(fact) : this.#writeValues(fact, view);
    if (textAt + text.length * MAX_CHAR_BYTES > bytes.length) return NO_ROOM;
    const size = bytes.write(text, textAt);
    // A text of other than plain characters takes two bytes a character, so that a place in it can be told.
    const charBytes = size === text.length ? 1 : 2;
    if (charBytes === 2) bytes.write(text, textAt, 'utf16le');
    const end = textAt + text.length * charBytes;
    this.#time.set(fact.time);
    view.setUint32(at + AT.length, end - at, true);
    view.setUint32(at + AT.head, head === undefined ? IN_FULL : number, true);
    view.setFloat64(at + AT.minute, this.#time.minute, true);
    view.setUint32(at + AT.ticks, this.#time.ticks, true);
    view.setUint8(at + AT.rank, head === undefined ? rankOf(fact.kind) : head.rank);
    view.setUint8(at + AT.charBytes, charBytes);
    view.setFloat64(at + AT.line, fact.evidence.line, true);
    view.setFloat64(at + AT.byte, fact.evidence.byte, true);
    return end;
  }

  /** The fact of this entity that stands in a row. */
  read(block: Block, at: number, entity: EntityRef): StatedFact {
    const { view } = block;
    const minute = view.getFloat64(at + AT.minute, true);
    const ticks = view.getUint32(at + AT.ticks, true);
    const time = this.#time.textOf(minute, ticks);
    const ms = RowTime.millisOf(minute, ticks);
    const line = view.getFloat64(at + AT.line, true);
    const byte = view.getFloat64(at + AT.byte, true);
    const head = this.#heads.at(view.getUint32(at + AT.head, true));
    const text = textOf(block, at, this.#goTo(at, head));
    if (head === undefined) {
      const [kind, attributes, source, flags, identity] = JSON.parse(text) as InFull;
      return new StatedFact({ kind, entity, time, identity, attributes }, { source, line, byte }, flags, ms);
    }
    const { kind, source, flags } = head;
    const identity = this.#readIdentity(head, view, text);
    const attributes = { ...head.blank };
    for (const name of head.attributes.texts) attributes[name] = this.#readText(view, text);
    for (const name of head.attributes.numbers) attributes[name] = this.#readNumber(view);
    return new StatedFact({ kind, entity, time, identity, attributes }, { source, line, byte }, flags, ms);
  }

  /** The id of that fact, for which its attributes are not read. */
  idOf(block: Block, at: number, entity: EntityRef): string {
    const { view } = block;
    const head = this.#heads.at(view.getUint32(at + AT.head, true));
    if (head === undefined) return this.read(block, at, entity).id;
    const identity = this.#readIdentity(head, view, textOf(block, at, this.#goTo(at, head)));
    const time = this.#time.textOf(view.getFloat64(at + AT.minute, true), view.getUint32(at + AT.ticks, true));
    return factId({ kind: head.kind, entity, time, identity });
  }

  /** Goes to the values of a row; where its texts are. */
  #goTo(at: number, head: Head | undefined): number {
    this.#lengthAt = at + VALUES_AT;
    this.#numberAt = this.#lengthAt + (head === undefined ? 0 : head.textCount * LENGTH_BYTES);
    this.#textFrom = 0;
    return this.#numberAt + (head === undefined ? 0 : head.numberCount * NUMBER_BYTES);
  }

  /** Writes the values as far as a head does not say them; their texts. */
  #writeValues({ identity, attributes }: StatedFact, view: DataView): string {
    let text = '';
    for (const value of identity) text += this.#writeValue(value, view);
    for (const name in attributes) text += this.#writeValue(attributes[name], view);
    return text;
  }

  #writeValue(value: Scalar | undefined, view: DataView): string {
    if (typeof value === 'string') {
      view.setUint32(this.#lengthAt, value.length, true);
      this.#lengthAt += LENGTH_BYTES;
      return value;
    }
    if (typeof value === 'number') {
      view.setFloat64(this.#numberAt, value, true);
      this.#numberAt += NUMBER_BYTES;
    }
    return '';
  }

  #readIdentity({ identity: { values } }: Head, view: DataView, text: string): Scalar[] {
    const identity = values.slice();
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (typeof value === 'string') identity[i] = this.#readText(view, text);
      else if (typeof value === 'number') identity[i] = this.#readNumber(view);
    }
    return identity;
  }

  #readText(view: DataView, text: string): string {
    const from = this.#textFrom;
    this.#textFrom = from + view.getUint32(this.#lengthAt, true);
    this.#lengthAt += LENGTH_BYTES;
    return text.slice(from, this.#textFrom);
  }

  #readNumber(view: DataView): number {
    this.#numberAt += NUMBER_BYTES;
    return view.getFloat64(this.#numberAt - NUMBER_BYTES, true);
  }
}

function inFull({ kind, attributes, identity, flags, evidence: { source } }: StatedFact): string {
  const full: InFull = [kind, attributes, source, flags, identity];
  return JSON.stringify(full);
}

/** Bytes that a row of this fact surely has room in. */
export const roomFor = (fact: StatedFact): number =>
  VALUES_AT +
  NUMBER_BYTES * (fact.identity.length + Object.keys(fact.attributes).length) +
  MAX_CHAR_BYTES * JSON.stringify(fact).length;

const textOf = ({ bytes, view }: Block, at: number, from: number): string =>
  bytes.toString(view.getUint8(at + AT.charBytes) === 1 ? 'latin1' : 'utf16le', from, endOf(view, at));

/** Where a row ends. */
export const endOf = (view: DataView, at: number): number => at + view.getUint32(at + AT.length, true);

/** The order of two rows of one entity by time and the rank of their kinds: that of `compareFacts` as far as it goes without ids. */
export function compareTimes(a: DataView, atA: number, b: DataView, atB: number): number {
  const minutes = a.getFloat64(atA + AT.minute, true) - b.getFloat64(atB + AT.minute, true);
  if (minutes !== 0) return minutes;
  const ticks = a.getUint32(atA + AT.ticks, true) - b.getUint32(atB + AT.ticks, true);
  return ticks !== 0 ? ticks : a.getUint8(atA + AT.rank) - b.getUint8(atB + AT.rank);
}
