import { fail, ok } from '../../model/result.ts';
import { headerOf } from '../syslog/header.ts';
import { syslogRecord } from '../syslog/record.ts';
import { repeatsIn } from '../syslog/repeated.ts';
import { faultOf, NO_FAULT } from '../syslog/rfc5424-fault.ts';
import { structuredElements } from '../syslog/structured-data.ts';
import type { LogFormat } from './format.ts';

const VERSION = /^(?:\d+ )?<\d+>(\d+)/;

/**
 * Any RFC 5424 line. Attributes: `priority`, `version`, `msgId`, `structuredData` (its elements, escapes undone), `repeats`, and what is
 * out of form: `fault`, `faultColumn`.
 */
export const syslogRfc5424 = {
  name: 'syslog-rfc5424',
  title: 'Syslog, RFC 5424',
  asked: { syslog: () => true },
  claims: (raw) => headerOf(raw)?.dress === 'rfc5424',
  parse(raw, ctx) {
    const header = headerOf(raw);
    if (header === undefined) return fail('no-syslog-header', 'expected an RFC 5424 header');
    const { priority = null, msgId = null, structuredData, body } = header;
    const fault = faultOf(raw);
    const attributes = {
      priority,
      // A line that a shipper carries along in JSON is not looked at again.
      version: Number(VERSION.exec(raw.text)?.[1] ?? 1),
      msgId,
      structuredData: structuredData === undefined ? [] : structuredElements(structuredData),
      ...repeatsIn(body),
      ...fault,
    };
    return ok(syslogRecord('syslog-rfc5424', raw, header, ctx, attributes, fault === NO_FAULT));
  },
} satisfies LogFormat;
