import type { Codes } from '../codes.ts';

/** Depth beyond which JSON is refused: real records nest below ten levels; more is an attack or a mistake. */
export const MAX_DEPTH = 64;

/** The text ends before the value does; more text may complete it. */
export const INCOMPLETE = -1;
/** No continuation can make it JSON: a raw line end in a string, a token out of place. */
export const BROKEN = -2;
/** More than MAX_DEPTH levels. */
export const TOO_DEEP = -3;

const LINE_FEED = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
/** Stands for any word or number in `previous`. */
const WORD = 0x61;
const NOTHING = 0;

/** True for JSON's four blanks. */
export const isBlank = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

/** The first index at or after `at` that holds no JSON blank; `text.length` when there is none. */
export function skipBlanks(text: string, at: number): number {
  let i = at;
  while (i < text.length && isBlank(text.charCodeAt(i))) i++;
  return i;
}

/** Skips blanks and commas (records cut out of an array) up to the end of the line. */
export function skipInLine(text: string, at: number): number {
  let i = at;
  while (i < text.length && ' \t\r,'.includes(text.charAt(i))) i++;
  return i;
}

/**
 * Finds the end of the JSON value at `at` without building it: an index after its last character, or INCOMPLETE, BROKEN,
 * TOO_DEEP. It checks just enough grammar (what may precede a string, a bracket, a word) to notice within a token or two that
 * a value was cut and something else begins; JSON.parse still has the last word. The answer depends only on the text up to
 * the end it finds, so it is the same however the input was cut into chunks. Indices are those of the codes.
 */
export const scanValue = (text: Codes, at: number): number => scan(text, at, [], NOTHING);

/** Like `scanValue`, from inside an object right after one of its values, to behind its closing brace. */
export const scanRestOfObject = (text: Codes, at: number): number => scan(text, at, [CLOSE_BRACE], CLOSE_BRACKET);

/** `open` holds the bracket that closes each open level; `previous` the last significant character. */
function scan({ codes, end }: Codes, at: number, open: number[], previous: number): number {
  let last = previous;
  for (let i = at; i < end; ) {
    const code = codes[i] ?? NOTHING;
    if (isBlank(code)) {
      i++;
      continue;
    }
    if (code === QUOTE) {
      if (!valueMayBegin(last) && last !== OPEN_BRACE) return BROKEN;
      i = stringEnd(codes, i, end);
      if (i < 0) return i;
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (!valueMayBegin(last) || keyExpected(last, open)) return BROKEN;
      if (open.length === MAX_DEPTH) return TOO_DEEP;
      open.push(code + 2);
      i++;
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      if (open.pop() !== code || last === COLON) return BROKEN;
      i++;
    } else if (code === COMMA || code === COLON) {
      if (open.length === 0 || last === COMMA || last === COLON || last === OPEN_BRACE || last === OPEN_BRACKET)
        return BROKEN;
      i++;
    } else {
      if (!isWord(code) || !valueMayBegin(last) || keyExpected(last, open)) return BROKEN;
      while (i < end && isWord(codes[i] ?? NOTHING)) i++;
      if (i === end && open.length === 0) return INCOMPLETE;
    }
    last = isWord(code) ? WORD : code;
    if (open.length === 0) return i;
  }
  return INCOMPLETE;
}

const valueMayBegin = (last: number): boolean =>
  last === COLON || last === COMMA || last === OPEN_BRACKET || last === NOTHING;

/** After a comma in an object only a key may come, and a key is a string. */
const keyExpected = (last: number, open: readonly number[]): boolean =>
  last === COMMA && open[open.length - 1] === CLOSE_BRACE;

/** Digits, letters, sign and point: what numbers and JSON's three words are made of. */
const isWord = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) ||
  (code >= 0x61 && code <= 0x7a) ||
  code === 0x2d ||
  code === 0x2e ||
  code === 0x2b ||
  code === 0x45;

/** Index behind the string that opens at `at`. A raw line end inside is BROKEN (RFC 8259, 7): that is how a cut line shows. */
function stringEnd(codes: Codes['codes'], at: number, end: number): number {
  for (let i = at + 1; i < end; i++) {
    const code = codes[i];
    if (code === QUOTE) return i + 1;
    if (code === BACKSLASH) {
      i++;
      if (codes[i] === LINE_FEED && i < end) return BROKEN;
    } else if (code === LINE_FEED) return BROKEN;
  }
  return INCOMPLETE;
}

/**
 * Does JSON begin here? `{"` or `[{"`, blanks between them allowed: strict, because log lines begin with brackets too.
 * Undefined when the text ends before it is decided.
 */
export function beginsJson(text: string, at = 0): boolean | undefined {
  let i = skipBlanks(text, at);
  const first = text.charCodeAt(i);
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET && i < text.length) return false;
  if (first === OPEN_BRACKET) i = skipBlanks(text, i + 1);
  if (i >= text.length) return undefined;
  if (text.charCodeAt(i) !== OPEN_BRACE) return false;
  i = skipBlanks(text, i + 1);
  if (i >= text.length) return undefined;
  return text.charCodeAt(i) === QUOTE;
}

const ENVELOPE = ['{', '"records"', ':', '['];
const ARRAY = ['[', '{'];
const ELEMENT = [',', '{', '"'];

/** Index of the first element of `{"records":[…` (0 or more blanks anywhere); false when it is not one, undefined if undecided. */
export const envelopeStart = (text: string, at: number): number | false | undefined => after(text, at, ENVELOPE);

/** Index of the first element of a top-level array of objects, in the same way. */
export function arrayStart(text: string, at: number): number | false | undefined {
  const end = after(text, at, ARRAY);
  return typeof end === 'number' ? end - 1 : end;
}

/** Whether `,{"…` follows, another element of an array; undefined if undecided. */
export function elementFollows(text: string, at: number): boolean | undefined {
  const end = after(text, at, ELEMENT);
  return typeof end === 'number' ? true : end;
}

function after(text: string, at: number, tokens: readonly string[]): number | false | undefined {
  let i = at;
  for (const token of tokens) {
    i = skipBlanks(text, i);
    if (!text.startsWith(token, i))
      return token.startsWith(text.slice(i, i + token.length)) && i + token.length > text.length ? undefined : false;
    i += token.length;
  }
  return i;
}
