import { type Codes, piece } from '../codes.ts';
import { isBlank, scanValue } from './scan.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

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

/** Keys beside the list in an answer of Azure's REST APIs and of Microsoft Graph. */
const BESIDE_LIST = /^(?:value|nextLink|count|@odata\..{1,80})$/;

/** The key of the list in an envelope of records, Azure Monitor's or the answer of an API; undefined when a JSON value is none. */
export function listIn(json: unknown): 'records' | 'value' | undefined {
  if (!isObject(json)) return undefined;
  const { records, value } = json;
  if (Array.isArray(records)) return 'records';
  const isAnswer =
    Array.isArray(value) && value.every(isObject) && Object.keys(json).every((key) => BESIDE_LIST.test(key));
  return isAnswer ? 'value' : undefined;
}

/**
 * The spans of the records in an envelope whose list is not the first key, or that lies inside an array. The text from `at` is
 * valid JSON. Undefined when the object at `at` has no top-level array `list`. Indices are those of the codes.
 */
export function recordSpans(text: Codes, at: number, list: 'records' | 'value'): readonly Span[] | undefined {
  const { codes } = text;
  let i = skipBlankCodes(text, at + 1);
  while (codes[i] === QUOTE) {
    const keyEnd = scanValue(text, i);
    const value = skipBlankCodes(text, skipBlankCodes(text, keyEnd) + 1);
    if (codes[value] === OPEN_BRACKET && piece(text, i, keyEnd) === `"${list}"`) return elementSpans(text, value);
    i = skipBlankCodes(text, scanValue(text, value));
    if (codes[i] === COMMA) i = skipBlankCodes(text, i + 1);
  }
  return undefined;
}

function elementSpans(text: Codes, open: number): readonly Span[] {
  const { codes, end } = text;
  const spans: Span[] = [];
  let i = skipBlankCodes(text, open + 1);
  while (i < end && codes[i] !== CLOSE_BRACKET) {
    const close = scanValue(text, i);
    if (close < 0) break;
    spans.push([i, close]);
    i = skipBlankCodes(text, close);
    if (codes[i] === COMMA) i = skipBlankCodes(text, i + 1);
  }
  return spans;
}

function skipBlankCodes({ codes, end }: Codes, at: number): number {
  let i = at;
  while (i < end && isBlank(codes[i] ?? 0)) i++;
  return i;
}
