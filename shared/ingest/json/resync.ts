import { beginsJson, isBlank, skipBlanks } from './scan.ts';

/** Before each value of a JSON text sequence (RFC 7464). */
const RECORD_SEPARATOR = 0x1e;

export interface Resync {
  /** Where the next record, or the next line, begins. */
  readonly at: number;
  /** Where the broken record ends: before the comma or line end in front of it. */
  readonly end: number;
  readonly mode: 'element' | 'lines';
}

/**
 * Finds where to go on behind a broken record of an array: at `, {` followed by the broken record's own first key (nested
 * objects begin with other keys; without one, behind a `}` only), or at a line that begins JSON with no comma before it, which is no element
 * but a new document. Undefined when there is none, or when the text ends before it can be told.
 */
export function resync(text: string, from: number, key: string, final: boolean): Resync | undefined {
  for (let at = text.indexOf('{', from); at >= 0; at = text.indexOf('{', at + 1)) {
    const keyAt = skipBlanks(text, at + 1);
    if (!final && text.length - keyAt < key.length + 1) return undefined;
    const before = blanksBefore(text, at);
    if (text[before - 1] === ',') {
      const end = blanksBefore(text, before - 1);
      const isElement = key === '' ? text[end - 1] === '}' : text.startsWith(key, keyAt);
      if (isElement && end > from) return { at, end, mode: 'element' };
    } else {
      let lineAt = at;
      while (text.charCodeAt(lineAt - 1) === RECORD_SEPARATOR) lineAt--;
      if (text[lineAt - 1] === '\n' && beginsJson(text, at))
        return { at: lineAt, end: blanksBefore(text, lineAt), mode: 'lines' };
    }
  }
  return undefined;
}

/** The index behind the last character before `at` that is no blank. */
function blanksBefore(text: string, at: number): number {
  let i = at;
  while (i > 0 && isBlank(text.charCodeAt(i - 1))) i--;
  return i;
}

/** `"time"` of `{ "time": …`; empty when there is no whole key. */
export function firstKey(text: string, at: number): string {
  const quote = skipBlanks(text, at + 1);
  if (text[at] !== '{' || text[quote] !== '"') return '';
  const end = text.indexOf('"', quote + 1);
  return end < 0 || end - quote > 100 ? '' : text.slice(quote, end + 1);
}
