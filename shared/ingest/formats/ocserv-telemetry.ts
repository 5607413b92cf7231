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
    (body) => body.startsWith('OCSERV_TELEMETRY,'),
    fields,
  ),
} satisfies LogFormat;

const COUNTS = 3;

function fields({ body }: SyslogHeader): MessageFields {
  const parts = body
    .slice('OCSERV_TELEMETRY,'.length)
    .split(',')
    .map((part) => part.trim());
  const operation = (parts.shift() ?? '').toLowerCase();
  const id = /^\d+$/.test(parts[0] ?? '') ? (parts.shift() ?? null) : null;
  const [clientIp, serverIp, gatewayIp, assignedIp] = parts.slice(0, 4).map(lastWord);
  const [user, device, ...rest] = parts.slice(4);
  const counted = operation === 'disconnect' && rest.length > COUNTS && rest.slice(-COUNTS).every(isCount);
  const counts = counted ? rest.slice(-COUNTS).map(count) : [];
  return {
    attributes: {
      operation,
      id,
      clientIp: clientIp ?? null,
      serverIp: serverIp ?? null,
      gatewayIp: gatewayIp ?? null,
      assignedIp: assignedIp ?? null,
      user: user || null,
      device: device || null,
      userAgent: (counted ? rest.slice(0, -COUNTS) : rest).join(', ') || null,
      bytesIn: counts[0] ?? null,
      bytesOut: counts[1] ?? null,
      durationSeconds: counts[2] ?? null,
    },
    complete: user !== undefined && device !== undefined,
  };
}

/** `3 169.254.0.1` is an address behind a digit that a translation left there. */
const lastWord = (text: string): string => text.slice(text.lastIndexOf(' ') + 1);

const isCount = (text: string): boolean => /^\d*$/.test(text);

const count = (text: string): number | null => (text === '' ? null : Number(text));
