import { expect, it } from 'vitest';
import { faultRun } from './run.ts';

it('loses and doubles nothing when the host is killed during ingestion and delivery', {
  timeout: 240_000,
}, async () => {
  const report = await faultRun({ seed: 3, kills: 4 });
  expect(report.killedDuring).toHaveLength(4);
  expect(report.records).toBeGreaterThan(250);
  expect(report.alerts).toBeGreaterThan(12);
});
