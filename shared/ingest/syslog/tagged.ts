import type { RawRecord } from '../../model/record.ts';
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
    asked: { syslog: isTag, bare: true },
    claims(raw) {
      const header = headerOf(raw) ?? tagAlone(raw, isTag, undefined);
      if (header !== undefined) return isBody(header);
      return bare !== undefined && raw.json === undefined && bare.is(raw.text);
    },
    parse(raw, ctx) {
      const header =
        headerOf(raw) ?? tagAlone(raw, isTag, ctx.host) ?? (bare && bareHeader(bare.tag, raw.text, ctx.host));
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

const TAG = /^([\w-]{1,32})\[(\d{1,10})\]: /;

/** `tag[pid]: text` without a header: what syslog(3) prints to the standard error as well (LOG_PERROR), and so a container. */
function tagAlone({ text, json }: RawRecord, isTag: (name: string) => boolean, host: string | undefined) {
  const [tag = '', name = '', pid] = json === undefined ? (TAG.exec(text) ?? []) : [];
  return isTag(name) ? bareHeader(name, text.slice(tag.length), host, pid) : undefined;
}

/** What stands for the header that is not there: the machine is the one that the source is about. */
const bareHeader = (tag: string, text: string, host: string | undefined, pid?: string): SyslogHeader => ({
  dress: 'rfc3164',
  priority: undefined,
  stamp: undefined,
  hostname: host,
  appName: tag,
  procId: pid,
  msgId: undefined,
  structuredData: undefined,
  body: text.trim(),
  wellFormed: true,
});
