import { Framer, Reader } from '../../shared/ingest/index.ts';
import type { CheckIn } from '../../shared/model/checkin.ts';
import { gatewayEntity, tunnelEntity } from '../../shared/model/entity.ts';
import { type Fact, makeFact } from '../../shared/model/fact.ts';
import { timestampOf } from '../../shared/model/time.ts';
import { absorb } from '../../shared/pipeline/absorb.ts';
import type { World } from './client.ts';

/** Lets servers check in now, through the real reader; what is not said is well. */
export async function checkIn(world: World, ...checkIns: (Partial<CheckIn> & { hostname: string })[]): Promise<void> {
  const lines = checkIns.map((one) =>
    JSON.stringify({ time: new Date(world.now).toISOString(), cpuUsage: 20, ...one }),
  );
  const framer = new Framer('test');
  const reader = new Reader({ zone: 'UTC', referenceMs: world.now });
  const facts: Fact[] = [];
  for (const raw of [...framer.push(Buffer.from(`${lines.join('\n')}\n`)), ...framer.end()]) {
    const outcome = reader.read(raw);
    if (outcome.kind !== 'rejected') facts.push(...outcome.facts);
  }
  if (facts.length === 0) throw new Error('the check-ins were not understood');
  await absorb(world.pipeline, facts, 'uploads');
}

export const GATEWAY =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/rg-contoso/providers/microsoft.network/virtualnetworkgateways/vpngw-contoso';

/** A connect or disconnect of a tunnel, now. */
export async function tunnelEvent(
  world: World,
  what: 'connected' | 'disconnected',
  remoteIp: string,
  instance = '0',
): Promise<void> {
  const draft = {
    kind: `tunnel.${what}`,
    entity: tunnelEntity(GATEWAY, remoteIp),
    time: timestampOf(world.now),
    identity: [instance],
    attributes: { instance, reason: null },
  };
  await absorb(world.pipeline, [makeFact(draft, { source: 'test', line: 1, byte: 0 }, [])], 'uploads');
}

/** An operation on the gateway, now. */
export async function gatewayOperation(world: World, operation: string, status: string): Promise<void> {
  const draft = {
    kind: 'gateway.operation',
    entity: gatewayEntity(GATEWAY),
    time: timestampOf(world.now),
    identity: [operation],
    attributes: { operation, message: `${operation} ${status}`, status, instance: null, who: null },
  };
  await absorb(world.pipeline, [makeFact(draft, { source: 'test', line: 1, byte: 0 }, [])], 'uploads');
}
