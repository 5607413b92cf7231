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
    let pending: Buffer[] = [];
    let size = 0;
    let place = '';
    const flush = (): void => {
      const bytes = Buffer.concat(pending);
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      pending = [];
      size = 0;
    };
    for (const item of items) {
      if (item.place !== place) pending.push(Buffer.from(`${JSON.stringify(entityId(item.entity))}\n`));
      place = item.place;
      pending.push(item.line, END_OF_LINE);
      size += item.line.length;
      if (size >= WRITE_BYTES) flush();
    }
    flush();
  } finally {
    closeSync(file);
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
