import type { LogRecord, RawRecord, SourceContext } from '../../model/record.ts';
import type { Result } from '../../model/result.ts';

/** One kind of line. To add one: a file here, a line in `index.ts`, fixtures in `test/fixtures/formats/<name>/`. */
export interface LogFormat {
  /** Also the name of the fixture folder. */
  readonly name: string;
  /** A few words for reports. */
  readonly title: string;
  /** Cheap and strict: a false no costs a field, a wrong yes hides a line from its own format. */
  claims(raw: RawRecord): boolean;
  /** Total: never throws. Called only on what it claims; best effort is flagged, a failure becomes a dead letter. */
  parse(raw: RawRecord, ctx: SourceContext): Result<LogRecord>;
}
