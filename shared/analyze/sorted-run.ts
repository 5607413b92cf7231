import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { type EntityRef, entityId, parseEntityId } from '../model/entity.ts';
import { type Item, placeOf } from './fact-buffer.ts';

const READ_BYTES = 16 * 1024;
const WRITE_BYTES = 64 * 1024;
const LINE_FEED = 10;
const QUOTE = '"'.charCodeAt(0);
const END_OF_LINE = Buffer.from('\n');

/** Writes items as a file: a line per fact, and a line with the entity's id before its first one. */
export function writeRun(path: string, items: Iterable<Item>): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    const block = new Block(file);
    let place = '';
    for (const item of items) {
      if (item.place !== place) block.add(Buffer.from(JSON.stringify(entityId(item.entity))));
      place = item.place;
      block.add(item.line);
    }
    block.flush();
  } finally {
    closeSync(file);
  }
}

/** Lines on their way into a file. */
class Block {
  readonly #file: number;
  readonly #bytes = Buffer.allocUnsafeSlow(WRITE_BYTES);
  #end = 0;

  constructor(file: number) {
    this.#file = file;
  }

  add(line: Buffer): void {
    if (this.#end + line.length >= WRITE_BYTES) this.flush();
    if (line.length >= WRITE_BYTES) {
      this.#write(line);
      this.#write(END_OF_LINE);
      return;
    }
    this.#end += line.copy(this.#bytes, this.#end);
    this.#bytes[this.#end++] = LINE_FEED;
  }

  flush(): void {
    this.#write(this.#bytes.subarray(0, this.#end));
    this.#end = 0;
  }

  #write(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
  }
}

/** Reads such a file back, a small piece at a time. */
export function* readRun(path: string): Generator<Item> {
  let entity: EntityRef | undefined;
  let place = '';
  for (const line of readLines(path)) {
    if (line[0] === QUOTE) {
      entity = parseEntityId(String(JSON.parse(line.toString())));
      place = entity ? placeOf(entity) : '';
    } else if (entity) yield { place, entity, line };
  }
}

/** Each line is a view that holds until the second next line is asked for: two pieces of memory take turns. */
function* readLines(path: string): Generator<Buffer> {
  const file = openSync(path, 'r');
  try {
    const pieces = [Buffer.allocUnsafeSlow(READ_BYTES), Buffer.allocUnsafeSlow(READ_BYTES)] as const;
    let rest = Buffer.alloc(0);
    for (let turn = 0; ; turn = 1 - turn) {
      const piece = turn === 0 ? pieces[0] : pieces[1];
      const count = readSync(file, piece);
      if (count === 0) return;
      const bytes = rest.length === 0 ? piece.subarray(0, count) : Buffer.concat([rest, piece.subarray(0, count)]);
      let at = 0;
      for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, at)) {
        yield bytes.subarray(at, end);
        at = end + 1;
      }
      rest = Buffer.from(bytes.subarray(at));
    }
  } finally {
    closeSync(file);
  }
}
