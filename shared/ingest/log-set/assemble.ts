import { digest } from '../../model/fact.ts';
import {
  type Bundle,
  isSetPart,
  type LogSet,
  type NotUnderstood,
  type Said,
  type SetMoment,
} from '../../model/log-set.ts';
import type { Timestamp } from '../../model/time.ts';

/** `incident-4711`, `Incident_ID=9f2c…`: what follows the word, when it has a digit. */
const INCIDENT_IN_NAME = /incident[-_ ]?(?:id)?[-_ =]{0,8}((?=[a-z-]{0,62}\d)[a-z0-9][a-z0-9-]{1,62}[a-z0-9])/gi;
/** `verbosity4`, `verbosity-level-4`, `verbose_4`. */
const VERBOSITY_IN_NAME = /verbos(?:ity|e)(?:[-_ ]?level)?[-_ =]*(\d)(?!\d)/gi;
/** Blob metadata: names are in lower case here, values are text. */
const INCIDENT_NAMES = ['incidentid', 'incident_id', 'incident'];
const VERBOSITY_NAMES = ['verbosity', 'verbositylevel', 'verbosity_level'];

const MAX_SHAPES = 20;
const MAX_MOMENTS = 200;

/**
 * The log sets that bundles are, newest first. An incident id names one set, so bundles of one incident and server are one; without
 * one, each bundle is a set of its own for each server in it. The details are taken from the blob's metadata, else from a file in
 * the bundle, else from its name.
 */
export function assembleLogSets(bundles: Iterable<Bundle>): readonly LogSet[] {
  const sets = new Map<string, LogSet>();
  for (const bundle of bundles) {
    for (const set of setsOf(bundle)) {
      const known = sets.get(set.id);
      sets.set(set.id, known === undefined ? set : merged(known, set));
    }
  }
  return [...sets.values()].sort((a, b) => compare(b.startsAt, a.startsAt) || compare(a.id, b.id));
}

function setsOf({ name, uploadedAt, metadata, part }: Bundle): LogSet[] {
  const incidentId = said(named(metadata, INCIDENT_NAMES), part.incidentId, lastIn(name, INCIDENT_IN_NAME));
  const level = said(
    digitOf(named(metadata, VERBOSITY_NAMES)),
    part.verbosity,
    digitOf(lastIn(name, VERBOSITY_IN_NAME)),
  );
  const servers = Object.entries(part.servers).filter(([, held]) => isSetPart(held));
  return servers.map(([server, { first, last, records, byTag, byEvent, moments }]) => ({
    id: digest(incidentId === null ? ['bundle', name, server] : ['incident', incidentId.value.toLowerCase(), server]),
    server,
    incidentId,
    verbosity: level,
    startsAt: first,
    endsAt: last,
    uploadedAt,
    bundles: [name],
    records,
    byTag,
    byEvent,
    moments,
    notUnderstood: part.notUnderstood,
  }));
}

function merged(a: LogSet, b: LogSet): LogSet {
  return {
    ...a,
    verbosity: a.verbosity ?? b.verbosity,
    startsAt: [a.startsAt, b.startsAt].filter((at) => at !== null).sort()[0] ?? null,
    endsAt:
      [a.endsAt, b.endsAt]
        .filter((at) => at !== null)
        .sort()
        .at(-1) ?? null,
    uploadedAt: Math.max(a.uploadedAt ?? 0, b.uploadedAt ?? 0) || null,
    bundles: [...new Set([...a.bundles, ...b.bundles])].sort(),
    records: a.records + b.records,
    byTag: summed(a.byTag, b.byTag),
    byEvent: summed(a.byEvent, b.byEvent),
    moments: [...a.moments, ...b.moments].sort(([x], [y]) => compare(x, y)).slice(0, MAX_MOMENTS) satisfies SetMoment[],
    notUnderstood: addedUp(a.notUnderstood, b.notUnderstood),
  };
}

function addedUp(a: NotUnderstood, b: NotUnderstood): NotUnderstood {
  const shapes = summed(Object.fromEntries(a.shapes), Object.fromEntries(b.shapes));
  return {
    deadLetters: a.deadLetters + b.deadLetters,
    lines: a.lines + b.lines,
    shapes: Object.entries(shapes)
      .sort(([x, n], [y, m]) => m - n || compare(x, y))
      .slice(0, MAX_SHAPES),
  };
}

function summed(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sums = new Map(Object.entries(a));
  for (const [name, count] of Object.entries(b)) sums.set(name, (sums.get(name) ?? 0) + count);
  return Object.fromEntries(sums);
}

function said<T>(metadata: T | null, content: T | null, name: T | null): Said<T> | null {
  if (metadata !== null) return { value: metadata, by: 'metadata' };
  if (content !== null) return { value: content, by: 'content' };
  return name === null ? null : { value: name, by: 'name' };
}

const named = (metadata: Readonly<Record<string, string>>, names: readonly string[]): string | null =>
  names.map((name) => metadata[name]?.trim()).find((value) => value !== undefined && value !== '') ?? null;

const lastIn = (text: string, pattern: RegExp): string | null => [...text.matchAll(pattern)].at(-1)?.[1] ?? null;

const digitOf = (text: string | null): number | null => (text !== null && /^\d$/.test(text) ? Number(text) : null);

const compare = (a: Timestamp | null, b: Timestamp | null): number => {
  if (a === b) return 0;
  return (a ?? '') < (b ?? '') ? -1 : 1;
};
