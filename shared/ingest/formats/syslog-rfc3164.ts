import { fail, ok } from '../../model/result.ts';
import { headerOf } from '../syslog/header.ts';
import { syslogRecord } from '../syslog/record.ts';
import { repeatsIn } from '../syslog/repeated.ts';
import { faultOf, NO_FAULT } from '../syslog/rfc5424-fault.ts';
import type { LogFormat } from './format.ts';

/**
 * Any line with a traditional header, and what journalctl prints in its place. Attributes: `repeats`; of a line with a priority and no
 * time that we can read, `fault` and `faultColumn`: where it departs from RFC 5424, which it may have meant to be.
 */
export const syslogRfc3164 = {
  name: 'syslog-rfc3164',
  title: 'Syslog, RFC 3164 and alike',
  asked: { syslog: () => true },
  claims: (raw) => headerOf(raw)?.dress === 'rfc3164',
  parse(raw, ctx) {
    const header = headerOf(raw);
    if (header === undefined) return fail('no-syslog-header', 'expected a traditional syslog header');
    const fault = header.stamp === undefined ? faultOf(raw) : NO_FAULT;
    const attributes = { ...repeatsIn(header.body), ...fault };
    return ok(syslogRecord('syslog-rfc3164', raw, header, ctx, attributes));
  },
} satisfies LogFormat;
