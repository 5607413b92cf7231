import type { LogRecord, SourceContext } from '../../model/record.ts';
import * as kinds from '../kernel/layout.ts';
import { Fields } from '../syslog/fields.ts';
import type { HeadedLine } from '../syslog/headed-line.ts';
import type { SyslogHeader } from '../syslog/header.ts';
import { Beginning } from '../syslog/message.ts';
import { type Attributes, headedRecord, LineRecord, LocatedFields, syslogRecord } from '../syslog/record.ts';
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
  return isComplete(line.fieldCount, line.numberBehind(0))
    ? headedRecord('ocserv-telemetry', line, ctx, fieldsOf)
    : syslogRecord('ocserv-telemetry', line, line, ctx, fieldsOf(line), false);
}

const fieldsOf = (line: HeadedLine): LocatedFields =>
  new Telemetry(new Fields(line, TELEMETRY.length), line.numberBehind(0), line.numberBehind(1));

const COUNTS = 3;

/** As the kernel does it for most lines. */
function read(header: SyslogHeader): MessageFields {
  const fields = new Fields(header, TELEMETRY.length);
  const first = fields.isDigits(1) ? 2 : 1;
  const countsAt = fields.count - COUNTS;
  const isCounted =
    fields.text(0).toLowerCase() === 'disconnect' &&
    countsAt > first + 6 &&
    isCount(fields, countsAt) &&
    isCount(fields, countsAt + 1) &&
    isCount(fields, countsAt + 2);
  return {
    attributes: new Telemetry(fields, first, isCounted ? countsAt : fields.count),
    complete: isComplete(fields.count, first),
  };
}

/** A count, or the nothing that ocserv sends where it knows none. */
const isCount = (fields: Fields, index: number): boolean => fields.integer(index) !== null || fields.text(index) === '';

const isComplete = (count: number, first: number): boolean => count > first + 5;

/** What facts are made of. */
interface Session {
  readonly operation?: unknown;
  readonly id?: unknown;
  readonly clientIp?: unknown;
  readonly assignedIp?: unknown;
  readonly user?: unknown;
  readonly bytesIn?: unknown;
  readonly bytesOut?: unknown;
  readonly durationSeconds?: unknown;
}

/** What a record says of a session: where its fields are at hand, none is cut out that nobody asks for. */
export const telemetryOf = (record: LogRecord): Session =>
  record instanceof LineRecord && record.fields instanceof Telemetry ? record.fields : record.attributes;

/** A session's begin or end. What every line is asked for is cut out at once: a getter of each would be compiled on its own. */
class Telemetry extends LocatedFields implements Session {
  readonly operation: string;
  readonly id: string | null;
  readonly clientIp: string | null;
  readonly assignedIp: string | null;
  readonly user: string | null;
  readonly bytesIn: number | null;
  readonly bytesOut: number | null;
  readonly durationSeconds: number | null;
  readonly #fields: Fields;
  /** The index of the client's address; an id stands before it, or nothing. */
  readonly #first: number;
  /** The index behind the agent. */
  readonly #agentEnd: number;

  constructor(fields: Fields, first: number, agentEnd: number) {
    super();
    const isCounted = agentEnd < fields.count;
    this.operation = fields.text(0).toLowerCase();
    this.id = first === 1 ? null : fields.text(1);
    this.clientIp = addressIn(fields, first);
    this.assignedIp = addressIn(fields, first + 3);
    this.user = fields.text(first + 4) || null;
    this.bytesIn = isCounted ? fields.integer(agentEnd) : null;
    this.bytesOut = isCounted ? fields.integer(agentEnd + 1) : null;
    this.durationSeconds = isCounted ? fields.integer(agentEnd + 2) : null;
    this.#fields = fields;
    this.#first = first;
    this.#agentEnd = agentEnd;
  }

  attributes(): Attributes {
    return {
      operation: this.operation,
      id: this.id,
      clientIp: this.clientIp,
      serverIp: addressIn(this.#fields, this.#first + 1),
      gatewayIp: addressIn(this.#fields, this.#first + 2),
      assignedIp: this.assignedIp,
      user: this.user,
      device: this.#fields.text(this.#first + 5) || null,
      userAgent: this.#agent || null,
      bytesIn: this.bytesIn,
      bytesOut: this.bytesOut,
      durationSeconds: this.durationSeconds,
    };
  }

  get #agent(): string {
    const from = this.#first + 6;
    let agent = this.#fields.text(from);
    for (let i = from + 1; i < this.#agentEnd; i++) agent += `, ${this.#fields.text(i)}`;
    return agent;
  }
}

/** An address. `3 169.254.0.1` is one behind a digit that a translation left there. */
function addressIn(fields: Fields, index: number): string | null {
  if (index >= fields.count) return null;
  const text = fields.text(index);
  return text.indexOf(' ') >= 0 ? text.slice(text.lastIndexOf(' ') + 1) : text;
}
