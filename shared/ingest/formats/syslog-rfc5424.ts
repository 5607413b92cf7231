import { fail, ok } from '../../model/result.ts';
import { headerOf } from '../syslog/header.ts';
import { syslogRecord } from '../syslog/record.ts';
import type { LogFormat } from './format.ts';

/** Any RFC 5424 line. Attributes: `msgId`, `structuredData` as written. */
export const syslogRfc5424 = {
  name: 'syslog-rfc5424',
  title: 'Syslog, RFC 5424',
  asked: { syslog: () => true },
  claims: (raw) => headerOf(raw)?.dress === 'rfc5424',
  parse(raw, ctx) {
    const header = headerOf(raw);
    if (header === undefined) return fail('no-syslog-header', 'expected an RFC 5424 header');
    const { msgId = null, structuredData = null } = header;
    return ok(syslogRecord('syslog-rfc5424', raw, header, ctx, { msgId, structuredData }));
  },
} satisfies LogFormat;
