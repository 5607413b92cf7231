import type { LogRecord, RawRecord, SourceContext } from '../../model/record.ts';
import type { Result } from '../../model/result.ts';
import type { HeadedLine } from '../syslog/headed-line.ts';

/** One kind of record. To add one: a file here, a line in `index.ts`, fixtures in `test/fixtures/formats/<name>/`. */
export interface LogFormat {
  /** Also the name of the fixture folder. */
  readonly name: string;
  /** A few words for reports. */
  readonly title: string;
  readonly asked: Asked;
  /** About records that `asked` names. Cheap and strict: a false no costs a field, a wrong yes hides a record from its own format. */
  claims(raw: RawRecord): boolean;
  /** Total: never throws. Called only on what it claims; best effort is flagged, a failure becomes a dead letter. */
  parse(raw: RawRecord, ctx: SourceContext): Result<LogRecord>;
  /** For the formats that most lines are of: reads those of which the kernel knew all there is to check. */
  readonly headed?: HeadedReader;
  /** For the few formats that are nearly all chatter: tells what can only count before it is parsed. */
  readonly glance?: Glance;
}

/** What reads lines of some kinds (see `kernel/layout.ts`), with any tag that the format is asked about. */
export interface HeadedReader {
  /** All of whose lines it claims. */
  readonly kinds: readonly number[];
  /** Of which it may claim some, as of odd lines. Of others it claims none. */
  readonly unsure?: readonly number[];
  /** What `parse` would give. */
  read(line: HeadedLine, ctx: SourceContext): LogRecord;
}

/** A look at the JSON text of one record that begins with its time and ends with a message in an inner object. */
export interface Glance {
  /** Stands before the first inner brace of every record that it knows. */
  readonly mark: string;
  /** Where the message begins, behind its quote; -1 when the record is not of this format for sure. Only the text before it counts. */
  messageAt(json: string): number;
  /** Whether a message without escapes can only count. */
  isChatter(message: string): boolean;
}

/**
 * Which records a format is asked about at all. Answers are kept for each category and tag, so that a format costs nothing to the
 * lines of another system.
 */
export interface Asked {
  /** Records of Azure Monitor, by category in lower case (empty when they have none). */
  readonly azure?: (category: string) => boolean;
  /** JSON that is neither of Azure Monitor nor dressed as syslog. */
  readonly json?: true;
  /** Whatever has a syslog header, by its tag as written; `''` when it has none. */
  readonly syslog?: (tag: string) => boolean;
  /** Text without a header that we know. */
  readonly bare?: true;
}
