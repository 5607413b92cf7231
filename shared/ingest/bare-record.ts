import type { LogRecord, RawRecord } from '../model/record.ts';

/** What is to be said of a text without a header: its place, and the machine that its source is about, where one is known. */
export const bareRecord = (format: string, raw: RawRecord, host: string | undefined): LogRecord => ({
  format,
  position: raw.position,
  flags: [...raw.flags, 'no-time'],
  timestamp: undefined,
  precision: 0,
  severity: undefined,
  hostname: host,
  appName: undefined,
  procId: undefined,
  body: raw.text,
  attributes: {},
});
