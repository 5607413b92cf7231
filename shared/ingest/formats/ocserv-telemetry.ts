import type { LogRecord, SourceContext } from '../../model/record.ts';
import * as kinds from '../kernel/layout.ts';
import { Fields } from '../syslog/fields.ts';
import type { HeadedLine } from '../syslog/headed-line.ts';
import type { SyslogHeader } from '../syslog/header.ts';
import { Beginning } from '../syslog/message.ts';
import { type Attributes, headedRecord, LocatedFields, syslogRecord } from '../syslog/record.ts';
import { type MessageFields, taggedFormat } from '../syslog/tagged.ts';
import type { LogFormat } from './format.ts';

export const TELEMETRY = new Beginning('OCSERV_TELEMETRY,', kinds.TELEMETRY);

/**
 * `OCSERV_TELEMETRY,operation[,id],client,server,gateway,assigned,user,device,agent[,bytes in,bytes out,seconds]`. The numeric
 * id is not documented but sent (ocserv's script variable ID, the worker's pid). Agents may hold commas, so a disconnect's
 * three counts are taken from the end. Printed copies have blanks behind commas and stray digits before an address.
 */
export const ocservTelemetry = {
  name: 'ocserv-telemetry',
  title: 'Microsoft Tunnel session telemetry',
  ...taggedFormat(
    'ocserv-telemetry',
    (tag) => tag.startsWith('ocserv'),
    (header) => TELEMETRY.isOf(header),
    read,
  ),
  headed: { kinds: [kinds.TELEMETRY], read: readHeaded },
} satisfies LogFormat;

/** One whose fields are not all there is flagged. */
function readHeaded(line: HeadedLine, ctx: SourceContext): LogRecord {
  const { attributes, complete } = read(line);
  return complete
    ? headedRecord('ocserv-telemetry', line, ctx, attributes)
    : syslogRecord('ocserv-telemetry', line, line, ctx, attributes, complete);
}

const COUNTS = 3;

function read(header: SyslogHeader): MessageFields {
  const fields = new Fields(header, TELEMETRY.length);
  const operation = fields.text(0).toLowerCase();
  const first = fields.isDigits(1) ? 2 : 1;
  const countsAt = fields.count - COUNTS;
  const isCounted =
    operation === 'disconnect' && countsAt > first + 6 && [0, 1, 2].every((i) => isCount(fields, countsAt + i));
  return {
    attributes: new TelemetryFields(fields, operation, first, isCounted),
    complete: fields.count > first + 5,
  };
}

/** A count, or the nothing that ocserv sends where it knows none. */
const isCount = (fields: Fields, index: number): boolean => fields.integer(index) !== null || fields.text(index) === '';

/** A session's begin or end. */
class TelemetryFields extends LocatedFields {
  readonly #fields: Fields;
  readonly operation: string;
  /** The index of the client's address; an id stands before it, or nothing. */
  readonly #first: number;
  /** The index behind the agent. */
  readonly #agentEnd: number;
  readonly bytesIn: number | null;
  readonly bytesOut: number | null;
  readonly durationSeconds: number | null;

  constructor(fields: Fields, operation: string, first: number, isCounted: boolean) {
    super();
    this.#fields = fields;
    this.operation = operation;
    this.#first = first;
    const countsAt = fields.count - COUNTS;
    this.#agentEnd = isCounted ? countsAt : fields.count;
    this.bytesIn = isCounted ? fields.integer(countsAt) : null;
    this.bytesOut = isCounted ? fields.integer(countsAt + 1) : null;
    this.durationSeconds = isCounted ? fields.integer(countsAt + 2) : null;
  }

  attributes(): Attributes {
    const fields = this.#fields;
    const first = this.#first;
    return {
      operation: this.operation,
      id: first === 1 ? null : fields.text(1),
      clientIp: this.#addressAt(first),
      serverIp: this.#addressAt(first + 1),
      gatewayIp: this.#addressAt(first + 2),
      assignedIp: this.#addressAt(first + 3),
      user: fields.text(first + 4) || null,
      device: fields.text(first + 5) || null,
      userAgent: this.#agent(first + 6) || null,
      bytesIn: this.bytesIn,
      bytesOut: this.bytesOut,
      durationSeconds: this.durationSeconds,
    };
  }

  /** `3 169.254.0.1` is an address behind a digit that a translation left there. */
  #addressAt(index: number): string | null {
    if (index >= this.#fields.count) return null;
    const text = this.#fields.text(index);
    const space = text.lastIndexOf(' ');
    return space < 0 ? text : text.slice(space + 1);
  }

  #agent(from: number): string {
    let agent = this.#fields.text(from);
    for (let i = from + 1; i < this.#agentEnd; i++) agent += `, ${this.#fields.text(i)}`;
    return agent;
  }
}
