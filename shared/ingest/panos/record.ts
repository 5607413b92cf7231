import type { LogRecord, RawRecord, SourceContext } from '../../model/record.ts';
import type { Stamp } from '../syslog/stamp.ts';
import { severityOf } from './attributes.ts';
import type { Content } from './content.ts';
import { resolved } from './stamp.ts';

/** What a format read from a PAN-OS message. */
export interface Said {
  /** When the firewall made the record; else its header's time stands in. */
  readonly stamp: Stamp | undefined;
  /** The zone of that time, where the record names it. */
  readonly zone?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly complete: boolean;
}

/**
 * The record of a PAN-OS message. Its host is the firewall: by its device name, else by the header, else as the source is said
 * to be about, else by its serial number. The severity that it states counts, not the header's priority.
 */
export function panosRecord(
  format: string,
  raw: RawRecord,
  content: Pick<Content, 'text' | 'at' | 'header' | 'hostname'>,
  ctx: SourceContext,
  { stamp, zone, attributes, complete }: Said,
): LogRecord {
  const { header } = content;
  const time = resolved(stamp ?? header?.stamp, ctx, stamp === undefined ? '' : zone);
  return {
    format,
    position: raw.position,
    flags: raw.flags.length === 0 && complete ? time.flags : [...raw.flags, ...time.flags, ...flagOf(complete)],
    timestamp: time.timestamp,
    precision: time.precision,
    severity: severityOf(attributes['severity']),
    hostname: textIn(attributes, 'deviceName') ?? content.hostname ?? ctx.host ?? textIn(attributes, 'serial'),
    appName: undefined,
    procId: undefined,
    body: content.at === 0 ? content.text : content.text.slice(content.at),
    attributes,
  };
}

const flagOf = (complete: boolean) => (complete ? [] : (['best-effort'] as const));

const textIn = (attributes: Readonly<Record<string, unknown>>, name: string): string | undefined => {
  const value = attributes[name];
  return typeof value === 'string' ? value : undefined;
};
