import * as z from 'zod';
import { checkInSchema } from '../../model/checkin.ts';
import type { RawRecord } from '../../model/record.ts';
import { fail, ok } from '../../model/result.ts';
import { parseTime } from '../../model/time.ts';
import { isObject } from '../json/records.ts';
import type { LogFormat } from './format.ts';

const SHAPE: Readonly<Record<string, z.ZodType>> = checkInSchema.shape;
const REQUIRED = new Set(['time', 'hostname']);
const NUMBERS = new Set(Object.keys(SHAPE).filter((name) => isNumber(SHAPE[name])));

/**
 * A check-in (`checkInSchema`). Field by field: one of a wrong type is left out and named in `invalidFields`, the others
 * stand. Other programs write `time` and `hostname` too, so one more known field is needed, or nothing else at all.
 */
export const checkin = {
  name: 'checkin',
  title: 'Check-in of a Microsoft Tunnel server',
  asked: { json: true },
  claims: (raw) => asCheckIn(raw) !== undefined,
  parse(raw) {
    const json = asCheckIn(raw);
    if (json === undefined) return fail('no-check-in', 'expected an object with time, hostname and metrics');
    const { values, invalidFields } = readFields(json);
    const time = parseTime(json.time);
    return ok({
      format: 'checkin',
      position: raw.position,
      flags:
        time === undefined ? [...raw.flags, 'no-time'] : time.zoneStated ? raw.flags : [...raw.flags, 'zone-assumed'],
      timestamp: time?.timestamp,
      precision: 7,
      severity: undefined,
      hostname: json.hostname,
      appName: undefined,
      procId: undefined,
      body: `check-in of ${json.hostname}`,
      attributes: { checkIn: values, invalidFields },
    });
  },
} satisfies LogFormat;

type Candidate = Readonly<Record<string, unknown>> & { readonly time: string; readonly hostname: string };

function asCheckIn({ json }: RawRecord): Candidate | undefined {
  if (!isObject(json)) return undefined;
  const { time, hostname } = json;
  if (typeof time !== 'string' || typeof hostname !== 'string' || hostname.trim() === '') return undefined;
  if (!SHAPE['hostname']?.safeParse(hostname).success) return undefined;
  const others = Object.keys(json).filter((name) => !REQUIRED.has(name));
  const known = others.some((name) => name !== 'site' && Object.hasOwn(SHAPE, name));
  return known || others.every((name) => name === 'site') ? { ...json, time, hostname } : undefined;
}

function readFields(json: Candidate): { values: Readonly<Record<string, unknown>>; invalidFields: readonly string[] } {
  const values: [string, unknown][] = [];
  const invalidFields: string[] = [];
  for (const [name, schema] of Object.entries(SHAPE)) {
    const stated = Object.hasOwn(json, name) ? json[name] : undefined;
    if (stated === undefined || stated === null) continue;
    const parsed = NUMBERS.has(name) && !isNumeric(stated) ? undefined : schema.safeParse(stated);
    if (parsed?.success) values.push([name, parsed.data]);
    else invalidFields.push(name);
  }
  return { values: Object.fromEntries(values), invalidFields };
}

/** Coercion makes numbers of blanks, booleans and arrays; a metric is a number or the text of one. */
const isNumeric = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');

function isNumber(schema: z.ZodType | undefined): boolean {
  const inner: unknown = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  return inner instanceof z.ZodNumber;
}
