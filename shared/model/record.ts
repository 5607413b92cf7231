import type { Severity } from './severity.ts';
import type { Timestamp } from './time.ts';

/** Where a record begins: source name (a file, `archive.zip!member`, a blob, a hub partition), 1-based line, byte offset. */
export interface Position {
  readonly source: string;
  readonly line: number;
  /** Offset in the uncompressed bytes of the source, or the sequence number of an event. */
  readonly byte: number;
}

/** Something odd that did not stop the record from being read. It stays visible. */
export type RecordFlag =
  | 'invalid-encoding'
  | 'encoding-assumed'
  | 'no-time'
  | 'zone-assumed'
  | 'year-inferred'
  | 'truncated'
  | 'best-effort'
  | 'nul-removed';

/** A framed piece of input: one line, or one JSON record cut from an envelope. */
export interface RawRecord {
  readonly text: string;
  /** The parsed JSON when framing had to parse it (`{"records":[…]}`, arrays); formats then need not parse again. */
  readonly json?: unknown;
  /** The names of a W3C extended log's columns: the last `#Fields:` line above this one. */
  readonly columns?: string;
  readonly position: Position;
  /** Length in source bytes, line end included. */
  readonly length: number;
  readonly flags: readonly RecordFlag[];
}

/** What a line says, normalised. Later stages see this and never syslog text or Azure JSON. */
export interface LogRecord {
  readonly format: string;
  readonly position: Position;
  readonly flags: readonly RecordFlag[];
  /** Said by the source; undefined when it said none. */
  readonly timestamp: Timestamp | undefined;
  /** Decimal digits of a second the source stated: 0 for syslog, 7 for Azure. */
  readonly precision: number;
  readonly severity: Severity | undefined;
  readonly hostname: string | undefined;
  readonly appName: string | undefined;
  readonly procId: string | undefined;
  readonly body: string;
  /** Typed fields of the format, documented at the format. Azure: resourceId, category, operationName, properties, … */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A record as an object of its own fields: the records of lines make some of theirs only when they are asked for. */
export const plainRecord = (record: LogRecord): LogRecord => ({
  format: record.format,
  position: record.position,
  flags: record.flags,
  timestamp: record.timestamp,
  precision: record.precision,
  severity: record.severity,
  hostname: record.hostname,
  appName: record.appName,
  procId: record.procId,
  body: record.body,
  attributes: record.attributes,
});

/** What parsing may know about a source, beside its bytes. Zone and year are settings or inferred against `referenceMs`, never the wall clock. */
export interface SourceContext {
  /** IANA zone for times that state none. */
  readonly zone: string;
  /** Fixed year for times that state none; else the year nearest to `referenceMs` is chosen, at most a day ahead of it. */
  readonly year?: number;
  /** Enqueued time, blob creation, or the file's own time. */
  readonly referenceMs: number;
  /** The firewall or server that the source's records are about where they name none: of its settings, metadata or path. */
  readonly host?: string;
  /** Format names to try first, when the source's settings or its path name them. */
  readonly formatHints?: readonly string[];
}

/** A record that nothing could read, kept whole elsewhere; here its place and the reason. */
export interface Rejection {
  readonly position: Position;
  readonly reason: string;
  readonly detail: string;
}
