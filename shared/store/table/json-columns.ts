import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Json } from '../ports.ts';
import { LIMITS, type Value } from './guards.ts';

/** Short JSON stays text, so that a person reads the row in a storage browser; longer is deflated. */
const longestText = 4_000;

/** Line ends to some readers of a multipart body (the emulator's is one); JSON may escape them just as well. */
const lineEnds = /[\u0085\u2028\u2029]/g;
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * A JSON value as columns of a row: `json` as text, or `deflated00`, `deflated01`, … of at most 64 KiB each. The row's 1 MiB
 * stays the guards' business.
 */
export function packJson(value: unknown): { readonly [column: string]: Value } {
  const text = JSON.stringify(value).replaceAll(lineEnds, escaped);
  if (text.length <= longestText) return { json: text };
  const bytes = deflateRawSync(text);
  const columns: { [column: string]: Value } = {};
  for (let part = 0; part * LIMITS.valueBytes < bytes.length; part++) {
    columns[column(part)] = bytes.subarray(part * LIMITS.valueBytes, (part + 1) * LIMITS.valueBytes);
  }
  return columns;
}

/** Reads back what `packJson` made; undefined when the columns are missing or damaged. */
export function unpackJson(row: Readonly<Record<string, unknown>>): Json | undefined {
  try {
    if (typeof row['json'] === 'string') return parse(row['json']);
    const parts: Uint8Array[] = [];
    for (let part = row[column(0)]; part instanceof Uint8Array; part = row[column(parts.length)]) parts.push(part);
    return parts.length === 0 ? undefined : parse(inflateRawSync(Buffer.concat(parts)).toString('utf8'));
  } catch {
    return undefined;
  }
}

const column = (part: number): string => `deflated${String(part).padStart(2, '0')}`;

const parse = (text: string): Json => JSON.parse(text);
