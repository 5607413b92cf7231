import type { LogRecord, RawRecord, SourceContext } from '../../model/record.ts';
import { fail, ok, type Result } from '../../model/result.ts';
import { headerOf, type SyslogHeader } from './header.ts';
import { syslogRecord } from './record.ts';

/** What a format found in a message; `complete` false flags the record `best-effort`. */
export interface MessageFields {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly complete: boolean;
}

/** The two functions of a format that is told by its syslog tag and message, in any dress of syslog. */
export function taggedFormat(
  name: string,
  isMine: (appName: string, body: string) => boolean,
  read: (header: SyslogHeader) => MessageFields,
): { claims(raw: RawRecord): boolean; parse(raw: RawRecord, ctx: SourceContext): Result<LogRecord> } {
  return {
    claims(raw) {
      const header = headerOf(raw);
      return header?.appName !== undefined && isMine(header.appName, header.body);
    },
    parse(raw, ctx) {
      const header = headerOf(raw);
      if (header === undefined) return fail('no-syslog-header', 'expected a syslog header');
      const { attributes, complete } = read(header);
      return ok(syslogRecord(name, raw, header, ctx, attributes, complete));
    },
  };
}
