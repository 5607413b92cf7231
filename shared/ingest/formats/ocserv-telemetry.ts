import { Fields } from '../syslog/fields.ts';
import type { SyslogHeader } from '../syslog/header.ts';
import { type MessageFields, taggedFormat } from '../syslog/tagged.ts';
import type { LogFormat } from './format.ts';

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
    (body) => body.startsWith(START),
    fields,
  ),
} satisfies LogFormat;

const START = 'OCSERV_TELEMETRY,';
const COUNTS = 3;
const parts = new Fields();

function fields({ body }: SyslogHeader): MessageFields {
  parts.take(body, START.length);
  const operation = parts.text(0).toLowerCase();
  const id = isDigits(parts.text(1)) ? parts.text(1) : null;
  const first = id === null ? 1 : 2;
  const agentAt = first + 6;
  const countsAt = parts.count - COUNTS;
  const counted = operation === 'disconnect' && countsAt > agentAt && [0, 1, 2].every((i) => isCount(countsAt + i));
  return {
    attributes: {
      operation,
      id,
      clientIp: addressAt(first),
      serverIp: addressAt(first + 1),
      gatewayIp: addressAt(first + 2),
      assignedIp: addressAt(first + 3),
      user: parts.text(first + 4) || null,
      device: parts.text(first + 5) || null,
      userAgent: agentBetween(agentAt, counted ? countsAt : parts.count) || null,
      bytesIn: counted ? parts.integer(countsAt) : null,
      bytesOut: counted ? parts.integer(countsAt + 1) : null,
      durationSeconds: counted ? parts.integer(countsAt + 2) : null,
    },
    complete: parts.count > first + 5,
  };
}

/** `3 169.254.0.1` is an address behind a digit that a translation left there. */
function addressAt(index: number): string | null {
  if (index >= parts.count) return null;
  const text = parts.text(index);
  const space = text.lastIndexOf(' ');
  return space < 0 ? text : text.slice(space + 1);
}

function agentBetween(from: number, to: number): string {
  let agent = parts.text(from);
  for (let i = from + 1; i < to; i++) agent += `, ${parts.text(i)}`;
  return agent;
}

const isDigits = (text: string): boolean => /^\d+$/.test(text);

/** A count, or the nothing that ocserv sends where it knows none. */
const isCount = (index: number): boolean => parts.integer(index) !== null || parts.text(index) === '';
