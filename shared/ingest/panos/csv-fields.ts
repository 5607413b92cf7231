const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The fields of one CSV message, read in place: a field costs nothing until it is asked for. A quoted field may hold commas and
 * quotes, doubled or behind a backslash. A field that is missing is empty.
 */
export class CsvFields {
  #text = '';
  #count = 0;
  readonly #starts: number[] = [];
  /** Where the last field taken ends. */
  #end = 0;

  /** Takes the fields of `text` from an offset on, `atMost` of them; what was taken before is gone. */
  take(text: string, from: number, atMost = Number.POSITIVE_INFINITY): void {
    this.#text = text;
    let count = 0;
    let at = from;
    for (;;) {
      this.#starts[count++] = at;
      const end = fieldEnd(text, at);
      this.#end = end;
      if (end === text.length || count >= atMost) break;
      at = end + 1;
    }
    this.#count = count;
  }

  get count(): number {
    return this.#count;
  }

  /** The text of a field without its quotes, trimmed. */
  text(index: number): string {
    return this.joined(index, index);
  }

  /** The fields from one to another as one text: those that a comma inside a text without quotes tore apart. */
  joined(first: number, last: number): string {
    if (first < 0 || first >= this.#count) return '';
    const from = this.#starts[first] ?? 0;
    const to = last + 1 < this.#count ? (this.#starts[last + 1] ?? 0) - 1 : this.#end;
    return unquoted(this.#text.slice(from, to).trim());
  }
}

/** The index of the comma behind the field that begins here, or the end of the text. */
function fieldEnd(text: string, at: number): number {
  const quoted = text.charCodeAt(at) === QUOTE ? quotedEnd(text, at) : -1;
  if (quoted >= 0) return quoted;
  const comma = text.indexOf(',', at);
  return comma < 0 ? text.length : comma;
}

/**
 * The end of a quoted field; -1 when its quote is never closed, and then it is a plain character. A backslash before a quote
 * escapes it, but the first one before the end of a field may be that of a path.
 */
function quotedEnd(text: string, at: number): number {
  let escapes = false;
  for (let i = text.indexOf('"', at + 1); i >= 0; i = text.indexOf('"', i + 1)) {
    const next = i + 1;
    const ends = next === text.length || text.charCodeAt(next) === COMMA;
    if (i > at + 1 && text.charCodeAt(i - 1) === BACKSLASH && (escapes || !ends)) escapes = true;
    else if (ends) return next;
    else if (text.charCodeAt(next) === QUOTE) i = next;
  }
  return -1;
}

function unquoted(text: string): string {
  if (text.length < 2 || text.charCodeAt(0) !== QUOTE || text.charCodeAt(text.length - 1) !== QUOTE) return text;
  const inner = text.slice(1, -1);
  return inner.includes('"') ? inner.replaceAll('""', '"').replaceAll('\\"', '"') : inner;
}
