import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { type EntityRef, entityId, parseEntityId } from '../model/entity.ts';
import { placeOf } from './fact-buffer.ts';
import { Block, type FactRows } from './fact-rows.ts';
import { RowCursor } from './row-cursor.ts';

const READ_BYTES = 16 * 1024;
const WRITE_BYTES = 64 * 1024;

/** Before the first row of an entity stand a nothing where a row has its length, the length of the entity's id, and the id. */
const NO_ROW = 0;
const ID_LENGTH_AT = 4;
const ID_AT = 8;

/** What gives its rows in order to a run. */
export interface RunSource {
  writeTo(run: RunWriter): void;
}

/** Writes a file of sorted rows. */
export function writeRun(path: string, source: RunSource): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    const run = new RunWriter(file);
    source.writeTo(run);
    run.flush();
  } finally {
    closeSync(file);
  }
}

/** Rows on their way into a file. */
export class RunWriter {
  readonly #file: number;
  readonly #bytes = Buffer.allocUnsafeSlow(WRITE_BYTES);
  #end = 0;

  constructor(file: number) {
    this.#file = file;
  }

  addEntity(entity: EntityRef): void {
    const id = Buffer.from(entityId(entity));
    const head = Buffer.alloc(ID_AT);
    head.writeUInt32LE(NO_ROW);
    head.writeUInt32LE(id.length, ID_LENGTH_AT);
    this.add(head, 0, ID_AT);
    this.add(id, 0, id.length);
  }

  add(bytes: Buffer, from: number, to: number): void {
    if (this.#end + to - from > WRITE_BYTES) this.flush();
    if (to - from > WRITE_BYTES) this.#write(bytes, from, to);
    else this.#end += bytes.copy(this.#bytes, this.#end, from, to);
  }

  flush(): void {
    this.#write(this.#bytes, 0, this.#end);
    this.#end = 0;
  }

  #write(bytes: Buffer, from: number, to: number): void {
    for (let at = from; at < to; ) at += writeSync(this.#file, bytes, at, to - at);
  }
}

/** Reads such a file back, a small piece at a time. */
export class RunCursor extends RowCursor {
  entity: EntityRef = { kind: 'log-source', key: '' };
  place = '';
  block = new Block(READ_BYTES);
  readonly #file: number;
  /** Where the next row begins, and where what was read ends. */
  #next = 0;
  #end = 0;

  constructor(rows: FactRows, path: string) {
    super(rows);
    this.#file = openSync(path, 'r');
  }

  protected advance(): boolean {
    while (this.#has(ID_AT)) {
      const length = this.block.view.getUint32(this.#next, true);
      if (length !== NO_ROW) {
        this.#has(length);
        this.at = this.#next;
        this.#next += length;
        return true;
      }
      const idLength = this.block.view.getUint32(this.#next + ID_LENGTH_AT, true);
      this.#has(ID_AT + idLength);
      this.#goTo(this.block.bytes.toString('utf8', this.#next + ID_AT, this.#next + ID_AT + idLength));
      this.#next += ID_AT + idLength;
    }
    closeSync(this.#file);
    return false;
  }

  #goTo(id: string): void {
    const entity = parseEntityId(id);
    if (entity === undefined) throw new Error('expected an entity in a run');
    this.entity = entity;
    this.place = placeOf(entity);
  }

  /** Whether so many bytes are to be had; they are then at hand. */
  #has(count: number): boolean {
    if (this.#next + count <= this.#end) return true;
    const rest = this.block.bytes.subarray(this.#next, this.#end);
    if (count > this.block.bytes.length) this.block = new Block(count);
    rest.copy(this.block.bytes);
    this.#next = 0;
    this.#end = rest.length;
    while (this.#end < count) {
      const size = readSync(this.#file, this.block.bytes, this.#end, this.block.bytes.length - this.#end, null);
      if (size === 0) return false;
      this.#end += size;
    }
    return true;
  }
}
