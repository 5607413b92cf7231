import { analyze } from '../../shared/analyze/analyze.ts';
import { NO_OVERRIDES } from '../../shared/health/thresholds.ts';
import { hostInPath } from '../../shared/ingest/index.ts';
import type { Alert } from '../../shared/model/alert.ts';
import { fingerprintOf } from '../../shared/model/finding.ts';
import { DEFAULT_RULE_SETTINGS } from '../../shared/model/settings.ts';
import { MINUTE, type Millis } from '../../shared/model/time.ts';
import { evaluateAll } from '../../shared/pipeline/absorb.ts';
import { absorbEvents } from '../../shared/pipeline/absorb-events.ts';
import { turnClock } from '../../shared/pipeline/clock.ts';
import { createPipeline } from '../../shared/pipeline/create.ts';
import { openCursor } from '../../shared/pipeline/cursor.ts';
import { deliverOwed } from '../../shared/pipeline/deliver-owed.ts';
import { fanOutSettings } from '../../shared/pipeline/fan-out.ts';
import { followArchive, listArchives, wakeIdle } from '../../shared/pipeline/follow.ts';
import type { Hub, HubEvent } from '../../shared/pipeline/hub.ts';
import type { Pipeline, PipelineSettings } from '../../shared/pipeline/pipeline.ts';
import { watchHub } from '../../shared/pipeline/watch-hub.ts';
import { workCursor } from '../../shared/pipeline/work-cursor.ts';
import { memoryBlobs } from '../../shared/store/memory/blobs.ts';
import { memoryStore } from '../../shared/store/memory/store.ts';
import { memoryWakeups } from '../../shared/store/memory/wakeups.ts';
import type { Store } from '../../shared/store/ports.ts';
import { wakeupSchemas } from '../../shared/store/wakeup-messages.ts';

/** A hub of one partition, in memory: what was sent, and what the platform has handed over so far. */
export class MemoryHub implements Hub {
  readonly name = 'logs';
  readonly events: HubEvent[] = [];
  delivered = 0;
  /** The oldest event that has not expired. */
  firstSequenceNumber = 0;

  async createdAt(): Promise<Millis> {
    return 1;
  }
  async partitions() {
    const last = this.events.at(-1);
    const lastSequenceNumber = last?.sequenceNumber ?? -1;
    const { firstSequenceNumber } = this;
    return [{ partition: '0', lastSequenceNumber, lastEnqueuedAt: last?.enqueuedAt ?? 0, firstSequenceNumber }];
  }
  async *read(_partition: string, from: number, to: number) {
    yield this.events.filter(({ sequenceNumber }) => sequenceNumber >= from && sequenceNumber <= to);
  }
}

/** The whole pipeline on memory stores (or others), with a clock that only the test moves. */
export class World {
  now: Millis;
  readonly blobs = memoryBlobs(() => this.now);
  readonly wakeups = memoryWakeups();
  readonly hub = new MemoryHub();
  readonly logged: string[] = [];
  store: Store;
  pipeline: Pipeline;
  readonly #settings: Partial<PipelineSettings>;

  constructor(now: Millis, options: { readonly store?: Store; readonly settings?: Partial<PipelineSettings> } = {}) {
    this.now = now;
    this.store = options.store ?? memoryStore({ now: () => this.now });
    this.#settings = options.settings ?? {};
    this.pipeline = this.#start();
  }

  /** Another process goes on with what is stored; what was only in memory is gone, queue messages are not. */
  restart(store: Store = this.store): void {
    this.store = store;
    this.pipeline = this.#start();
  }

