import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../infra/build.ts';
import { temporaryDir } from '../infra/host-process.ts';
import { FAULT_KINDS, faultsOf, VICTIMS } from './plan.ts';
import { faultRun } from './run.ts';

const plan = { faults: 5, feedMs: 8_000, frozenMs: 5_000, stoppedMs: 5_000 };
const dir = temporaryDir();
afterAll(() => rmSync(dir, { recursive: true }));

/** The short form of `npm run test:faults`, which has as many runs as there is time for. */
describe('the stack as real processes, killed, frozen, stopped and restarted while records go in', () => {
  it('takes each record once, and alerts and tells as if it had not been disturbed', { timeout: 700_000 }, async () => {
    const appPath = join(dir, 'app.cjs');
    await buildApp(appPath);
    const { feedMs } = plan;
    const undisturbed = faultRun({ seed: 1, faults: [], feedMs, appPath });
    const expected = undisturbed.then(({ outcome }) => outcome);
    const disturbed = [2, 3].map((seed) => faultRun({ seed, faults: faultsOf(seed, plan), feedMs, appPath, expected }));
    const reports = await Promise.all([undisturbed, ...disturbed]);
    for (const { records, outcome } of reports) {
      expect(records).toBeGreaterThan(500);
      expect(outcome.alerts.length).toBeGreaterThan(15);
      expect(outcome.notifications.length).toBeGreaterThan(18);
    }
  });

  it('draws the same faults from a seed each time, and every kind of every process from many', () => {
    const drawn = Array.from({ length: 100 }, (_, seed) => faultsOf(seed, plan));
    expect(faultsOf(7, plan)).toEqual(drawn[7]);
    const kinds = new Set(drawn.flat().map(({ victim, kind }) => `${victim} ${kind}`));
    expect([...kinds].sort()).toEqual(
      VICTIMS.flatMap((victim) => FAULT_KINDS.map((kind) => `${victim} ${kind}`)).sort(),
    );
  });
});
