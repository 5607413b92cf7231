import { fail, ok } from '../../model/result.ts';
import { type Head, LAYOUTS, type Layout } from '../panos/columns.ts';
import { contentOf } from '../panos/content.ts';
import { CsvFields } from '../panos/csv-fields.ts';
import { panosRecord } from '../panos/record.ts';
import { preciseStampOf, stampOf } from '../panos/stamp.ts';
import type { LogFormat } from './format.ts';

const RECEIVE_TIME = 1;
const SERIAL = 2;
const TYPE = 3;
const SUBTYPE = 4;
const TIME_GENERATED = 6;
const HEAD_COLUMNS = 7;

const fields = new CsvFields();

/**
 * PAN-OS logs in CSV, from a firewall, Panorama or Cortex: `1,receive time,serial,TYPE,subtype,version,time generated,…`. The
 * fields of SYSTEM, USERID and GLOBALPROTECT are named, of others (TRAFFIC is by far the most) only the head: nothing else is
 * asked of them. Times are in the device's own zone; the event's is the one generated, not the one received.
 */
export const panosCsv = {
  name: 'panos-csv',
  title: 'PAN-OS log, CSV',
  asked: { syslog: () => true, bare: true, json: true },
  claims: (raw) => contentOf(raw, searchCsv) !== undefined,
  parse(raw, ctx) {
    const content = contentOf(raw, searchCsv);
    if (content === undefined) return fail('no-panos-csv', 'expected a time, a serial number and a type');
    fields.take(content.text, content.at, HEAD_COLUMNS);
    const type = fields.text(TYPE);
    const layout = LAYOUTS.get(type);
    const stamp = stampOf(fields.text(TIME_GENERATED)) ?? stampOf(fields.text(RECEIVE_TIME));
    const head: Head = {
      type,
      subtype: fields.text(SUBTYPE).toLowerCase() || null,
      serial: serialOf(fields.text(SERIAL)),
    };
    if (layout === undefined) {
      return ok(
        panosRecord('panos-csv', raw, content, ctx, { stamp, attributes: head, complete: stamp !== undefined }),
      );
    }
    fields.takeMore();
    const torn = tornColumns(layout);
    if (torn > 0) fields.mend(layout.freeText, torn);
    return ok(
      panosRecord('panos-csv', raw, content, ctx, {
        stamp: preciseStampOf(fields.text(layout.highResolutionTime)) ?? stamp,
        attributes: layout.read(fields, head),
        complete: stamp !== undefined && torn === 0,
      }),
    );
  },
} satisfies LogFormat;

const serialOf = (text: string): string | null => (text === '' || text === 'no-serial' ? null : text);

const FLAGS = /^0x[0-9a-f]+$/i;
const DIGITS = /^\d+$/;

/**
 * How many columns too many commas in a text without quotes made. Sequence number and action flags (`0x…`) stand side by side
 * behind every such text, wherever the release ends.
 */
function tornColumns({ actionFlags }: Layout): number {
  if (fields.count <= actionFlags + 1 || fields.text(actionFlags).startsWith('0x')) return 0;
  for (let at = fields.count - 1; at > actionFlags; at--) {
    if (FLAGS.test(fields.text(at)) && DIGITS.test(fields.text(at - 1))) return at - actionFlags;
  }
  return 0;
}

/** A message begins with a short number, the time, the serial number and the type in capitals; a word may stand before it. */
function searchCsv(text: string): number {
  let comma = text.indexOf(',');
  for (let tries = 0; comma >= 0 && tries < 3; tries++, comma = text.indexOf(',', comma + 1)) {
    let start = comma;
    while (start > 0 && comma - start < 4 && isDigit(text.charCodeAt(start - 1))) start--;
    const isWord = start === 0 || text.charCodeAt(start - 1) <= 0x20;
    if (isWord && isHead(text, comma)) return start;
  }
  return -1;
}

const MAX_HEAD_FIELD = 40;
const OPEN_BRACE = 0x7b;

function isHead(text: string, comma: number): boolean {
  const code = text.charCodeAt(comma + 1);
  const separator = text[comma + 5];
  const isDate = isDigit(code) && isDigit(text.charCodeAt(comma + 4)) && (separator === '/' || separator === '-');
  // What collectors leave of a time that they masked.
  if (!isDate && code !== OPEN_BRACE) return false;
  const serialAt = text.indexOf(',', comma + 1) + 1;
  const typeAt = text.indexOf(',', serialAt) + 1;
  const end = text.indexOf(',', typeAt);
  if (serialAt === 0 || typeAt === 0 || end - typeAt < 2) return false;
  if (serialAt - comma > MAX_HEAD_FIELD || typeAt - serialAt > MAX_HEAD_FIELD || end - typeAt > MAX_HEAD_FIELD)
    return false;
  for (let i = typeAt; i < end; i++) {
    const letter = text.charCodeAt(i);
    if ((letter < 0x41 || letter > 0x5a) && letter !== 0x2d) return false;
  }
  return true;
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
