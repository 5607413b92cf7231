import type { LogRecord, RawRecord, SourceContext } from '../../model/record.ts';
import { fail, ok } from '../../model/result.ts';
import { CSV, MESSAGE } from '../kernel/layout.ts';
import { type Head, LAYOUTS, type Layout } from '../panos/columns.ts';
import { type Content, contentOf } from '../panos/content.ts';
import { CsvFields } from '../panos/csv-fields.ts';
import { type Names, panosRecord } from '../panos/record.ts';
import { preciseStampOf, stampOf, stampOfNumbers } from '../panos/stamp.ts';
import type { HeadedLine } from '../syslog/headed-line.ts';
import { type Attributes, LocatedFields } from '../syslog/record.ts';
import type { Stamp } from '../syslog/stamp.ts';
import type { LogFormat } from './format.ts';

const RECEIVE_TIME = 1;
const SERIAL = 2;
const TYPE = 3;
const SUBTYPE = 4;
const TIME_GENERATED = 6;
const HEAD_COLUMNS = 7;

/**
 * PAN-OS logs in CSV, from a firewall, Panorama or Cortex: `1,receive time,serial,TYPE,subtype,version,time generated,…`. The
 * fields of SYSTEM, USERID and GLOBALPROTECT are named, of others (TRAFFIC is by far the most) only the head: nothing else is
 * asked of them. Times are in the device's own zone; the event's is the one generated, not the one received.
 */
export const panosCsv = {
  name: 'panos-csv',
  title: 'PAN-OS log, CSV',
  asked: { syslog: () => true, bare: true, json: true },
  claims: (raw) => csvIn(raw) !== undefined,
  parse(raw, ctx) {
    const content = csvIn(raw);
    if (content === undefined) return fail('no-panos-csv', 'expected a time, a serial number and a type');
    const { body } = content;
    const isWhole = !isWithoutFirst(body, 0);
    const columns = new CsvFields(isWhole ? body : `,${body}`, HEAD_COLUMNS);
    return ok(read(raw, content, columns, isWhole, undefined, ctx));
  },
  headed: {
    kinds: [CSV],
    unsure: [MESSAGE],
    read: (line, ctx) => read(line, line, new CsvFields(line), true, generatedIn(line), ctx),
  },
} satisfies LogFormat;

/** The time generated, where the kernel knew it. */
function generatedIn(line: HeadedLine): Stamp | undefined {
  const date = line.numberBehind(0);
  return date === 0 ? undefined : stampOfNumbers(date, line.numberBehind(1));
}

function read(
  raw: RawRecord,
  content: Content,
  columns: CsvFields,
  isWhole: boolean,
  known: Stamp | undefined,
  ctx: SourceContext,
): LogRecord {
  const type = columns.is(TYPE, lastType) ? lastType : columns.common(TYPE);
  lastType = type;
  const layout = isWhole ? LAYOUTS.get(type) : undefined;
  const generated = known ?? stampOf(columns.text(TIME_GENERATED)) ?? stampOf(columns.text(RECEIVE_TIME));
  if (layout !== undefined) columns.takeMore();
  const torn = layout === undefined ? 0 : tornColumns(columns, layout);
  if (layout !== undefined && torn > 0) columns.mend(layout.freeText, torn);
  const fields = new PanosFields(columns, layout, type);
  return panosRecord('panos-csv', raw, content, ctx, {
    stamp: fields.preciseStamp ?? generated,
    attributes: fields,
    names: fields,
    complete: generated !== undefined && torn === 0 && isWhole,
  });
}

/** Rows of one type come in runs: to compare it costs less than to cut it out. */
let lastType = '';

/** The columns of one record, cut out when they are asked for. Of types without a layout only the head is known. */
export class PanosFields extends LocatedFields implements Head, Names {
  // Declared only, as in `RawLine`.
  declare private readonly columns: CsvFields;
  declare private readonly layout: Layout | undefined;
  declare readonly type: string;

  constructor(columns: CsvFields, layout: Layout | undefined, type: string) {
    super();
    this.columns = columns;
    this.layout = layout;
    this.type = type;
  }

  get subtype(): string | null {
    return this.columns.text(SUBTYPE).toLowerCase() || null;
  }

  get serial(): string | null {
    const text = this.columns.text(SERIAL);
    return text === '' || text === 'no-serial' ? null : text;
  }

  get deviceName(): string | null {
    return this.layout === undefined ? null : this.columns.common(this.layout.deviceName) || null;
  }

  get severity(): string | null {
    return this.layout?.severity === undefined ? null : this.columns.value(this.layout.severity);
  }

  /** Of high resolution, where it is set. */
  get preciseStamp(): Stamp | undefined {
    return this.layout && preciseStampOf(this.columns.text(this.layout.highResolutionTime));
  }

  attributes(): Attributes {
    const { type, subtype, serial } = this;
    return this.layout?.read(this.columns, this) ?? { type, subtype, serial };
  }
}

let lastRaw: RawRecord | undefined;
let lastContent: Content | undefined;

/** The message of a record; asked twice, so the last answer is kept. */
function csvIn(raw: RawRecord): Content | undefined {
  if (raw !== lastRaw) {
    lastContent = contentOf(raw, searchCsv);
    lastRaw = raw;
  }
  return lastContent;
}

const FLAGS = /^0x[0-9a-f]+$/i;
const DIGITS = /^\d+$/;

/**
 * How many columns too many commas in a text without quotes made. Sequence number and action flags (`0x…`) stand side by side
 * behind every such text, wherever the release ends. Strata, whose times are ISO 8601, writes action flags in decimal, and
 * only flags of users in hex.
 */
function tornColumns(fields: CsvFields, { actionFlags }: Layout): number {
  if (fields.count <= actionFlags + 1 || fields.startsWith(actionFlags, '0x')) return 0;
  if (fields.text(RECEIVE_TIME).endsWith('Z')) return 0;
  for (let at = fields.count - 1; at > actionFlags; at--) {
    if (FLAGS.test(fields.text(at)) && DIGITS.test(fields.text(at - 1))) return at - actionFlags;
  }
  return 0;
}

/** A message begins with a number, the time, the serial number and the type in capitals; a word may stand before it. */
function searchCsv(text: string): number {
  let comma = text.indexOf(',');
  for (let tries = 0; comma >= 0 && tries < 3; tries++, comma = text.indexOf(',', comma + 1)) {
    let start = comma;
    while (start > 0 && comma - start < MAX_NUMBER && isDigit(text.charCodeAt(start - 1))) start--;
    const isWord = start === 0 || text.charCodeAt(start - 1) <= 0x20;
    if (isWord && isHead(text, comma)) return start;
    if (text.charCodeAt(comma - 1) !== CAPITAL_Z) continue;
    const line = text.lastIndexOf(' ', comma) + 1;
    if (isWithoutFirst(text, line)) return line;
  }
  return -1;
}

const MAX_NUMBER = 20;
const CAPITAL_Z = 0x5a;
/** Time, serial number, type, subtype, version, time generated. */
const WITHOUT_FIRST =
  /\d{4}-\d\d-\d\dT[\d:.]{8,18}Z,(?:no-serial|[\dA-F]{8,20}),[A-Z][A-Z-]{1,39},[^,]{0,40},[\d.]{0,12},\d{4}-\d\d-\d\dT/y;

/** Strata may leave the first column out. Nothing tells which others it does then: no more than the head is read. */
function isWithoutFirst(text: string, at: number): boolean {
  WITHOUT_FIRST.lastIndex = at;
  return WITHOUT_FIRST.test(text);
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
