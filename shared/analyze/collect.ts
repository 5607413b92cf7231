import {
  type AccessCounter,
  addCounters,
  Books,
  type BundleTally,
  copyOf,
  countedFact,
  Framer,
  type Heard,
  type Member,
  Reader,
} from '../ingest/index.ts';
import type { EntityKind, EntityRef } from '../model/entity.ts';
import { factMillis, type StatedFact } from '../model/fact.ts';
import type { LogRecord, RawRecord, Rejection, SourceContext } from '../model/record.ts';
import type { Millis } from '../model/time.ts';
import { LinkedSources, RecordTimes } from './clock.ts';
import { systemOf } from './judge.ts';
import type { RecordFile } from './record-file.ts';
import type { Spool } from './spool.ts';
import { type SourceTally, Tally } from './tally.ts';

/** Counters of server-hours kept apart before those of one hour are added up. */
const MAX_COUNTERS = 20_000;
/** Hosts per source that link it to other sources though no fact is about them; more are noise. */
const MAX_HOSTS = 10_000;

/** Of these nothing is judged by absence, so what a command printed about them counts although it is younger than their logs. */
const PRINTED: ReadonlySet<EntityKind> = new Set(['firewall', 'monitored-server', 'syslog-listener', 'tmg-server']);

/** Reads sources one after the other and collects what they hold: facts, counts, times, and who tells of whom. */
export class Collector {
  readonly tally = new Tally();
  readonly links = new LinkedSources();
  readonly #spool: Spool;
  readonly #now: Millis | undefined;
  readonly #records: RecordFile | undefined;
  readonly #printed = new Map<string, Millis>();
  readonly #sites = new Map<string, { readonly at: Millis; readonly site: string }>();
  #counters: AccessCounter[] = [];

  /** `now`: nothing that a server said later is believed about its site. `records`: where every record goes. */
  constructor(spool: Spool, now?: Millis, records?: RecordFile) {
    this.#spool = spool;
    this.#now = now;
    this.#records = records;
  }

  /** Reads one source to its end. `bundle`: the counts of the log set that it belongs to. */
  async read(member: Member, ctx: SourceContext, bundle?: BundleTally): Promise<void> {
    const source = new SourceReading(member.name, this.tally, bundle);
    const framer = new Framer(member.name);
    const reader = new Reader(ctx, source.books);
    let lastLine = 0;
    const take = (records: readonly RawRecord[]): void => {
      lastLine = records.at(-1)?.position.line ?? lastLine;
      for (const raw of records) {
        const outcome = reader.state(raw);
        if (outcome.kind === 'rejected') {
          source.reject(outcome.rejection);
        } else {
          source.record(outcome.record, raw);
          this.#records?.write(outcome.record, raw, ctx);
          for (const fact of outcome.facts) this.#add(fact, source);
        }
      }
    };
    for await (const chunk of member.chunks()) {
      source.tally.bytes += chunk.length;
      take(framer.push(chunk));
    }
    take(framer.end());
    for (const fact of reader.takeStated()) this.#add(fact, source);
    if (member.failure) source.reject(atLine(member.failure, framer.state.nextLine));
    // A last line without its line end is a line too.
    source.end(Math.max(framer.state.nextLine - 1, lastLine));
    this.links.add(source.systems, source.times);
    this.#count(reader.takeCounters());
  }

  /** Every source was read: the counters become facts. */
  finish(): void {
    for (const counter of addCounters(this.#counters)) this.#spool.add(countedFact(counter));
    this.#counters = [];
  }

  /** The site a server named last. */
  siteOf(server: string): string | undefined {
    return this.#sites.get(server)?.site;
  }

  /** When something without a time of its own was last written about a system that is not judged by absence. */
  printedAt(system: string): Millis | undefined {
    return this.#printed.get(system);
  }

  #add(fact: StatedFact, source: SourceReading): void {
    const system = source.systemOf(fact.entity);
    this.#spool.add(fact);
    if (fact.flags.includes('no-time') && PRINTED.has(fact.entity.kind))
      this.#printed.set(copyOf(system), Math.max(factMillis(fact), this.#printed.get(system) ?? 0));
    if (fact.kind === 'server.checkin') this.#noteSite(fact);
  }

  #noteSite(fact: StatedFact): void {
    const { site } = fact.attributes;
    const at = factMillis(fact);
    if (typeof site !== 'string' || at > (this.#now ?? Number.POSITIVE_INFINITY)) return;
    const known = this.#sites.get(fact.entity.key);
    if (!known || at >= known.at) this.#sites.set(copyOf(fact.entity.key), { at, site: copyOf(site) });
  }

  #count(counters: readonly AccessCounter[]): void {
    this.#counters.push(...counters);
    if (this.#counters.length > MAX_COUNTERS) this.#counters = addCounters(this.#counters);
  }
}

/** An archive that breaks off knows the byte; the line is the one that should have come next. */
const atLine = (failure: Rejection, line: number): Rejection => ({
  ...failure,
  position: { ...failure.position, line },
});

/** One source while it is read: the books that are kept of all its records. */
class SourceReading {
  readonly tally: SourceTally;
  readonly times = new RecordTimes();
  readonly books = new Books((heard) => this.#hear(heard));
  /** Keys of the systems that its records name. */
  readonly systems = new Set<string>();
  readonly #all: Tally;
  readonly #bundle: BundleTally | undefined;
  /** Hosts as the records spell them, of which the systems are known. */
  readonly #hosts = new Set<string>();

  constructor(name: string, all: Tally, bundle: BundleTally | undefined) {
    this.#all = all;
    this.#bundle = bundle;
    this.tally = all.begin(name);
  }

  /** Key of the system that a fact is about. */
  systemOf(entity: EntityRef): string {
    const system = systemOf(entity);
    if (this.systems.has(system)) return system;
    const own = copyOf(system);
    this.systems.add(own);
    return own;
  }

  record(record: LogRecord, raw: RawRecord): void {
    this.#all.note(record, raw);
    this.#bundle?.note(record, raw);
    if (record.hostname === undefined) this.#name(record.attributes['resourceId']);
  }

  reject(rejection: Rejection): void {
    this.#all.reject(this.tally, rejection);
    this.#bundle?.reject();
  }

  end(lines: number): void {
    this.books.tell();
    this.tally.lines = lines;
    this.#all.end(this.tally);
  }

  #hear(heard: Heard): void {
    this.#all.hear(this.tally, heard);
    this.#bundle?.hear(heard);
    if (heard.last !== undefined) this.times.note(heard.last, heard.count);
    this.#name(heard.hostname);
  }

  #name(host: unknown): void {
    if (typeof host !== 'string' || this.#hosts.has(host) || this.#hosts.size >= MAX_HOSTS) return;
    // A copy: a piece of a line would keep the whole chunk alive that it was cut from.
    const own = Buffer.from(host).toString();
    this.#hosts.add(own);
    this.systems.add(own.trim().toLowerCase());
  }
}
