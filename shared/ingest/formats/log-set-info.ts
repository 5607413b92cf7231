import type { RawRecord } from '../../model/record.ts';
import { fail, ok } from '../../model/result.ts';
import { bareRecord } from '../bare-record.ts';
import { isObject } from '../json/records.ts';
import type { LogFormat } from './format.ts';

/**
 * What a file in a bundle says of the bundle: its incident id and the verbosity it was logged at. A JSON object (ours, or the answer
 * of Graph's log collection, whose `id` is the incident's), or lines `Incident ID: …` and `Verbosity: 4`, as the admin center shows them.
 */
export const logSetInfo = {
  name: 'log-set-info',
  title: 'What a bundle says of itself',
  asked: { json: true, bare: true },
  claims: (raw) => detailsOf(raw) !== undefined,
  parse(raw, ctx) {
    const details = detailsOf(raw);
    if (details === undefined) return fail('no-log-set-info', 'expected an incident id or a verbosity');
    return ok({
      ...bareRecord('log-set-info', raw, ctx.host),
      body: 'details of a log set',
      attributes: { ...details },
    });
  },
} satisfies LogFormat;

interface Details {
  readonly incidentId: string | null;
  readonly verbosity: number | null;
}

const LINE = /^\s*(incident[ _-]?id|(?:log )?verbosity(?: level)?)\s*[:=]\s*(\S{1,64})\s*$/i;
const INCIDENT = /^incident[ _-]?(?:id)?$/i;
const VERBOSITY = /^(?:log)?[ _-]?verbosity[ _-]?(?:level)?$/i;
/** What else such an object may say; one with other keys too is some program's log. */
const BESIDE = /^(?:server(?:name|id)?|host(?:name)?|site|start\w*|end\w*|upload\w*|created\w*|requested\w*|comment)$/i;
const MAX_ID = 64;

function detailsOf({ json, text }: RawRecord): Details | undefined {
  if (json === undefined) return ofLine(text);
  if (!isObject(json)) return undefined;
  const { id, serverId, startDateTime, endDateTime } = json;
  if ([id, serverId, startDateTime, endDateTime].every((value) => typeof value === 'string'))
    return { incidentId: idOf(id), verbosity: null };
  return ofObject(json);
}

function ofLine(text: string): Details | undefined {
  const line = text.length > 200 ? null : LINE.exec(text);
  if (line === null) return undefined;
  const [, name = '', value] = line;
  const details = /^incident/i.test(name)
    ? { incidentId: idOf(value), verbosity: null }
    : { incidentId: null, verbosity: levelOf(value) };
  return isEmpty(details) ? undefined : details;
}

function ofObject(json: Readonly<Record<string, unknown>>): Details | undefined {
  const keys = Object.keys(json);
  const incidentKey = keys.find((key) => INCIDENT.test(key));
  const verbosityKey = keys.find((key) => VERBOSITY.test(key));
  if (!keys.every((key) => key === incidentKey || key === verbosityKey || BESIDE.test(key))) return undefined;
  const details = {
    incidentId: incidentKey === undefined ? null : idOf(json[incidentKey]),
    verbosity: verbosityKey === undefined ? null : levelOf(json[verbosityKey]),
  };
  return isEmpty(details) ? undefined : details;
}

const isEmpty = ({ incidentId, verbosity }: Details): boolean => incidentId === null && verbosity === null;

function idOf(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  return text === '' || text.length > MAX_ID ? null : text;
}

const levelOf = (value: unknown): number | null => {
  const text = String(value).trim();
  return (typeof value === 'string' || typeof value === 'number') && /^\d$/.test(text) ? Number(text) : null;
};
