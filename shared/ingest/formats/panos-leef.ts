import { fail, ok } from '../../model/result.ts';
import { contentOf } from '../panos/content.ts';
import { firstOf, namedFields, timeOf, typeAndSubtype } from '../panos/extension.ts';
import { namesIn, panosRecord } from '../panos/record.ts';
import type { LogFormat } from './format.ts';

const BEGIN = /(?:^|[\s:>])(LEEF:[12](?:\.\d)?\|Palo Alto Networks\|)/;

/**
 * PAN-OS logs in LEEF, `LEEF:1.0|vendor|product|version|event id|key=value…`. Pairs of 1.0 are parted by tabs, in PAN-OS's own template
 * by bars; 2.0 names its delimiter in one more field. Source: IBM QRadar LEEF, and PAN-OS's template for it.
 */
export const panosLeef = {
  name: 'panos-leef',
  title: 'PAN-OS log, LEEF',
  asked: { syslog: () => true, bare: true, json: true },
  claims: (raw) => contentOf(raw, searchLeef) !== undefined,
  parse(raw, ctx) {
    const content = contentOf(raw, searchLeef);
    if (content === undefined) return fail('no-panos-leef', 'expected a LEEF header of Palo Alto Networks');
    const { product, version, eventId, values } = readLeef(content.body);
    const attributes = {
      ...typeOf(values),
      product,
      version,
      eventId: eventId || null,
      severity: firstOf(values, ['severity', 'sev', 'vendorseverity']).toLowerCase() || null,
      ...namedFields(values),
    };
    const said = { ...timeOf(values, product), attributes, names: namesIn(attributes), complete: values.size > 0 };
    return ok(panosRecord('panos-leef', raw, content, ctx, said));
  },
} satisfies LogFormat;

function searchLeef(text: string): number {
  if (!text.includes('|Palo Alto Networks|')) return -1;
  const match = BEGIN.exec(text);
  return match?.[1] === undefined ? -1 : match.index + match[0].length - match[1].length;
}

/** `cat` is the type, but the subtype where the type has a field of its own (Strata's User-ID logs). */
function typeOf(values: ReadonlyMap<string, string>) {
  const named = firstOf(values, ['logtype', 'type']);
  const cat = firstOf(values, ['cat']);
  const subtype = firstOf(values, ['subtype', 'logsubtype']) || (named === '' ? '' : cat);
  return typeAndSubtype(subtype, (named || cat).toUpperCase());
}

interface Leef {
  readonly product: string;
  readonly version: string;
  readonly eventId: string;
  readonly values: ReadonlyMap<string, string>;
}

function readLeef(text: string): Leef {
  const [leef = '', , product = '', version = '', eventId = '', ...parts] = text.split('|');
  const named = leef === 'LEEF:2.0' && !parts[0]?.includes('=') ? parts[0] : undefined;
  const rest = (named === undefined ? parts : parts.slice(1)).join('|');
  // The template of PAN-OS parts its pairs by bars, as it does the header.
  const delimiter =
    named === undefined ? (rest.includes('\t') ? '\t' : leef === 'LEEF:2.0' ? '\t' : '|') : delimiterOf(named);
  const values = new Map<string, string>();
  for (const pair of rest.split(delimiter)) {
    const equals = pair.indexOf('=');
    const key = pair.slice(0, Math.max(0, equals)).trim().toLowerCase();
    if (key !== '' && (values.get(key) ?? '') === '') values.set(key, pair.slice(equals + 1).trim());
  }
  return { product, version, eventId, values };
}

/** `^`, `x7C`, `0x09`, or nothing for a tab. */
function delimiterOf(named: string): string {
  const code = /^(?:0?x|\\x)([0-9a-f]{2,4})$/i.exec(named)?.[1];
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
  return named === '' ? '\t' : named === '\\t' ? '\t' : named;
}
