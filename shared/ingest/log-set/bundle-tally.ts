import { Counts } from '../../model/counts.ts';
import { type BundlePart, isSetPart, type ServerPart, type SetMoment } from '../../model/log-set.ts';
import type { LogRecord, RawRecord } from '../../model/record.ts';
import type { Timestamp } from '../../model/time.ts';
import type { Heard } from '../books.ts';
import { copyOf } from '../copy.ts';
import { isUnknown, LineShapes, shapeOf } from '../line-shapes.ts';
import { eventOf } from '../ocserv/body.ts';

/** The tag that a collection names each format's lines by. Access lines are no part of one; where they lie beside, they count. */
const TAG_BY_FORMAT: ReadonlyMap<string, string> = new Map([
  ['mstunnel-agent', 'mstunnel-agent'],
  ['mstunnel-monitor', 'mstunnel_monitor'],
  ['ocserv', 'ocserv'],
  ['ocserv-telemetry', 'ocserv'],
  ['ocserv-access', 'ocserv-access'],
]);
/** The format whose records tell an `event`; others are not asked for one, since reading their attributes costs something. */
const TELLING = 'ocserv';
const INFO = 'log-set-info';
const NOTABLE: ReadonlySet<string> = new Set([
  'server-started',
  'server-stopping',
  'server-failed',
  'client-limit',
  'banned',
]);

/** Bounds, since the tally is kept in a row: servers of one bundle, moments of a server, shapes. */
const MAX_SERVERS = 32;
const MAX_SPELLINGS = 4 * MAX_SERVERS;
const MAX_MOMENTS = 64;
const MAX_SHAPES = 20;

/** Counts what one bundle holds of Microsoft Tunnel servers while it is read. Its state can be kept between slices. */
export class BundleTally {
  readonly #servers = new Map<string, ServerTally>();
  readonly #shapes = new LineShapes();
  #incidentId: string | null = null;
  #verbosity: number | null = null;
  #deadLetters = 0;
  #lines = 0;
  /** Servers by their names as the records spell them. */
  readonly #spelt = new Map<string, ServerTally>();

  constructor(state?: BundlePart) {
    if (state === undefined) return;
    for (const [host, part] of Object.entries(state.servers)) this.#servers.set(host, new ServerTally(part));
    this.#incidentId = state.incidentId;
    this.#verbosity = state.verbosity;
    this.#deadLetters = state.notUnderstood.deadLetters;
    this.#lines = state.notUnderstood.lines;
    for (const [shape, count] of state.notUnderstood.shapes) this.#shapes.note(shape, NOWHERE, count);
  }

  /** Counts a record and looks at what it tells. */
  record(record: LogRecord, raw: RawRecord): void {
    const { format, hostname, timestamp } = record;
    this.hear({ format, hostname, count: 1, first: timestamp, last: timestamp });
    this.note(record, raw);
  }

  /** Counts records of one host and format. */
  hear(heard: Pick<Heard, 'format' | 'hostname' | 'count' | 'first' | 'last'>): void {
    const tag = TAG_BY_FORMAT.get(heard.format);
    if (tag !== undefined && heard.hostname !== undefined) this.#serverOf(heard.hostname)?.hear(tag, heard);
  }

  /** Looks at what a record tells, beside that it was there; it must have been counted. */
  note(record: LogRecord, raw: RawRecord): void {
    const { format, hostname } = record;
    if (format === TELLING) {
      if (hostname !== undefined) this.#serverOf(hostname)?.note(record);
    } else if (format === INFO) {
      this.#info(record);
    } else if (isUnknown(format)) {
      this.#lines++;
      this.#shapes.note(shapeOf(raw.text, raw.json), raw.position);
    }
  }

  reject(): void {
    this.#deadLetters++;
  }

  /** Whether it holds what makes a log set: lines of a server's own programs, access lines aside. */
  get isSet(): boolean {
    return [...this.#servers.values()].some((server) => isSetPart(server.part()));
  }

  /** Nothing was counted that a set could tell. */
  get isEmpty(): boolean {
    return (
      this.#servers.size === 0 &&
      this.#incidentId === null &&
      this.#verbosity === null &&
      this.#lines === 0 &&
      this.#deadLetters === 0
    );
  }

  /** What was counted so far. */
  part(): BundlePart {
    return {
      servers: Object.fromEntries([...this.#servers].map(([host, server]) => [host, server.part()])),
      incidentId: this.#incidentId,
      verbosity: this.#verbosity,
      notUnderstood: {
        deadLetters: this.#deadLetters,
        lines: this.#lines,
        shapes: this.#shapes
          .ranked()
          .slice(0, MAX_SHAPES)
          .map(({ shape, count }) => [shape, count]),
      },
    };
  }

  #info({ attributes: { incidentId, verbosity } }: LogRecord): void {
    if (typeof incidentId === 'string') this.#incidentId ??= copyOf(incidentId);
    if (typeof verbosity === 'number') this.#verbosity ??= verbosity;
  }

  #serverOf(hostname: string): ServerTally | undefined {
    const spelt = this.#spelt.get(hostname);
    if (spelt !== undefined) return spelt;
    const host = copyOf(hostname.trim().toLowerCase());
    let server = this.#servers.get(host);
    if (server === undefined && this.#servers.size < MAX_SERVERS) {
      server = new ServerTally();
      this.#servers.set(host, server);
    }
    if (server !== undefined && this.#spelt.size < MAX_SPELLINGS) this.#spelt.set(copyOf(hostname), server);
    return server;
  }
}

const NOWHERE = { source: '', line: 0, byte: 0 };

class ServerTally {
  #first: Timestamp | null;
  #last: Timestamp | null;
  readonly #byTag: Counts;
  readonly #byEvent: Counts;
  readonly #moments: SetMoment[];

  constructor({ first = null, last = null, byTag = {}, byEvent = {}, moments = [] }: Partial<ServerPart> = {}) {
    this.#first = first;
    this.#last = last;
    this.#byTag = new Counts(Object.entries(byTag));
    this.#byEvent = new Counts(Object.entries(byEvent));
    this.#moments = [...moments];
  }

  hear(tag: string, { count, first, last }: Pick<Heard, 'count' | 'first' | 'last'>): void {
    this.#byTag.add(tag, count);
    if (first !== undefined && (this.#first === null || first < this.#first)) this.#first = first;
    if (last !== undefined && (this.#last === null || last > this.#last)) this.#last = last;
  }

  note(record: LogRecord): void {
    const event = eventOf(record);
    if (typeof event !== 'string') return;
    this.#byEvent.add(event);
    const { timestamp } = record;
    if (timestamp === undefined || !NOTABLE.has(event) || this.#moments.length >= MAX_MOMENTS) return;
    const { attributes } = record;
    const detail = attributes['version'] ?? (event === 'banned' ? attributes['peerAddress'] : undefined);
    this.#moments.push([copyOf(timestamp), event, typeof detail === 'string' ? copyOf(detail) : null]);
  }

  part(): ServerPart {
    return {
      first: this.#first,
      last: this.#last,
      records: [...this.#byTag].reduce((sum, [, count]) => sum + count, 0),
      byTag: Object.fromEntries(this.#byTag),
      byEvent: Object.fromEntries(this.#byEvent),
      moments: this.#moments,
    };
  }
}
