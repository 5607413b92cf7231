import { scanValue, skipBlanks } from './scan.ts';

/** Where one inner record lies in the text: [first index, index behind it]. */
export type Span = readonly [start: number, end: number];

/** The value of JSON text; undefined when it is none (JSON has no undefined). `__proto__` stays a plain own property. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A JSON object, as against an array, a scalar or null. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The spans of the records in an envelope whose `records` key is not the first one, or that lies inside an array. `text` from
 * `at` is valid JSON. Undefined when the object at `at` has no top-level array `records`.
 */
export function recordSpans(text: string, at: number): readonly Span[] | undefined {
  let i = skipBlanks(text, at + 1);
  while (text[i] === '"') {
    const keyEnd = scanValue(text, i);
    const value = skipBlanks(text, skipBlanks(text, keyEnd) + 1);
    if (text.slice(i, keyEnd) === '"records"' && text[value] === '[') return elementSpans(text, value);
    i = skipBlanks(text, scanValue(text, value));
    if (text[i] === ',') i = skipBlanks(text, i + 1);
  }
  return undefined;
}

function elementSpans(text: string, open: number): readonly Span[] {
  const spans: Span[] = [];
  let i = skipBlanks(text, open + 1);
  while (i < text.length && text[i] !== ']') {
    const end = scanValue(text, i);
    if (end < 0) break;
    spans.push([i, end]);
    i = skipBlanks(text, end);
    if (text[i] === ',') i = skipBlanks(text, i + 1);
  }
  return spans;
}
