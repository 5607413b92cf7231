import type { Glance } from '../formats/format.ts';
import { mayTell } from './ike-phrases.ts';

const CATEGORY = '"category":"IKEDiagnosticLog"';
const MESSAGE = '"message":"';

/**
 * Tells the informational exchanges and keep-alives that fill the IKE log, from a record's JSON text: a look costs a fraction of a
 * parse.
 *
 * Safe: one object with one object in it. Time comes first, then the category, then the inner brace, then the message, each in the
 * service's own spelling. Quotes inside a JSON string are escaped, so no key is found in a text.
 */
export const ikeGlance: Glance = {
  mark: CATEGORY,
  messageAt(json) {
    const category = json.indexOf(CATEGORY);
    const inner = category < 0 ? -1 : json.indexOf('{', category);
    const key = inner < 0 ? -1 : json.indexOf(MESSAGE, inner);
    return key < 0 || hasBrace(json, 1, category) || hasBrace(json, inner + 1, key) ? -1 : key + MESSAGE.length;
  },
  isChatter: (message) => !mayTell(message),
};

function hasBrace(text: string, from: number, to: number): boolean {
  const at = text.indexOf('{', from);
  return at >= 0 && at < to;
}
