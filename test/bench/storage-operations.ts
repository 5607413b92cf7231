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
/** What evaluation reads in steady state: the lateness of sessions and a step of the snapshot. More batches change nothing. */
const WARM_UP = { ms: 80 * MINUTE, batches: 30 } as const;
/** At least so much is measured, of whatever happens once a minute. */
const MEASURED = { ms: 2 * MINUTE, batches: 3 } as const;

/** Storage operations of Event Hub batches in steady state, on the real client against an emulator. */
export interface StorageUse {
  readonly batches: number;
  readonly lines: number;
  readonly entities: number;
  /** Operations by name, of absorbing the batches. */
  readonly absorbing: Readonly<Record<string, number>>;
  /** Operations by name, of the clock's turns between them, one a minute; turns that find nothing due are left out. */
  readonly clock: Readonly<Record<string, number>>;
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
    let measuredFrom = Number.POSITIVE_INFINITY;
    for (let number = 0; measured < MEASURED.batches || batch.at - measuredFrom < MEASURED.ms; number++) {
      const isMeasured = batch.at - first.at >= WARM_UP.ms || number >= WARM_UP.batches;
      await advance(live, batch.at, isMeasured ? clock : undefined);
      const { events } = batch;
      const before = new Map(live.operations.byName);
      await absorbEvents(live.pipeline, { hub: 'logs', partition: '0', generation: 1, events });
      if (isMeasured) {
        addSince(before, live.operations.byName, absorbing);
        measured++;
        measuredFrom = Math.min(measuredFrom, batch.at);
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

/** Lets the time pass up to the next batch, with the clock's turn at every full minute. */
async function advance({ pipeline, clock, operations }: Live, to: Millis, into?: Map<string, number>): Promise<void> {
  while (clock.now < to) {
    const next = (Math.floor(clock.now / MINUTE) + 1) * MINUTE;
    clock.now = Math.min(to, next);
    if (clock.now < next) return;
    const before = new Map(operations.byName);
    const handled = await turnClock(pipeline);
    if (into && handled > 0) addSince(before, operations.byName, into);
  }
}

function addSince(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>, sums: Map<string, number>) {
  for (const [name, count] of after) {
    const more = count - (before.get(name) ?? 0);
    if (more > 0) sums.set(name, (sums.get(name) ?? 0) + more);
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
