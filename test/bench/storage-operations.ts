import { pathToFileURL } from 'node:url';
import { startAzurite } from '../../infra/local/azurite.ts';
import { entityId } from '../../shared/model/entity.ts';
import { MINUTE, type Millis } from '../../shared/model/time.ts';
import { absorbEvents } from '../../shared/pipeline/absorb-events.ts';
import { turnClock } from '../../shared/pipeline/clock.ts';
import type { HubEvent } from '../../shared/pipeline/hub.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import type { Operations } from '../../shared/store/table/requests.ts';
import { tableStore } from '../../shared/store/table/store.ts';
import { benchPipeline } from './bench-pipeline.ts';
import { type TimedLine, WORKLOADS, type WorkloadName } from './storage-workloads.ts';

const EVENTS = 256;
const LINES = 20;
/** What evaluation needs before a reading shows steady state: the lateness of sessions and a step of the snapshot. */
const WARM_UP: Millis = 80 * MINUTE;
const MEASURED_BATCHES = 3;

/** Storage operations of Event Hub batches in steady state, on the real client against an emulator. */
export interface StorageUse {
  readonly batches: number;
  readonly lines: number;
  readonly entities: number;
  /** Operations by name, of absorbing the batches. */
  readonly absorbing: Readonly<Record<string, number>>;
  /** Operations by name, of the clock's turns between them, one a minute. */
  readonly clock: Readonly<Record<string, number>>;
  readonly ms: number;
}

interface Live {
  readonly pipeline: Pipeline;
  readonly operations: Operations;
  readonly clock: { now: Millis };
}

async function useOf(name: WorkloadName): Promise<StorageUse> {
  const azurite = await startAzurite();
  try {
    const lines: Iterator<TimedLine> = WORKLOADS[name]();
    const first = nextBatch(lines, 0);
    const live = livePipeline(azurite.connectionString, first.at);
    const absorbing = new Map<string, number>();
    const clock = new Map<string, number>();
    let batch = first;
    let measured = 0;
    let ms = 0;
    for (let number = 0; measured < MEASURED_BATCHES; number++) {
      const isMeasured = batch.at - first.at >= WARM_UP;
      await counted(live, isMeasured ? clock : undefined, () => advance(live, batch.at));
      const begin = performance.now();
      const { events } = batch;
      await counted(live, isMeasured ? absorbing : undefined, () =>
        absorbEvents(live.pipeline, { hub: 'logs', partition: '0', generation: 1, events }),
      );
      if (isMeasured) {
        measured++;
        ms += performance.now() - begin;
      }
      batch = nextBatch(lines, (number + 1) * EVENTS);
    }
    const entities = await entitiesOf(live.pipeline);
    return {
      batches: measured,
      lines: measured * EVENTS * LINES,
      entities,
      absorbing: Object.fromEntries(absorbing),
      clock: Object.fromEntries(clock),
      ms,
    };
  } finally {
    await azurite.stop();
  }
}

function livePipeline(connectionString: string, start: Millis): Live {
  const clock = { now: start };
  const store = tableStore({ connectionString }, { now: () => clock.now });
  return { pipeline: benchPipeline(store, clock), operations: store.operations, clock };
}

/** The next batch, enqueued as its last line is written. */
function nextBatch(lines: Iterator<TimedLine>, sequenceNumber: number): { at: Millis; events: HubEvent[] } {
  let at = 0;
  const events = Array.from({ length: EVENTS }, (_, index) => {
    const text: string[] = [];
    while (text.length < LINES) {
      const next = lines.next();
      if (next.done) throw new Error('expected lines without end');
      at = Math.max(at, next.value.at);
      text.push(next.value.line);
    }
    return { body: Buffer.from(text.join('\n')), sequenceNumber: sequenceNumber + index, enqueuedAt: at };
  });
  return { at, events };
}

/** Lets the time pass up to the next batch, with the clock's turn every minute. */
async function advance({ pipeline, clock }: Live, to: Millis): Promise<void> {
  while (clock.now < to) {
    clock.now = Math.min(to, clock.now + MINUTE);
    await turnClock(pipeline);
  }
}

async function counted({ operations }: Live, into: Map<string, number> | undefined, work: () => Promise<void>) {
  const before = new Map(operations.byName);
  await work();
  for (const [name, count] of operations.byName) {
    const more = count - (before.get(name) ?? 0);
    if (into && more > 0) into.set(name, (into.get(name) ?? 0) + more);
  }
}

async function entitiesOf(pipeline: Pipeline): Promise<number> {
  const seen = new Set<string>();
  for (const kind of ['gateway', 'tunnel', 'tunnel-server'] as const) {
    const { items } = await pipeline.store.entities.list(kind);
    for (const { entity } of items) seen.add(entityId(entity));
  }
  return seen.size;
}

/** Run as `node storage-operations.ts NAME`: prints its use as JSON. */
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const name = Object.keys(WORKLOADS).find((known) => known === process.argv[2]) as WorkloadName | undefined;
  if (!name) throw new Error(`expected one of ${Object.keys(WORKLOADS).join(', ')}`);
  console.log(JSON.stringify(await useOf(name)));
}
