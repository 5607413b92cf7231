import { fail, ok } from '../../model/result.ts';
import type { LogFormat } from '../formats/format.ts';
import { headerOf, type SyslogHeader } from './header.ts';
import { syslogRecord } from './record.ts';

/** What a format found in a message; `complete` false flags the record `best-effort`. */
export interface MessageFields {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly complete: boolean;
}

/** A format that is told by its syslog tag and message, in any dress of syslog. */
export function taggedFormat(
  name: string,
  isTag: (appName: string) => boolean,
  isBody: (body: string) => boolean,
  read: (header: SyslogHeader) => MessageFields,
): Pick<LogFormat, 'asked' | 'claims' | 'parse'> {
  return {
    asked: { syslog: isTag },
    claims(raw) {
      const header = headerOf(raw);
      return header !== undefined && isBody(header.body);
    },
    parse(raw, ctx) {
      const header = headerOf(raw);
      if (header === undefined) return fail('no-syslog-header', 'expected a syslog header');
      const { attributes, complete } = read(header);
      return ok(syslogRecord(name, raw, header, ctx, attributes, complete));
    },
  };
}
