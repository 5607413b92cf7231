import type { Scalar } from '../../model/fact.ts';
import type { LogRecord } from '../../model/record.ts';
import { secondOf } from '../../model/second.ts';
import type { Timestamp } from '../../model/time.ts';
import { copyOf } from '../copy.ts';

/** A text attribute of a record, trimmed; null when it has none or an empty one. */
export const textAttribute = ({ attributes }: LogRecord, name: string): string | null => textOf(attributes[name]);

/** A text, trimmed; null for an empty one and for what is none. */
export const textOf = (value: unknown): string | null => (typeof value === 'string' && value.trim()) || null;

/** A number; null for what is none. */
export const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** A field of an Azure record's properties as text, whatever the case of its name; null when it has none. */
export function propertyText(record: LogRecord, name: string): string | null {
  const properties = record.attributes['properties'];
  if (typeof properties !== 'object' || properties === null) return null;
  const entry = Object.entries(properties).find(([key]) => key.toLowerCase() === name.toLowerCase());
  const value: unknown = entry?.[1];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

/** What makes two syslog statements the same, beside entity and time, by whatever route they came: tag, pid, message. */
export const syslogIdentity = ({ appName, procId, body }: LogRecord): readonly Scalar[] => [
  appName === undefined ? null : tagOf(appName),
  procId ?? null,
  body.trim(),
];

let lastName = '';
let lastTag = '';

/** A program's name in lower case: mostly the program is that of the line before. */
function tagOf(name: string): string {
  if (name !== lastName) {
    lastName = copyOf(name);
    lastTag = lastName.toLowerCase();
  }
  return lastTag;
}

/** The timestamp cut to whole seconds: a syslog line's fraction depends on the route it took. */
export const wholeSecond = (timestamp: Timestamp): Timestamp => secondOf(timestamp).timestamp;
