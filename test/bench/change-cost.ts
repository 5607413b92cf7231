import { pathToFileURL } from 'node:url';
import { HOUR, type Millis, SECOND } from '../../shared/model/time.ts';
import { absorbEvents } from '../../shared/pipeline/absorb-events.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { memoryStore } from '../../shared/store/memory/store.ts';
import type { Store } from '../../shared/store/ports.ts';
import { benchPipeline } from './bench-pipeline.ts';
import { GATEWAY, tunnelRecord } from './storage-workloads.ts';

const T0: Millis = Date.UTC(2026, 10, 20, 0, 0, 0);
const TUNNELS_OF_A_GATEWAY = 10;
const DISCONNECTS = 50;
const EVENT = 500;

/** What one disconnect costs while so many tunnels are watched. */
export interface ChangeCost {
  readonly tunnels: number;
  /** Calls to the store. */
  readonly calls: number;
  readonly cpuMs: number;
}

async function costAt(tunnels: number): Promise<ChangeCost> {
  const clock = { now: T0 };
  const counted = countedStore(memoryStore({ now: () => clock.now }));
  const pipeline = benchPipeline(counted.store, clock);
  let sequenceNumber = 0;
  const send = async (lines: readonly string[]): Promise<void> => {
    const body = Buffer.from(lines.join('\n'));
    const events = [{ body, sequenceNumber: sequenceNumber++, enqueuedAt: clock.now }];
    await absorbEvents(pipeline, { hub: 'logs', partition: '0', generation: 1, events });
  };
  for (let first = 0; first < tunnels; first += EVENT) {
    const count = Math.min(EVENT, tunnels - first);
    await send(Array.from({ length: count }, (_, at) => lineOf(first + at, T0, 'Connected')));
  }
  await expectTunnels(pipeline, tunnels);
  // The first of all measured warms up what is compiled late.
  let [calls, cpuMs] = [0, 0];
  for (let round = 0; round <= DISCONNECTS; round++) {
    clock.now = T0 + HOUR + round * SECOND;
    const line = lineOf(Math.floor((round / DISCONNECTS) * (tunnels - 1)), clock.now, 'Disconnected');
    const [callsBefore, cpuBefore] = [counted.calls(), process.cpuUsage()];
    await send([line]);
    const { user, system } = process.cpuUsage(cpuBefore);
    if (round === 0) continue;
    calls += counted.calls() - callsBefore;
    cpuMs += (user + system) / 1_000;
  }
  return { tunnels, calls: calls / DISCONNECTS, cpuMs: cpuMs / DISCONNECTS };
}

function lineOf(tunnel: number, at: Millis, status: 'Connected' | 'Disconnected'): string {
  const gateway = `${GATEWAY}-${Math.floor(tunnel / TUNNELS_OF_A_GATEWAY)}`;
  const remoteIP = `203.0.113.${tunnel % TUNNELS_OF_A_GATEWAY}`;
  return tunnelRecord(at, gateway, { instance: 'GatewayTenantWorker_IN_0', remoteIP, status });
}

/** A benchmark of nothing would look good. */
async function expectTunnels(pipeline: Pipeline, tunnels: number): Promise<void> {
  const { items } = await pipeline.store.entities.list('tunnel', { limit: tunnels + 1 });
  if (items.length !== tunnels) throw new Error(`expected ${tunnels} tunnels, got ${items.length}`);
}

function countedStore(store: Store): { readonly store: Store; readonly calls: () => number } {
  let calls = 0;
  const counting = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name, receiver) {
        calls++;
        return Reflect.get(target, name, receiver);
      },
    });
  const ports = {
    facts: counting(store.facts),
    entities: counting(store.entities),
    due: counting(store.due),
    outbox: counting(store.outbox),
    documents: counting(store.documents),
    deadLetters: counting(store.deadLetters),
  };
  return { store: { ...store, ...ports }, calls: () => calls };
}

/** Run as `node change-cost.ts TUNNELS`: prints its cost as JSON. */
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(JSON.stringify(await costAt(Number(process.argv[2]))));
}
