import { gunzipSync } from 'node:zlib';
import type { RawRecord } from '../model/record.ts';
import { fail, ok, type Result } from '../model/result.ts';
import { Framer } from './frame.ts';
import { movedTo } from './json/json-record.ts';
import { RawLine } from './raw-line.ts';

/** An event is 1 MB at most; what it may inflate to, gzip in gzip included. */
const MAX_INFLATED_BYTES = 64 * 1024 * 1024;
const MAX_WRAPPINGS = 4;

/**
 * The records in the body of one event: an Azure `{"records":[…]}` envelope, an array, JSON lines, syslog text of one or many
 * lines, a shipper's JSON object, a JSON string or strings that hold any of these, or gzip of any of these. Exact bytes come in, so no
 * number and no broken character is lost. Positions carry the event's sequence number as their byte, and the record's line in
 * the event. Fails with `corrupt-archive` or `archive-bomb`; a record that cannot be read is the Reader's to reject.
 */
export function recordsOfEvent(source: string, sequenceNumber: number, body: Uint8Array): Result<RawRecord[]> {
  const content = unwrapped(body);
  if (!content.ok) return content;
  const framer = new Framer(source);
  const records: RawRecord[] = [];
  for (const raw of [...framer.push(content.value), ...framer.end()]) {
    const position = { source, line: records.length + 1, byte: sequenceNumber };
    records.push(raw instanceof RawLine ? raw.movedTo(position) : movedTo(raw, position));
  }
  return ok(records);
}

/** Takes off gzip and the quotes of a JSON string, in each other to a depth. */
function unwrapped(body: Uint8Array): Result<Uint8Array> {
  let content = body;
  for (let depth = 0; depth < MAX_WRAPPINGS; depth++) {
    if (content[0] === 0x1f && content[1] === 0x8b) {
      try {
        content = gunzipSync(content, { maxOutputLength: MAX_INFLATED_BYTES });
      } catch (error) {
        const isBomb = error instanceof RangeError;
        return isBomb
          ? fail('archive-bomb', `expected at most ${MAX_INFLATED_BYTES} bytes`)
          : fail('corrupt-archive', 'expected whole gzip');
      }
      continue;
    }
    const text = jsonString(content);
    if (text === undefined) break;
    content = Buffer.from(text);
  }
  return ok(content);
}

const BEGINS_WITH_STRING = /^\s*(?:\[\s*)?"/;

/** The text in a body that is one JSON string, or an array of strings, each of which stands for itself; undefined for anything else. */
function jsonString(content: Uint8Array): string | undefined {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (!BEGINS_WITH_STRING.test(bytes.toString('latin1', 0, 64))) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (Array.isArray(value)) return value.every((one) => typeof one === 'string') ? value.join('\n') : undefined;
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
