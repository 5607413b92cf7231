import { describe, expect, it } from 'vitest';
import { MINUTE, type Millis, SECOND } from '../../shared/model/time.ts';
import { RECEIVERS } from '../../shared/pipeline/create.ts';
import { homes } from '../contract/homes.ts';
import { checkInRecord, gatewayRecord, tunnelRecord } from './synthetic.ts';
import { analyzed, finalAlerts, World } from './world.ts';

const T0: Millis = Date.UTC(2026, 10, 22, 9, 0, 0);
const ip = (n: number): string => `203.0.113.${n}`;

const incident = [
  tunnelRecord(T0 - MINUTE, 'Connected', ip(1), 0),
  tunnelRecord(T0 - MINUTE, 'Connected', ip(2), 0),
  gatewayRecord(T0, 'HostMaintenanceEvent', 'synthetic'),
  tunnelRecord(T0 + 10 * SECOND, 'Disconnected', ip(1), 0),
  tunnelRecord(T0 + 30 * SECOND, 'Connected', ip(1), 1),
  tunnelRecord(T0 + 40 * SECOND, 'Disconnected', ip(2), 0),
  ...Array.from({ length: 6 }, (_, n) => [
    tunnelRecord(T0 + (60 + n * 20) * SECOND, 'Disconnected', ip(3), 0),
    tunnelRecord(T0 + (70 + n * 20) * SECOND, 'Connected', ip(3), 0),
  ]).flat(),
  checkInRecord(T0, 't1', { diskSpaceFree: 1 }),
  checkInRecord(T0 + MINUTE, 't1', { diskSpaceFree: 1 }),
];

describe.each(homes)('$name store', ({ open }) => {
  it('two instances that get everything at once leave what one leaves, and owe each notification once', async () => {
    let now = T0 + 3 * MINUTE;
    const store = open(() => now);
    const instances = [new World(now, { store }), new World(now, { store })];
    const receiver = { id: 'oncall', url: 'http://127.0.0.1:9/hook', secrets: [{ setting: 'SECRET' }] };
    await store.documents.put(RECEIVERS, 'oncall', receiver);
    const lines = incident.map(({ line }) => line);
    await Promise.all(
      instances.map(async (world, instance) => {
        // The same records in other parts and another order.
        const mine = instance === 0 ? lines : [...lines].reverse();
        for (let part = 0; part < 3; part++) {
          await world.upload(`i${instance}/${part}.json`, mine.filter((_, n) => n % 3 === part).join('\n'));
        }
        await world.pump();
      }),
    );
    now = T0 + 9 * MINUTE;
    for (const world of instances) world.now = now;
    await Promise.all(instances.map((world) => world.evaluateEverything()));
    await Promise.all(instances.map((world) => world.evaluateEverything()));

    const expected = await analyzed({ 'incident.json': lines.join('\n') }, now);
    const alerts = (await instances[0]?.alerts()) ?? [];
    expect(finalAlerts(alerts)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(4);

    // Every telling has its own ordinal: none was decided twice.
    for (const alert of alerts) {
      const owed = (await store.outbox.list(alert.entity)).filter((row) => row.alertId === alert.id);
      expect(owed).toHaveLength(alert.told?.ordinal ?? 0);
    }
  }, 60_000);
});
