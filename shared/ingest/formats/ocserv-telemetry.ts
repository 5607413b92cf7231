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

/** A session's begin or end. */
class Telemetry extends LocatedFields implements Session {
  readonly #fields: Fields;
  /** The index of the client's address; an id stands before it, or nothing. */
  readonly #first: number;
  /** The index behind the agent. */
  readonly #agentEnd: number;

  constructor(fields: Fields, first: number, agentEnd: number) {
    super();
    this.#fields = fields;
    this.#first = first;
    this.#agentEnd = agentEnd;
  }

  attributes(): Attributes {
    return {
      operation: this.operation,
      id: this.id,
      clientIp: this.clientIp,
      serverIp: this.#addressAt(1),
      gatewayIp: this.#addressAt(2),
      assignedIp: this.assignedIp,
      user: this.user,
      device: this.#fields.text(this.#first + 5) || null,
      userAgent: this.#agent || null,
      bytesIn: this.bytesIn,
      bytesOut: this.bytesOut,
      durationSeconds: this.durationSeconds,
    };
  }

  get operation(): string {
    return this.#fields.text(0).toLowerCase();
  }

  get id(): string | null {
    return this.#first === 1 ? null : this.#fields.text(1);
  }

  get clientIp(): string | null {
    return this.#addressAt(0);
  }

  get assignedIp(): string | null {
    return this.#addressAt(3);
  }

  get user(): string | null {
    return this.#fields.text(this.#first + 4) || null;
  }

  get bytesIn(): number | null {
    return this.#count(0);
  }

  get bytesOut(): number | null {
    return this.#count(1);
  }

  get durationSeconds(): number | null {
    return this.#count(2);
  }

  /** One of the four addresses. `3 169.254.0.1` is an address behind a digit that a translation left there. */
  #addressAt(place: number): string | null {
    const index = this.#first + place;
    if (index >= this.#fields.count) return null;
    const text = this.#fields.text(index);
    return text.indexOf(' ') >= 0 ? text.slice(text.lastIndexOf(' ') + 1) : text;
  }

  get #agent(): string {
    const from = this.#first + 6;
    let agent = this.#fields.text(from);
    for (let i = from + 1; i < this.#agentEnd; i++) agent += `, ${this.#fields.text(i)}`;
    return agent;
  }

  /** One of the three counts behind the agent. */
  #count(place: number): number | null {
    return this.#agentEnd < this.#fields.count ? this.#fields.integer(this.#agentEnd + place) : null;
  }
}
