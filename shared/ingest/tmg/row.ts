import { splitEndpoint } from '../syslog/address.ts';
import { actionOf } from './actions.ts';
import type { Column, Layout } from './columns.ts';
import { RESULT_CODES, resultCodeOf } from './result-codes.ts';

/** A row of a log, read by its columns. */
export interface Row {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly hostname: string | undefined;
  readonly date: string | undefined;
  readonly time: string | undefined;
  /** Values beyond the columns; negative when there are too few. */
  readonly surplus: number;
}

/** Reads values by their columns. `-` and nothing are no value: null, or left out where the column itself may be missing. */
export function readRow({ log, columns }: Layout, values: readonly string[]): Row {
  const attributes: Record<string, unknown> = { log };
  let [hostname, date, time]: (string | undefined)[] = [];
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i];
    const stated = values[i]?.trim();
    if (column === undefined) break;
    const value = stated === '-' || stated === '' ? undefined : stated;
    if (column.kind === 'name') hostname = value;
    else if (column.kind === 'date') date = value;
    else if (column.kind === 'time') time = value;
    else readValue(attributes, column, value);
  }
  if (values.length > columns.length) attributes['more'] = values.slice(columns.length);
  if (typeof attributes['protocol'] === 'string' && attributes['protocol'].toUpperCase().startsWith('ICMP'))
    asIcmp(attributes);
  return { attributes, hostname, date, time, surplus: values.length - columns.length };
}

function readValue(attributes: Record<string, unknown>, column: Column, value: string | undefined): void {
  const { attribute, kind } = column;
  switch (kind) {
    case 'count':
    case 'port':
      attributes[attribute] = value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : null;
      return;
    case 'endpoint':
      readEndpoint(attributes, column, value);
      return;
    case 'action':
      attributes[attribute] = value === undefined ? null : (actionOf(value) ?? value);
      return;
    case 'status':
      readStatus(attributes, value);
      return;
    case 'user':
      readUser(attributes, value);
      return;
    case 'yes-no':
      attributes[attribute] = value === undefined ? null : value.toUpperCase() === 'Y';
      return;
    default:
      attributes[attribute] = value ?? null;
  }
}

/** `address:port`. IGMP has no port. */
function readEndpoint(
  attributes: Record<string, unknown>,
  { attribute, port }: Column,
  value: string | undefined,
): void {
  const endpoint = value === undefined ? undefined : splitEndpoint(value);
  attributes[attribute] = endpoint?.address ?? null;
  if (port !== undefined) attributes[port] = endpoint?.port ?? null;
}

/** A code of the firewall engine, or of HTTP, Winsock (10060) or the proxy (12202), which are decimal. */
function readStatus(attributes: Record<string, unknown>, value: string | undefined): void {
  const code = value === undefined ? undefined : resultCodeOf(value);
  attributes['status'] = code ?? (value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : (value ?? null));
  if (code !== undefined && RESULT_CODES[code]) attributes['statusSymbol'] = RESULT_CODES[code].symbol;
}

/** `contoso\alice`, `contoso\alice (?)`: who it was, and whether he had shown it. `anonymous` is nobody. */
function readUser(attributes: Record<string, unknown>, value: string | undefined): void {
  const mark = value?.endsWith('(?)') ? 3 : value?.endsWith('?') ? 1 : 0;
  const user = value?.slice(0, value.length - mark).trimEnd();
  attributes['user'] = user === undefined || user === '' || user.toLowerCase() === 'anonymous' ? null : user;
  if (mark > 0) attributes['authenticated'] = false;
}

/** ICMP rows have the type in place of the source port and the code in place of the destination port, and leave zeros out. */
function asIcmp(attributes: Record<string, unknown>): void {
  attributes['icmpType'] = attributes['sourcePort'] ?? 0;
  attributes['icmpCode'] = attributes['destinationPort'] ?? 0;
  attributes['sourcePort'] = null;
  attributes['destinationPort'] = null;
}
