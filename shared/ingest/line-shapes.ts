import type { Position } from '../model/record.ts';

/** A way of writing lines that no format knows, and how often it came. */
export interface LineShape {
  readonly shape: string;
  count: number;
  readonly first: Position;
}

/** Whether a format says only that a line is readable. Asked about every record, and a set would take longer than two comparisons. */
export const isUnknown = (format: string): boolean => format === 'plain-text' || format === 'json-generic';

const MAX_CHARS = 200;
/** Shapes kept at most; then the rarest half makes room, so that a file of noise costs no more than this. */
const MAX_SHAPES = 2_000;

/**
 * What varies from line to line: quoted text, IPv4 addresses with ports, hexadecimal words and GUIDs, long words of base64 (keys are
 * such, and no shape shows one), numbers.
 */
const VARIABLE =
  /"[^"]*"|'[^']*'|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b|\b0x[0-9a-f]+\b|\b(?=[0-9a-f-]*\d)[0-9a-f]{8,}(?:-[0-9a-f]{4,})*\b|[a-z0-9+/]{40,}={0,2}|\d+/gi;

/**
 * What a line looks like when its variable parts are taken out. JSON shows its top-level keys.
 * @example `shapeOf('retry 3 of "db-1" at 10.0.0.7:443')` is `retry # of "…" at <ip>`
 */
export function shapeOf(text: string, json?: unknown): string {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
    return `{ ${Object.keys(json).slice(0, 20).join(', ').slice(0, MAX_CHARS)} }`;
  }
  return text.slice(0, MAX_CHARS).trim().replace(VARIABLE, placeholder);
}

function placeholder(part: string): string {
  if (part.startsWith('"') || part.startsWith("'")) return '"…"';
  if (part.includes('.')) return '<ip>';
  if (part.length >= 40 && /[g-z+/=]/i.test(part)) return '<data>';
  return /^\d+$/.test(part) ? '#' : '<hex>';
}

/** Counts lines by shape in bounded memory. Counts of common shapes are exact; rare ones may be dropped into `others`. */
export class LineShapes {
  readonly #shapes = new Map<string, LineShape>();
  total = 0;
  /** Lines of shapes that made room for others. */
  others = 0;

  note(shape: string, position: Position, count = 1): void {
    this.total += count;
    const known = this.#shapes.get(shape);
    if (known) {
      known.count += count;
      return;
    }
    if (this.#shapes.size >= MAX_SHAPES) this.#makeRoom();
    // A copy: a piece of a line would keep the whole chunk alive that it was cut from.
    const own = Buffer.from(shape).toString();
    this.#shapes.set(own, { shape: own, count, first: position });
  }

  /** Most frequent first. */
  ranked(): readonly LineShape[] {
    return [...this.#shapes.values()].sort((a, b) => b.count - a.count || (a.shape < b.shape ? -1 : 1));
  }

  #makeRoom(): void {
    for (const { shape, count } of this.ranked().slice(MAX_SHAPES / 2)) {
      this.others += count;
      this.#shapes.delete(shape);
    }
  }
}
