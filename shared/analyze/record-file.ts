import { closeSync, openSync, writeSync } from 'node:fs';
import { candidatesFor, entityOfRecord } from '../ingest/index.ts';
import type { LogRecord, RawRecord, SourceContext } from '../model/record.ts';
import { isoOf } from '../model/time.ts';

const BUFFERED_CHARS = 256 * 1024;

/** Every record of a run as a line of JSON: what `--records` writes. Throws what the file system throws; never over a file that exists. */
export class RecordFile {
  readonly #file: number;
  readonly #candidates = candidatesFor();
  #lines = '';

  constructor(path: string) {
    this.#file = openSync(path, 'wx');
  }

  write(record: LogRecord, raw: RawRecord, ctx: SourceContext): void {
    this.#lines += `${recordLine(this.#whole(record, raw, ctx), ctx)}\n`;
    if (this.#lines.length > BUFFERED_CHARS) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  /** Chatter that the reader only counts has no fields yet. */
  #whole(record: LogRecord, raw: RawRecord, ctx: SourceContext): LogRecord {
    if (record.body !== '' || raw.json === undefined) return record;
    const parsed = this.#candidates.parse(raw, ctx);
    return parsed?.ok ? parsed.value : record;
  }

  #flush(): void {
    writeSync(this.#file, this.#lines);
    this.#lines = '';
  }
}

/**
 * A record as JSON. `timestamp` is what the source said, in UTC, null when it said none; `precision` how many digits of a second it stated; `flags` whether
 * its zone was assumed or its year inferred; `observedAt` the source's own time: of its file, its blob, its event.
 */
export function recordLine(record: LogRecord, { referenceMs }: SourceContext): string {
  const { format, position, timestamp = null, precision, flags, severity = null, hostname = null } = record;
  const { appName = null, procId = null, body, attributes } = record;
  const entity = entityOfRecord(record) ?? null;
  return JSON.stringify({
    format,
    ...position,
    observedAt: isoOf(referenceMs),
    timestamp,
    precision,
    flags,
    severity,
    entity,
    hostname,
    appName,
    procId,
    body,
    attributes,
  });
}
