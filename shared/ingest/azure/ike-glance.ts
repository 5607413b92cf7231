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
 * Safe: time first, then category, then the message last, each in the service's own spelling, with nothing behind the message but
 * the two braces. Quotes inside a JSON string are escaped, so no key can be found inside a text.
 */
export function glanceAtIke(text: string): Timestamp | undefined {
  const category = text.startsWith(TIME) ? text.indexOf(CATEGORY, TIME.length) : -1;
  if (category < 0 || !text.endsWith(END)) return undefined;
  const from = text.indexOf(MESSAGE, category) + MESSAGE.length;
  const end = text.length - END.length;
  if (from < MESSAGE.length || text.indexOf('"', from) !== end) return undefined;
  const message = text.slice(from, end);
  if (message.includes('\\') || mayTell(message)) return undefined;
  const time = parseTime(text.slice(TIME.length, text.indexOf('"', TIME.length)));
  return time?.zoneStated ? time.timestamp : undefined;
}
