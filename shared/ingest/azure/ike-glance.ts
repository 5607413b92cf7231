import { parseTime, type Timestamp } from '../../model/time.ts';
import { mayTell } from './ike-phrases.ts';

const CATEGORY = '"category":"IKEDiagnosticLog"';
const TIME = '{"time":"';
const MESSAGE = '"message":"';
const END = '"}}';

/**
 * The time of a record of the IKE log that tells of no negotiation, from its JSON text; undefined for anything else, which is to be
 * parsed. The informational exchanges and keep-alives that fill this log end here: a look costs a third of a parse.
 *
 * Safe: one object with one object in it. Time comes first, then the category, then the inner brace, then the message, each in the
 * service's own spelling, and nothing but two braces behind it. Quotes inside a JSON string are escaped, so no key is found in a text.
 */
export function glanceAtIke(text: string): Timestamp | undefined {
  if (!text.startsWith(TIME) || !text.endsWith(END)) return undefined;
  const category = text.indexOf(CATEGORY, TIME.length);
  const inner = category < 0 ? -1 : text.indexOf('{', category);
  const key = inner < 0 ? -1 : text.indexOf(MESSAGE, inner);
  if (key < 0 || hasBrace(text, 1, category) || hasBrace(text, inner + 1, key)) return undefined;
  const from = key + MESSAGE.length;
  const end = text.length - END.length;
  if (text.indexOf('"', from) !== end) return undefined;
  const message = text.slice(from, end);
  if (message.includes('\\') || mayTell(message)) return undefined;
  const time = parseTime(text.slice(TIME.length, text.indexOf('"', TIME.length)));
  return time?.zoneStated ? time.timestamp : undefined;
}

function hasBrace(text: string, from: number, to: number): boolean {
  const at = text.indexOf('{', from);
  return at >= 0 && at < to;
}
