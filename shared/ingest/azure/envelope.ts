import type { LogRecord, RawRecord, RecordFlag } from '../../model/record.ts';
import type { Severity } from '../../model/severity.ts';
import { parseTime, type Timestamp } from '../../model/time.ts';
import { isObject, parseJson } from '../json/records.ts';
import { holdsLine, recordOfRow } from './log-analytics.ts';

/** The common fields of Azure Monitor's records, under one spelling. Clause: "Azure resource logs: top-level common schema". */
export interface Envelope {
  readonly resourceId: string;
  readonly category: string;
  readonly operationName: string;
  readonly time: Timestamp | undefined;
  readonly zoneStated: boolean;
  readonly precision: number;
  readonly level: string | undefined;
  readonly resultType: string | undefined;
  readonly caller: string | undefined;
  readonly correlationId: string | undefined;
  /** Region of what emitted it; `global` is usual for the Activity Log. */
  readonly location: string | undefined;
  /** An object even when it came as JSON text; empty when it was neither (then `rawProperties` has it). */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly rawProperties: string | undefined;
  /** `message` of the properties or of the record, in either case. */
  readonly message: string | undefined;
}

let lastRaw: RawRecord | undefined;
let lastEnvelope: Envelope | undefined;

/** The envelope of a record; undefined when it is not from Azure Monitor. Formats ask in turn: the last answer is kept. */
export function envelopeOf(raw: RawRecord): Envelope | undefined {
  if (raw.json === undefined) return undefined;
  if (raw !== lastRaw) {
    lastEnvelope = isObject(raw.json) ? normalise(raw.json) : undefined;
    lastRaw = raw;
  }
  return lastEnvelope;
}

/** Azure when it names a resource or tenant and a category, an operation or a metric. */
function normalise(record: Readonly<Record<string, unknown>>): Envelope | undefined {
  if (holdsLine(record)) return undefined;
  const json = recordOfRow(record);
  const field = lowerCased(json);
  const resourceId =
    textOf(field.get('resourceid')) ??
    textOf(field.get('flowlogresourceid')) ??
    tenantId(textOf(field.get('tenantid')));
  const category = textOf(field.get('category')) ?? textOf(field.get('type'));
  const operationName = textOf(field.get('operationname')) ?? textOf(field.get('metricname'));
  if (resourceId === undefined || (category === undefined && operationName === undefined)) return undefined;
  const time = textOf(field.get('time')) ?? textOf(field.get('eventtimestring')) ?? textOf(field.get('eventtimestamp'));
  const parsed = time === undefined ? undefined : parseTime(time.trim());
  const { properties, rawProperties } = propertiesOf(field.get('properties'));
  return {
    resourceId: resourceId.trim().replace(/(?<!\/)\/+$/, ''),
    category: category ?? '',
    operationName: operationName ?? '',
    time: parsed?.timestamp,
    zoneStated: parsed?.zoneStated ?? true,
    precision: fractionDigits(time),
    level: textOf(json['level']) ?? textOf(field.get('level')),
    resultType: textOf(field.get('resulttype')) ?? textOf(field.get('status')),
    caller: textOf(field.get('caller')) ?? identityName(field.get('identity')),
    correlationId: textOf(field.get('correlationid')),
    location: textOf(field.get('location')),
    properties,
    rawProperties,
    message:
      textOf(properties['message']) ??
      textOf(properties['Message']) ??
      textOf(field.get('message')) ??
      textOf(field.get('resultdescription')),
  };
}

/** Of two keys that differ in case, the first counts. */
function lowerCased(json: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const key of Object.keys(json)) {
    const name = key.toLowerCase();
    if (!fields.has(name)) fields.set(name, json[key]);
  }
  return fields;
}

/** Text of a string, a number, or the `value` of the REST Activity Log's `{value, localizedValue}`. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number') return String(value);
  return isObject(value) && typeof value['value'] === 'string' ? value['value'] : undefined;
}

const tenantId = (tenant: string | undefined): string | undefined => tenant && `/tenants/${tenant}`;

function propertiesOf(value: unknown): Pick<Envelope, 'properties' | 'rawProperties'> {
  if (isObject(value)) return { properties: value, rawProperties: undefined };
  if (typeof value !== 'string' || value === '') return { properties: {}, rawProperties: undefined };
  const parsed = parseJson(value);
  return isObject(parsed) ? { properties: parsed, rawProperties: undefined } : { properties: {}, rawProperties: value };
}

const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';

/** Who: the identity as text, or the first of the name claims that Activity Log records carry. */
function identityName(identity: unknown): string | undefined {
  if (!isObject(identity)) return textOf(identity);
  const claims = isObject(identity['claims']) ? identity['claims'] : {};
  return (
    textOf(claims[`${CLAIMS}upn`]) ??
    textOf(claims[`${CLAIMS}name`]) ??
    textOf(claims['name']) ??
    textOf(claims['appid'])
  );
}

function fractionDigits(time: string | undefined): number {
  const digits = time === undefined ? null : /[.,](\d{1,9})/.exec(time);
  return Math.min(digits?.[1]?.length ?? 0, 7);
}

/** Level words and numbers (1 critical to 5 verbose). An Error is a failed operation, not an outage: a warning. */
const SEVERITY_BY_LEVEL: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  '1': 'critical',
  error: 'warning',
  '2': 'warning',
  warning: 'warning',
  '3': 'warning',
  informational: 'informational',
  information: 'informational',
  '4': 'informational',
  verbose: 'informational',
  '5': 'informational',
};

/** The record of an Azure format; attributes are the envelope's fields. */
export function azureRecord(format: string, raw: RawRecord, envelope: Envelope): LogRecord {
  return {
    format,
    position: raw.position,
    flags: flagsOf(raw, envelope),
    timestamp: envelope.time,
    precision: envelope.precision,
    severity: envelope.level === undefined ? undefined : SEVERITY_BY_LEVEL[envelope.level.toLowerCase()],
    hostname: undefined,
    appName: undefined,
    procId: undefined,
    body: envelope.message ?? envelope.operationName,
    attributes: {
      resourceId: envelope.resourceId,
      category: envelope.category,
      operationName: envelope.operationName,
      resultType: envelope.resultType ?? null,
      caller: envelope.caller ?? null,
      correlationId: envelope.correlationId ?? null,
      ...(envelope.location !== undefined && { location: envelope.location }),
      message: envelope.message ?? null,
      properties: envelope.properties,
      rawProperties: envelope.rawProperties ?? null,
    },
  };
}

function flagsOf(raw: RawRecord, envelope: Envelope): readonly RecordFlag[] {
  const flags = [...raw.flags];
  if (envelope.time === undefined) flags.push('no-time');
  if (!envelope.zoneStated) flags.push('zone-assumed');
  if (envelope.rawProperties !== undefined) flags.push('best-effort');
  return flags;
}
