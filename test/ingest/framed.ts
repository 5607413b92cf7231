import { Framer } from '../../shared/ingest/index.ts';
import type { RawRecord } from '../../shared/model/record.ts';

/** Frames all bytes, cut into chunks of the given sizes in turn. */
export function frame(bytes: Buffer, sizes: readonly number[] = [bytes.length]): RawRecord[] {
  const framer = new Framer('source');
  const records: RawRecord[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1);
    records.push(...framer.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return plain([...records, ...framer.end()]);
}

/** Without the view into the chunk, which depends on where it was cut. */
export const plain = (records: readonly RawRecord[]): RawRecord[] =>
  records.map(({ text, json, position, length, flags }) => ({ text, json, position, length, flags }));

/** Place, text, kind and flags of each, in a line. */
export const brief = (records: readonly RawRecord[]) =>
  records.map(({ text, json, position, flags }) =>
    [`${position.line}@${position.byte}`, text, json === undefined ? 'text' : 'json', ...flags].join(' '),
  );
