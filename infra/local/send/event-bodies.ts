import { Framer } from '../../../shared/ingest/index.ts';
import type { RawRecord } from '../../../shared/model/record.ts';

/** Lines are packed into events of about this size, as shippers do. */
const PACKED_BYTES = 64 * 1024;
/** An event is 1 MB at most, its envelope included. */
const MAX_BODY_BYTES = 1000 * 1024;
const NEW_LINE = 0x0a;

/** The body of an event, or a line (numbered from 1) that no event holds. */
export type EventBody =
  | { readonly kind: 'body'; readonly bytes: Buffer }
  | { readonly kind: 'too-long'; readonly line: number };

/**
 * Cuts a log into event bodies. Lines stay exact bytes, many to an event; an Azure `{"records":[…]}` on one line is a line like
 * any other. A JSON document over several lines stays whole; one that no event holds is cut between its records, each part an
 * envelope or array again. UTF-16, which no shipper sends, becomes UTF-8.
 */
export async function* eventBodies(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<EventBody> {
  const source = chunks[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  let length = 0;
  let isAll = false;
  while (!isAll && length <= MAX_BODY_BYTES) {
    const { done = false, value } = await source.next();
    isAll = done;
    if (value !== undefined) parts.push(value);
    length += value?.length ?? 0;
  }
  const head = Buffer.concat(parts);
  const all = joined(head, isAll ? undefined : source);
  const text = head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (length === 0) return;
  if (isUtf16(head)) yield* packedRecords(all);
  else if (!beginsJson(text)) yield* packedLines(all);
  else if (isAll && length <= MAX_BODY_BYTES && isJson(text)) yield { kind: 'body', bytes: head };
  else if (isJson(firstLine(text))) yield* packedLines(all);
  else yield* packedRecords(all);
}

async function* joined(head: Buffer, rest: AsyncIterator<Uint8Array> | undefined): AsyncGenerator<Uint8Array> {
  yield head;
  for (let next = await rest?.next(); next && !next.done; next = await rest?.next()) yield next.value;
}

const isUtf16 = (head: Buffer): boolean => ['fffe', 'feff'].includes(head.toString('hex', 0, 2));

/** A JSON object or array of records, and not a line such as `[app] …`. */
const beginsJson = (text: string): boolean => /^(?:\{\s*"|\[\s*[[{])/.test(text);

const firstLine = (text: string): string => text.slice(0, text.includes('\n') ? text.indexOf('\n') : undefined);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function* packedLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<EventBody> {
  let rest = Buffer.alloc(0);
  let line = 1;
  /** Inside a line that was left out. */
  let skipping = false;
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    if (skipping) {
      const end = rest.indexOf(NEW_LINE) + 1;
      skipping = end === 0;
      rest = skipping ? Buffer.alloc(0) : rest.subarray(end);
      if (!skipping) line += 1;
    }
    for (let end = packEnd(rest); end > 0; end = packEnd(rest)) {
      const bytes = rest.subarray(0, end);
      rest = rest.subarray(end);
      if (bytes.length <= MAX_BODY_BYTES) yield { kind: 'body', bytes };
      else yield { kind: 'too-long', line };
      line += bytes.filter((byte) => byte === NEW_LINE).length;
    }
    // A line that never ends must not fill the memory.
    if (rest.length <= MAX_BODY_BYTES) continue;
    yield { kind: 'too-long', line };
    skipping = true;
    rest = Buffer.alloc(0);
  }
  if (rest.length > 0) yield { kind: 'body', bytes: rest };
}

/** Where the next event ends: behind the last line within its size, or behind the first one when that is longer; 0 to wait. */
function packEnd(bytes: Buffer): number {
  if (bytes.length < PACKED_BYTES) return 0;
  const lastFitting = bytes.lastIndexOf(NEW_LINE, PACKED_BYTES - 1);
  return (lastFitting >= 0 ? lastFitting : bytes.indexOf(NEW_LINE)) + 1;
}

/** What the framer cuts: records of JSON documents in envelopes of their own, lines between them as lines. */
async function* packedRecords(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<EventBody> {
  const framer = new Framer('');
  const pack = new RecordPack();
  for await (const chunk of chunks) for (const record of framer.push(chunk)) yield* pack.add(record);
  for (const record of framer.end()) yield* pack.add(record);
  yield* pack.flush();
}

/** Records of one kind on their way into an event. */
class RecordPack {
  #texts: string[] = [];
  #bytes = 0;
  #isJson = false;

  *add(record: RawRecord): Generator<EventBody> {
    if (record.flags.includes('truncated')) return yield { kind: 'too-long', line: record.position.line };
    const isJson = record.json !== undefined;
    const bytes = Buffer.byteLength(record.text);
    if (isJson !== this.#isJson || this.#bytes + bytes > PACKED_BYTES) yield* this.flush();
    this.#isJson = isJson;
    this.#texts.push(record.text);
    this.#bytes += bytes + 1;
  }

  *flush(): Generator<EventBody> {
    if (this.#texts.length === 0) return;
    const text = this.#isJson ? `{"records":[${this.#texts.join(',')}]}` : this.#texts.join('\n');
    yield { kind: 'body', bytes: Buffer.from(text) };
    this.#texts = [];
    this.#bytes = 0;
  }
}
