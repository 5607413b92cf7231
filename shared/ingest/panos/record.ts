import type { RawRecord, SourceContext } from '../../model/record.ts';
import { type Attributes, allFlags, LineRecord, type LocatedFields } from '../syslog/record.ts';
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
  readonly attributes: Attributes | LocatedFields;
  /** What the record needs of them at once. */
  readonly names: Names;
  readonly complete: boolean;
}

/** Who made a record, and how severe it says that it is. */
export interface Names {
  readonly deviceName: string | null;
  readonly serial: string | null;
  readonly severity: string | null;
}

export const NO_NAMES: Names = { deviceName: null, serial: null, severity: null };

/** Of attributes that are at hand. */
export const namesIn = (attributes: Attributes): Names => ({
  deviceName: textIn(attributes, 'deviceName'),
  serial: textIn(attributes, 'serial'),
  severity: textIn(attributes, 'severity'),
});

const textIn = (attributes: Attributes, name: string): string | null => {
  const value = attributes[name];
  return typeof value === 'string' ? value : null;
};

/**
 * The record of a PAN-OS message. Its host is the firewall: by its device name, else by the header (behind a log service's relay by its
 * serial number), else as the source is said to be about, else by its serial number. The severity that it states counts, not the
 * header's priority.
 */
export function panosRecord(
  format: string,
  raw: RawRecord,
  content: Content,
  ctx: SourceContext,
  { stamp, zone, attributes, names, complete }: Said,
): LineRecord {
  const time = resolved(stamp ?? content.stamp, ctx, stamp === undefined ? '' : zone);
  const heading = new Heading(content, names, ctx);
  const flags = allFlags(raw.flags, time.flags, !complete);
  return new LineRecord(format, raw, heading, time, flags, severityOf(names.severity), attributes);
}

/** Hosts of the Strata Logging Service, which passes on what many firewalls say. */
const RELAY = /^(?:(?:stream-|\d{1,20}-log-forwarder-)?logfwd\d|logforwarder$)/;

/** The message without what it is wrapped in. */
class Heading {
  // Declared only, as in `RawLine`.
  declare private readonly content: Content;
  declare private readonly names: Names;
  declare private readonly ctx: SourceContext;
  declare private host: string | undefined;

  constructor(content: Content, names: Names, ctx: SourceContext) {
    this.content = content;
    this.names = names;
    this.ctx = ctx;
    this.host = undefined;
  }

  get hostname(): string | undefined {
    this.host ??= this.names.deviceName ?? this.sender ?? this.ctx.host ?? this.names.serial ?? undefined;
    return this.host;
  }

  /** A search for a part of a relay's name costs less than the expression, which hardly any host needs. */
  private get sender(): string | undefined {
    const { hostname } = this.content;
    return hostname?.includes('logf') && RELAY.test(hostname) ? (this.names.serial ?? undefined) : hostname;
  }

  get appName(): undefined {
    return undefined;
  }

  get procId(): undefined {
    return undefined;
  }

  get body(): string {
    return this.content.body;
  }
}
