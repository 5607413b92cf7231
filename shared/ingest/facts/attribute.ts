import type { Scalar } from '../../model/fact.ts';
import type { LogRecord } from '../../model/record.ts';
import { LineRecord } from '../syslog/record.ts';

/** An attribute of a record, if it can be without its others being cut out of the line. */
export const attribute = (record: LogRecord, name: string): unknown =>
  record instanceof LineRecord ? record.attribute(name) : record.attributes[name];

/** A text attribute of a record, trimmed; null when it has none or an empty one. */
export function textAttribute(record: LogRecord, name: string): string | null {
  const value = attribute(record, name);
  return typeof value === 'string' ? value.trim() || null : null;
}

/** A number attribute of a record; null when it has none. */
export function numberAttribute(record: LogRecord, name: string): number | null {
  const value = attribute(record, name);
  return typeof value === 'number' ? value : null;
}

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
export const syslogIdentity = (record: LogRecord): readonly Scalar[] => [
  record.appName?.toLowerCase() ?? null,
  record.procId ?? null,
  record.body.trim(),
];

const NO_FRACTION = '.0000000Z';

/** The timestamp cut to whole seconds: a syslog line's fraction depends on the route it took. */
export const wholeSecond = (timestamp: string): string =>
  timestamp.endsWith(NO_FRACTION) ? timestamp : timestamp.slice(0, -NO_FRACTION.length) + NO_FRACTION;
