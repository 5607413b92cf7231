import { fail, ok } from '../../model/result.ts';
import { contentOf } from '../panos/content.ts';
import { firstOf, namedFields, timeOf, typeAndSubtype } from '../panos/extension.ts';
import { namesIn, panosRecord } from '../panos/record.ts';
import type { LogFormat } from './format.ts';

const BEGIN = /(?:^|[\s:>])(CEF: ?\d(?:\.\d)?\|Palo Alto Networks\|)/;
const HEADER_FIELDS = 7;
const EVENT_IDS = ['panoseventidvalue', 'panoseventid', 'eventid'];
/** The Strata Logging Service (product `LF`) has a scale of its own. */
const STRATA_SEVERITIES = new Map([
  ['1', 'informational'],
  ['3', 'low'],
  ['5', 'medium'],
  ['7', 'high'],
  ['9', 'critical'],
]);

/**
 * PAN-OS logs in CEF, `CEF:0|vendor|product|version|subtype|TYPE|severity|key=value …`. Only the fields are there that somebody
 * configured. Source: ArcSight Common Event Format, and PAN-OS's template for it.
 */
export const panosCef = {
  name: 'panos-cef',
  title: 'PAN-OS log, CEF',
  asked: { syslog: () => true, bare: true, json: true },
  claims: (raw) => contentOf(raw, searchCef) !== undefined,
  parse(raw, ctx) {
    const content = contentOf(raw, searchCef);
    if (content === undefined) return fail('no-panos-cef', 'expected a CEF header of Palo Alto Networks');
    const { fields, rest } = readHeader(content.body);
    const [, , product = '', version = '', one = '', other = '', level = ''] = fields;
    const values = readExtension(rest);
    const kind = typeAndSubtype(one, other);
    const isStrata = product === 'LF';
    // Where others say what is done, the service's logs of a system or a configuration name their event; their `cat` is none.
    const isNamedByAct = isStrata && (kind.type === 'SYSTEM' || kind.type === 'CONFIG');
    const severity = firstOf(values, ['panosseverity']) || (isStrata ? STRATA_SEVERITIES.get(level) : level);
    const attributes = {
      ...kind,
      product,
      version,
      eventId: firstOf(values, [isNamedByAct ? 'act' : 'cat', ...EVENT_IDS]) || null,
      severity: severity?.toLowerCase() || null,
      ...namedFields(values),
    };
    const complete = fields.length >= HEADER_FIELDS - 1 && values.size > 0;
    const said = { ...timeOf(values, product), attributes, names: namesIn(attributes), complete };
    return ok(panosRecord('panos-cef', raw, content, ctx, said));
  },
} satisfies LogFormat;

/** The index of `CEF:`; a sender's host may stand before it, or nothing. */
function searchCef(text: string): number {
  if (!text.includes('|Palo Alto Networks|')) return -1;
  const match = BEGIN.exec(text);
  return match?.[1] === undefined ? -1 : match.index + match[0].length - match[1].length;
}

/**
 * Seven fields between bars, in which `\|` and `\\` are characters, and what is behind them. PAN-OS's template for GlobalProtect lacks the
 * seventh, the severity: what would be it has the first pairs.
 */
function readHeader(text: string): { fields: readonly string[]; rest: string } {
  const fields: string[] = [];
  let from = 0;
  for (let i = 0; i < text.length && fields.length < HEADER_FIELDS; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '|') {
      const field = text.slice(from, i);
      if (fields.length === HEADER_FIELDS - 1 && field.includes('=')) break;
      fields.push(field.replace(/\\([|\\])/g, '$1').trim());
      from = i + 1;
    }
  }
  return { fields, rest: text.slice(from) };
}

/** The template for GlobalProtect calls the endpoint's serial number, further behind, the same as the firewall's. */
const FIRST_COUNTS = 'panosdevicesn';
const KEY = /(?:^|\s)([A-Za-z0-9_.[\]-]{1,128})=/g;

/**
 * `key=value` pairs: a value goes on to the next key, blanks and all. Of a key that stands twice, the first value that is not
 * empty. `cs3Label=Virtual System cs3=vsys1` also counts as `virtual system`. Keys in lower case.
 */
function readExtension(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const keys = [...text.matchAll(KEY)];
  for (const [i, match] of keys.entries()) {
    const key = (match[1] ?? '').toLowerCase();
    const value = unescaped(text.slice(match.index + match[0].length, keys[i + 1]?.index ?? text.length).trim());
    if (!values.has(key) || (values.get(key) === '' && key !== FIRST_COUNTS)) values.set(key, value);
  }
  for (const [key, label] of [...values]) {
    const value = key.endsWith('label') ? values.get(key.slice(0, -'label'.length)) : undefined;
    if (value !== undefined && label !== '' && !values.has(label.toLowerCase())) values.set(label.toLowerCase(), value);
  }
  return values;
}

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r' };
const unescaped = (text: string): string =>
  text.includes('\\') ? text.replace(/\\([=|\\nr])/g, (_, char: string) => ESCAPED[char] ?? char) : text;
