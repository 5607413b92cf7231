import { expect, it } from 'vitest';
import { faultRun, type Moment } from './run.ts';

/** What a wrong order of writes would lose or double. `npm run test:faults` has as many random points as there is time for. */
const points: readonly Moment[] = [
  { write: 'outbox', when: 'after', skip: 1 },
  'delivery',
  { write: 'documents', when: 'after', skip: 4 },
  { write: 'facts', when: 'before', skip: 2 },
];

it('loses and doubles nothing when the host is killed during ingestion and delivery', {
  timeout: 240_000,
}, async () => {
  const report = await faultRun({ seed: 3, points });
  expect(report.killedDuring).toHaveLength(points.length);
  expect(report.killedDuring).not.toContain('rest');
  expect(report.records).toBeGreaterThan(250);
  expect(report.alerts).toBeGreaterThan(12);
});
