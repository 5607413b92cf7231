import type { Alert } from './alert.ts';
import type { Severity } from './severity.ts';
import { type Millis, millisOf, type Timestamp } from './time.ts';

/** Something notable in a log set that is no alert: when, the event, and what more was said (a version). */
export type SetMoment = readonly [at: Timestamp, event: string, detail: string | null];

/** Access lines are no part of a collection, so alone they make no set. */
export const isSetPart = ({ byTag }: ServerPart): boolean => Object.keys(byTag).some((tag) => tag !== 'ocserv-access');

/** What one bundle holds of one server. Plain JSON. */
export interface ServerPart {
  /** First and last time that a record states; null when none states one. */
  readonly first: Timestamp | null;
  readonly last: Timestamp | null;
  readonly records: number;
  readonly byTag: Readonly<Record<string, number>>;
  readonly byEvent: Readonly<Record<string, number>>;
  readonly moments: readonly SetMoment[];
}

/** What one uploaded bundle holds, as counted while it was read. Plain JSON, of bounded size. */
export interface BundlePart {
  /** By host name in lower case. */
  readonly servers: Readonly<Record<string, ServerPart>>;
  /** As a file in the bundle says. */
  readonly incidentId: string | null;
  readonly verbosity: number | null;
  readonly notUnderstood: NotUnderstood;
}

export interface NotUnderstood {
  readonly deadLetters: number;
  /** Readable lines of no known format. */
  readonly lines: number;
  /** Their shapes, most frequent first. */
  readonly shapes: readonly (readonly [shape: string, count: number])[];
}

/** A bundle with what its uploader said of it. */
export interface Bundle {
  readonly name: string;
  readonly uploadedAt: Millis | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly part: BundlePart;
}

/** Where an incident id or a verbosity was found, the most trusted first. */
export type SaidBy = 'metadata' | 'content' | 'name';
export interface Said<T> {
  readonly value: T;
  readonly by: SaidBy;
}

/** One log set: what a collection, or a person, gathered of one server at one time. */
export interface LogSet {
  /** 32 hex digits: of the incident and the server, or of the bundle and the server where no incident is said. */
  readonly id: string;
  readonly server: string;
  readonly incidentId: Said<string> | null;
  readonly verbosity: Said<number> | null;
  readonly startsAt: Timestamp | null;
  readonly endsAt: Timestamp | null;
  readonly uploadedAt: Millis | null;
  /** Names of its bundles. */
  readonly bundles: readonly string[];
  readonly records: number;
  readonly byTag: Readonly<Record<string, number>>;
  readonly byEvent: Readonly<Record<string, number>>;
  readonly moments: readonly SetMoment[];
  readonly notUnderstood: NotUnderstood;
}

/** An entry of a set's timeline: an alert of its server, or a moment. */
export interface TimelineEntry {
  readonly at: Millis;
  /** Null for a moment, and for an alert that was open at the end. */
  readonly endsAt: Millis | null;
  /** The rule of an alert, the event of a moment. */
  readonly what: string;
  readonly severity: Severity | null;
  readonly summary: string;
}

const MOMENT_WORDS: Readonly<Record<string, string>> = {
  'server-started': 'ocserv started',
  'server-stopping': 'ocserv is stopping',
  'server-failed': 'ocserv lost its security module and stops',
  'client-limit': 'ocserv reached its client limit',
  banned: 'ocserv banned an address',
};

/** What happened in a set, in order: the alerts of its server that it overlaps, and its moments. */
export function timelineOf(set: LogSet, alerts: Iterable<Alert>): readonly TimelineEntry[] {
  const entries: TimelineEntry[] = set.moments.map(([at, event, detail]) => ({
    at: millisOf(at),
    endsAt: null,
    what: event,
    severity: null,
    summary: [MOMENT_WORDS[event] ?? event, ...(detail === null ? [] : [detail])].join(': '),
  }));
  for (const alert of alerts) {
    if (!isOf(set, alert)) continue;
    const { startsAt: at, endsAt, rule: what, severity, annotations } = alert;
    entries.push({ at, endsAt, what, severity, summary: annotations['summary'] ?? what });
  }
  return entries.sort((a, b) => a.at - b.at || (a.what < b.what ? -1 : a.what > b.what ? 1 : 0));
}

function isOf({ server, startsAt, endsAt }: LogSet, { entity, ...alert }: Alert): boolean {
  const isOwn =
    entity.kind === 'tunnel-server'
      ? entity.key === server
      : entity.kind === 'certificate' && entity.key.startsWith(`${server}|`);
  if (!isOwn || startsAt === null || endsAt === null) return false;
  return alert.startsAt <= millisOf(endsAt) && (alert.endsAt === null || alert.endsAt >= millisOf(startsAt));
}
