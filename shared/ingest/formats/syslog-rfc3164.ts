import { fail, ok } from '../../model/result.ts';
import { headerOf } from '../syslog/header.ts';
import { syslogRecord } from '../syslog/record.ts';
import type { LogFormat } from './format.ts';

/** Any line with a traditional header, and what journalctl prints in its place. */
export const syslogRfc3164 = {
  name: 'syslog-rfc3164',
  title: 'Syslog, RFC 3164 and alike',
  asked: { syslog: () => true },
  claims: (raw) => headerOf(raw)?.dress === 'rfc3164',
  parse(raw, ctx) {
    const header = headerOf(raw);
    if (header === undefined) return fail('no-syslog-header', 'expected a traditional syslog header');
    return ok(syslogRecord('syslog-rfc3164', raw, header, ctx, {}));
  },
} satisfies LogFormat;
