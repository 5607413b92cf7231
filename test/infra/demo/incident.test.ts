import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { archiveBlobName, gatewayRecords, streamedEvent } from '../../../infra/local/demo/incident.ts';
import { checkIns, sessions } from '../../../infra/local/demo/servers.ts';
import { repositoryDir } from '../host-process.ts';

const start = Date.parse('2026-11-22T09:30:00Z');
const minute = 60_000;

it('tells what the terminal announces, and nothing else', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'tunnelwatch-test-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const past = Array.from({ length: 44 }, (_, index) => checkIns(start + (index - 44) * minute, start)).join('');
  writeFileSync(join(dir, 'check-ins.json'), past + checkIns(start, start) + checkIns(start + minute, start));
  writeFileSync(join(dir, 'ocserv.log'), sessions(start - 44 * minute, start));
  const lines = gatewayRecords(start).map(({ line }) => line);
  writeFileSync(join(dir, 'PT1H.json'), lines.join(''));

  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(repositoryDir, 'shared/analyze/main.ts'), 'analyze', '--json', '--now', '2026-11-22T09:31:30Z', dir],
    { maxBuffer: 2 ** 24 },
  );
  const { summary, alerts, rejected } = JSON.parse(stdout);
  expect(summary.byFormat).toEqual({ checkin: 138, ocserv: 24, 'azure-tunnel': 24, 'azure-gateway': 1 });
  expect(rejected.total).toBe(0);
  const told = alerts.map((alert: Record<string, Record<string, string>>) => [
    alert['rule'],
    alert['labels']?.['remoteIp'] ?? alert['labels']?.['server'],
    alert['severity'],
    alert['state'],
    String(alert['annotations']?.['cause']).split(':')[0],
  ]);
  expect(told).toEqual([
    ['certificate.expiring', 'mstunnel-02', 'warning', 'firing', expect.any(String)],
    ['tunnel.failover', '203.0.113.10', 'informational', 'resolved', 'maintenance'],
    ['tunnel.network-fault', '203.0.113.22', 'warning', 'resolved', 'Azure says'],
    ['tunnel.down', '203.0.113.38', 'critical', 'firing', 'Azure says'],
    ['tunnel.down', '203.0.113.54', 'critical', 'resolved', 'Azure says'],
    ['server.health', 'mstunnel-03', 'critical', 'firing', 'diskSpaceFree'],
    [
      'tunnel.flapping',
      '203.0.113.46',
      'critical',
      'firing',
      'An unstable path, or two ends whose lifetimes, DPD timers or policies disagree.',
    ],
  ]);
});

it('lies within the last 45 minutes and the next one, whenever it starts', () => {
  const times = gatewayRecords(start).map(({ at }) => at - start);
  expect(Math.min(...times)).toBeGreaterThan(-45 * minute);
  expect(Math.max(...times)).toBeLessThanOrEqual(minute);
  expect(times.filter((at) => at > 0)).not.toEqual([]);
});

it('streams the records that it archives, in one envelope', () => {
  const records = gatewayRecords(start).slice(0, 3);
  expect(JSON.parse(streamedEvent(records))).toEqual({ records: records.map(({ line }) => JSON.parse(line)) });
});

it('names the blob of the hour as a diagnostic setting does', () => {
  expect(archiveBlobName(start)).toMatch(
    /^resourceId=\/SUBSCRIPTIONS\/.*\/VPNGW-CONTOSO\/y=2026\/m=11\/d=22\/h=09\/m=00\/PT1H\.json$/,
  );
});
