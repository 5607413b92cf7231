import type { RawRecord, SourceContext } from '../../model/record.ts';
import { fail, ok } from '../../model/result.ts';
import type { HeadedReader, LogFormat } from '../formats/format.ts';
import { headerOf, type SyslogHeader } from './header.ts';
import { type Attributes, type FieldsOf, headedRecord, type LocatedFields, syslogRecord } from './record.ts';

/** What a format found in a message; `complete` false flags the record `best-effort`. */
export interface MessageFields {
  readonly attributes: Attributes | LocatedFields;
  readonly complete: boolean;
}

/** Of messages whose text is all there is. */
export const NOTHING_MORE: MessageFields = { attributes: {}, complete: true };

/** Messages that tell their program without a header too: as a container prints them, or copied out of a log. */
export interface Bare {
  readonly tag: string;
  /** Strict: any program may write a line without a header. */
  readonly is: (text: string) => boolean;
}

/** A format that is told by its syslog tag and message, in any dress of syslog, and where `bare` says so without one. */
export function taggedFormat(
  name: string,
  isTag: (appName: string) => boolean,
  isBody: (header: SyslogHeader) => boolean,
  read: (header: SyslogHeader) => MessageFields,
  bare?: Bare,
): Pick<LogFormat, 'asked' | 'claims' | 'parse'> {
  return {
    asked: bare === undefined ? { syslog: isTag } : { syslog: isTag, bare: true },
    claims(raw) {
      const header = headerOf(raw);
      if (header !== undefined) return isBody(header);
      return bare !== undefined && raw.json === undefined && bare.is(raw.text);
    },
    parse(raw, ctx) {
      const header = headerOf(raw) ?? (bare && bareHeader(raw, bare.tag, ctx));
      if (header === undefined) return fail('no-syslog-header', 'expected a syslog header');
      const { attributes, complete } = read(header);
      return ok(syslogRecord(name, raw, header, ctx, attributes, complete));
    },
  };
}

/** Reads lines of these kinds, in which nothing is left to check. One function for all formats: each of its own would be compiled on its own. */
export const headedReader = (name: string, kinds: readonly number[], fieldsOf: FieldsOf): HeadedReader => ({
  kinds,
  read: (line, ctx) => headedRecord(name, line, ctx, fieldsOf),
});

/** What stands for the header that is not there: the machine is the one that the source is about. */
const bareHeader = ({ text }: RawRecord, tag: string, { host }: SourceContext): SyslogHeader => ({
  dress: 'rfc3164',
  priority: undefined,
  stamp: undefined,
  hostname: host,
  appName: tag,
  procId: undefined,
  msgId: undefined,
  structuredData: undefined,
  body: text.trim(),
  wellFormed: true,
});
