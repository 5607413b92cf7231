import type { LogRecord, RawRecord } from '../model/record.ts';
import type { LogFormat } from './formats/format.ts';
import { FORMATS } from './formats/index.ts';

type Glancing = LogFormat & { readonly glance: NonNullable<LogFormat['glance']> };
const GLANCING = FORMATS.filter((format): format is Glancing => format.glance !== undefined);
const NO_ATTRIBUTES: Readonly<Record<string, unknown>> = {};

/** The record of a JSON text that can only count: its format and time, nothing else is taken out. Undefined when it must be read. */
export function glanceAt({ text, position, flags }: RawRecord): LogRecord | undefined {
  for (const { name, glance } of GLANCING) {
    const timestamp = glance(text);
    if (timestamp === undefined) continue;
    return {
      format: name,
      position,
      flags,
      timestamp,
      precision: 7,
      severity: undefined,
      hostname: undefined,
      appName: undefined,
      procId: undefined,
      body: '',
      attributes: NO_ATTRIBUTES,
    };
  }
  return undefined;
}