  #start(): Pipeline {
    return createPipeline({
      store: this.store,
      blobs: this.blobs,
      wakeups: this.wakeups,
      now: () => this.now,
      random: () => 0.5,
      readSetting: () => `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
      settings: {
        rules: DEFAULT_RULE_SETTINGS,
        settleMs: 2 * MINUTE,
        historyMs: 60 * MINUTE,
        repeatIntervalMs: 240 * MINUTE,
        allowLocalReceivers: true,
        blockedHosts: [],
        baseUrl: null,
        ...this.#settings,
      },
      log: (event) => void this.logged.push(event),
    });
  }

  /** A finished blob arrives; Event Grid announces it. */
  async upload(name: string, text: string): Promise<void> {
    this.blobs.put('uploads', name, Buffer.from(text));
    await this.announce('uploads', name);
  }

  /** An archive blob is created or grows; only its creation is announced. */
  async append(container: string, name: string, text: string): Promise<void> {
    const isNew = (await this.blobs.properties(container, name)) === undefined;
    this.blobs.append(container, name, Buffer.from(text));
    if (isNew) await this.announce(container, name);
  }

  /** An event is enqueued; the platform hands it over with `deliver`. */
  send(body: string | Uint8Array): void {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    this.hub.events.push({ body: bytes, sequenceNumber: this.hub.events.length, enqueuedAt: this.now });
  }

  /** The platform hands over events `from` on, by default those not handed over yet, as one batch. */
  async deliver(from = this.hub.delivered, to = this.hub.events.length): Promise<void> {
    this.hub.delivered = Math.max(this.hub.delivered, to);
    const events = this.hub.events.slice(from, to);
    await absorbEvents(this.pipeline, { hub: 'logs', partition: '0', generation: 1, events });
  }

  async announce(container: string, name: string): Promise<void> {
    const properties = await this.blobs.properties(container, name);
    if (!properties) return;
    const { cursor } = await openCursor(this.pipeline, properties);
    await this.wakeups.cursor(cursor.id);
  }

  /** Handles every queue message there is, those that handling makes included. */
  async pump(): Promise<void> {
    for (let messages = this.wakeups.take(); messages.length > 0; messages = this.wakeups.take()) {
      for (const { kind, message, delayMs } of messages) {
        // A delayed message is left to the due row behind it, as if it had been lost.
        if (delayMs > 0) continue;
        if (kind === 'cursor') await workCursor(this.pipeline, wakeupSchemas.cursor.parse(message).cursor);
        if (kind === 'evaluate') {
          const { entities, revision } = wakeupSchemas.evaluate.parse(message);
          await evaluateAll(this.pipeline, entities, revision);
        }
        if (kind === 'settings') await fanOutSettings(this.pipeline, wakeupSchemas.settings.parse(message).revision);
        if (kind === 'deliver') {
          const { entity, owed } = wakeupSchemas.deliver.parse(message);
          await deliverOwed(this.pipeline, entity, owed);
        }
      }
    }
  }

  /** One turn of every timer. */
  async timers(): Promise<void> {
    await followArchive(this.pipeline, Number.POSITIVE_INFINITY);
    await watchHub(this.pipeline, this.hub, Number.POSITIVE_INFINITY);
    await turnClock(this.pipeline);
    await wakeIdle(this.pipeline);
    await this.pump();
  }

  /** One turn of the clock alone: the first thing a host may do that was down. */
  async evaluateDue(): Promise<void> {
    await turnClock(this.pipeline);
  }

  /** Lets time pass, with the timers turning every `stepMs`. */
  async advanceTo(to: Millis, stepMs: Millis = MINUTE): Promise<void> {
    while (this.now < to) {
      this.now = Math.min(to, this.now + stepMs);
      await this.timers();
    }
  }

  async listAll(): Promise<void> {
    await listArchives(this.pipeline);
    await this.pump();
  }

  async evaluateEverything(): Promise<void> {
    for (const kind of ['gateway', 'tunnel', 'tunnel-server', 'certificate'] as const) {
      const { items } = await this.store.entities.list(kind, { limit: 1_000 });
      await evaluateAll(
        this.pipeline,
        items.map(({ entity }) => entity),
      );
    }
  }

  async alerts(): Promise<readonly Alert[]> {
    const all: Alert[] = [];
    let after: string | undefined;
    do {
      const page = await this.store.entities.alerts(after === undefined ? { limit: 500 } : { limit: 500, after });
      all.push(...page.items);
      after = page.next;
    } while (after !== undefined);
    return all;
  }
}

/** What must be the same however the records came: rule, labels, severity, state, start and end. */
export interface FinalAlert {
  readonly rule: string;
  readonly severity: string;
  readonly state: string;
  readonly startsAt: string;
  readonly endsAt: string | null;
  readonly fingerprint: string;
}

export function finalAlerts(
  alerts: readonly Pick<Alert, 'rule' | 'severity' | 'state' | 'startsAt' | 'endsAt' | 'labels' | 'endedBy'>[],
): FinalAlert[] {
  return alerts
    .filter((alert) => alert.endedBy !== 'disproved')
    .map(({ rule, severity, state, startsAt, endsAt, labels }) => ({
      rule,
      severity,
      state,
      startsAt: new Date(startsAt).toISOString(),
      endsAt: endsAt === null ? null : new Date(endsAt).toISOString(),
      fingerprint: fingerprintOf(rule, labels),
    }))
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** What `analyze` finds in these files at that moment. */
export async function analyzed(files: Readonly<Record<string, string>>, now: Millis): Promise<FinalAlert[]> {
  const { judgement } = await analyze({
    files: Object.entries(files).map(([name, text]) => ({
      source: {
        name,
        size: Buffer.byteLength(text),
        async *stream(fromByte = 0) {
          yield Buffer.from(text).subarray(fromByte);
        },
      },
      modifiedMs: now,
      host: hostInPath(name),
    })),
    thresholds: { overrides: NO_OVERRIDES, rules: DEFAULT_RULE_SETTINGS },
    zone: 'UTC',
    now,
    wallClock: now,
  });
  return finalAlerts(judgement.alerts);
}
