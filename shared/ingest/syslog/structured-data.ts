/** One element of RFC 5424 structured data. A parameter may come several times (6.3.3), so they are a list. */
export interface StructuredElement {
  readonly id: string;
  readonly params: readonly { readonly name: string; readonly value: string }[];
}

const ELEMENT = /\[([^\s=\]"]+)((?:\s+[^\s=\]"]+="(?:[^"\\]|\\.)*")*)\s*\]/gsy;
const PARAM = /\s+([^\s=\]"]+)="((?:[^"\\]|\\.)*)"/gsy;
/** A backslash before anything else is a backslash (6.3.3). */
const ESCAPE = /\\(["\\\]])/g;

/** The elements of structured data as `readHeader` cut it out, values without their escapes; it ends before what is out of form. */
export function structuredElements(text: string): StructuredElement[] {
  return Array.from(text.matchAll(ELEMENT), ([, id = '', params = '']) => ({
    id,
    params: Array.from(params.matchAll(PARAM), ([, name = '', value = '']) => ({
      name,
      value: value.replace(ESCAPE, '$1'),
    })),
  }));
}
