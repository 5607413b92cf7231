import type { Severity } from '../../model/severity.ts';

/** Attributes that are counts; all other numbers stay text, since sequence numbers and flags exceed 2^53. */
const COUNTS = new Set(['repeatCount', 'timeoutSeconds', 'beginPort', 'endPort', 'loginSeconds', 'responseMs']);
const ADDRESSES = new Set(['address', 'publicAddress', 'publicAddressV6', 'privateAddress', 'privateAddressV6']);
const ABSENT_ADDRESSES = new Set(['0.0.0.0', '::', '0:0:0:0:0:0:0:0']);

/** The value of a field as an attribute: null where the source says that it has none. */
export function attributeOf(name: string, text: string): string | number | null {
  if (text === '') return null;
  if (COUNTS.has(name)) return /^-?\d{1,15}$/.test(text) ? Number(text) : null;
  if (ADDRESSES.has(name)) return ABSENT_ADDRESSES.has(text) ? null : text;
  // A forwarder doubles the backslash of `domain\user`.
  if (name === 'user') return text.includes('\\\\') ? text.replaceAll('\\\\', '\\') : text;
  if (name === 'serial') return text === 'no-serial' ? null : text;
  if (name === 'severity' || name === 'subtype') return text.toLowerCase();
  return text;
}

/** PAN-OS severities, which are the truth beside the priority of a syslog header. CEF and LEEF number them from 1 to 5. */
const SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ['informational', 'informational'],
  ['low', 'informational'],
  ['medium', 'warning'],
  ['high', 'warning'],
  ['critical', 'critical'],
  ['1', 'informational'],
  ['2', 'informational'],
  ['3', 'warning'],
  ['4', 'warning'],
  ['5', 'critical'],
]);

export const severityOf = (word: unknown): Severity | undefined =>
  typeof word === 'string' ? SEVERITIES.get(word.toLowerCase()) : undefined;
