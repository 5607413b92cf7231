import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Analysis, type AnalyzeInput, analyze } from '../../shared/analyze/analyze.ts';
import { findInputs } from '../../shared/analyze/inputs.ts';
import { readThresholdsFile } from '../../shared/health/thresholds-file.ts';
import { isoOf, MINUTE } from '../../shared/model/time.ts';
import { zipOf } from '../ingest/zip-of.ts';
import { T0 } from './facts.ts';
import { gatewayLines, incidentLines, serverLines, syslogLines } from './incident.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'analyze-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WALL = T0 + 40 * 24 * 60 * MINUTE;
const NOW = T0 + 90 * MINUTE;
let made = 0;

function file(lines: readonly string[] | Uint8Array, name = 'incident.log'): string {
  const path = join(folder, `${made++}-${name}`);
  writeFileSync(path, lines instanceof Uint8Array ? lines : `${lines.join('\n')}\n`);
  utimesSync(path, NOW / 1_000, NOW / 1_000);
  return path;
}

async function run(paths: readonly string[], options: Partial<AnalyzeInput> = {}): Promise<Analysis> {
  const files = await findInputs(paths);
  const thresholds = readThresholdsFile({});
  if (!files.ok || !thresholds.ok) throw new Error('expected readable input');
  return analyze({ files: files.value, thresholds: thresholds.value, zone: 'UTC', wallClock: WALL, ...options });
}

/** What must not depend on how the records came. */
const alertsOf = ({ judgement }: Analysis) =>
  judgement.alerts.map(({ rule, labels, severity, state, startsAt, endsAt }) => ({
    rule,
    labels,
    severity,
    state,
    startsAt: isoOf(startsAt),
    endsAt: endsAt === null ? null : isoOf(endsAt),
  }));
const statesOf = ({ judgement }: Analysis) =>
  Object.fromEntries(
    judgement.entities.map(({ entity, health }) => [`${entity.kind} ${entity.key.split('/').at(-1)}`, health.detail]),
  );
const brief = (analysis: Analysis) =>
  alertsOf(analysis).map(
    ({ rule, severity, state, startsAt, labels }) =>
      `${startsAt.slice(11, 19)} ${rule} ${labels.remoteIp ?? labels.server} ${severity} ${state}`,
  );

const EXPECTED = [
  '09:00:00 certificate.expiring vpn-3 critical firing',
  '09:03:00 tunnel.failover 203.0.113.9 informational resolved',
  '09:10:00 mstunnel.podman-checkup-failed vpn-1 warning resolved',
  '09:20:00 mstunnel.tun-device vpn-1 critical resolved',
  '09:40:00 tunnel.network-fault 203.0.113.9 warning resolved',
  '09:41:00 server.offline vpn-2 critical firing',
  '09:50:00 server.health vpn-3 critical firing',
  '10:00:00 tunnel.down 203.0.113.10 critical firing',
];

describe('an incident', () => {
  it('is told by its alerts, and its entities by their states', async () => {
    const analysis = await run([file(incidentLines)]);
    expect(brief(analysis)).toEqual(EXPECTED);
    expect(statesOf(analysis)).toEqual({
      'gateway gw-hub': '1 down, 1 up',
      'tunnel gw-hub|203.0.113.9': 'up',
      'tunnel gw-hub|203.0.113.10': 'down',
      'tunnel-server vpn-1': 'ok',
      'tunnel-server vpn-2': 'offline',
      'tunnel-server vpn-3': 'diskSpaceFree',
      'certificate vpn-3|tls': 'expiring',
    });
    expect(analysis.judgement.broken).toEqual([]);
    expect(analysis.tally.deadLetters).toBe(0);
  });

  it('is judged up to --now, and what comes later is counted and left out', async () => {
    const analysis = await run([file(incidentLines)], { now: T0 + 45 * MINUTE });
    expect(brief(analysis)).not.toContain(EXPECTED.at(-1));
    expect(brief(analysis)).toContain('09:40:00 tunnel.network-fault 203.0.113.9 warning resolved');
    expect(analysis.judgement.later).toBeGreaterThan(10);
    expect(statesOf(analysis)['tunnel-server vpn-2']).toBe('ok');
  });

  it('does not end, and no clock moves, by one line dated 2099', async () => {
    const connect = (gatewayLines[0] ?? '').replace('2026-11-22', '2099-01-01').replace('113.9', '113.10');
    const analysis = await run([file([...incidentLines, connect])]);
    expect(brief(analysis)).toEqual(EXPECTED);
    expect(analysis.judgement.later).toBe(1);
  });

  it('is not judged beyond the last record of the sources that tell of a system', async () => {
    const apart = await run([file(gatewayLines), file(serverLines.filter((line) => line.includes('VPN-2')))]);
    expect(statesOf(apart)).toMatchObject({ 'tunnel gw-hub|203.0.113.10': 'down', 'tunnel-server vpn-2': 'ok' });
    const linked = await run([
      file(gatewayLines),
      file(serverLines.filter((line) => line.includes('VPN-2'))),
      file([...syslogLines, 'Nov 22 09:20:00 vpn-2 mstunnel-agent[1]: info']),
    ]);
    expect(statesOf(linked)).toMatchObject({ 'tunnel-server vpn-2': 'offline' });
  });
});

it('takes what a command printed about a TMG server at the time of its file, though its logs end before', async () => {
  const log = file(
    [
      '#Software: Microsoft Forefront Threat Management Gateway',
      '#Fields: computer\tdate\ttime\taction\tstatus',
      `TMG-1\t${isoOf(T0).slice(0, 10)}\t${isoOf(T0).slice(11, 19)}\tEstablish\t0x0`,
    ],
    'firewall.w3c',
  );
  const listing = file(
    [
      '    Directory: \\\\tmg-1\\c$\\Program Files\\Microsoft Forefront Threat Management Gateway\\Logs',
      '-a---  2020/01/01  9:03  100 ISALOG_00000A01_00000001.LLQ',
    ],
    'listing.txt',
  );
  const analysis = await run([log, listing]);
  expect(brief(analysis)).toEqual(['09:03:00 tmg.log-queue-in-use tmg-1 warning firing']);
  expect(analysis.judgement.later).toBe(0);
});

describe('the same records', () => {
  it('give the same alerts in any order, duplicated, over any files', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...incidentLines.keys()], { minLength: incidentLines.length }),
        fc.array(fc.nat(incidentLines.length - 1), { maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        async (order, repeated, parts, withNow) => {
          const lines = [...order, ...repeated].map((index) => incidentLines[index] ?? '');
          const paths = Array.from({ length: parts }, (_, part) =>
            file(lines.filter((_line, index) => index % parts === part)),
          );
          expect(brief(await run(paths, withNow ? { now: NOW } : {}))).toEqual(EXPECTED);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('give the same analysis from temporary files as from memory', async () => {
    const path = file(incidentLines);
    const [memory, disk] = [await run([path]), await run([path], { maxBytesInMemory: 2_000 })];
    expect(disk.judgement).toEqual(memory.judgement);
    expect(disk.judgement.facts).toBeGreaterThan(100);
  });

  it('give the same whatever they are packed in', async () => {
    const [gateway, servers, syslog] = [gatewayLines, serverLines, syslogLines].map((lines) => lines.join('\n'));
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`${syslog}`, 'utf16le')]);
    const packed = [
      file(Buffer.from(`{"records":[${gatewayLines.join(',\n')}]}`), 'hub.json'),
      file(gzipSync(Buffer.from(`\ufeff${servers}\r\n`)), 'servers.gz'),
      file(utf16, 'syslog.txt'),
    ];
    const zipped = file(zipOf({ 'hub.json': Buffer.from(gateway ?? ''), 'a/servers.log': Buffer.from(servers ?? '') }));
    const tar = pack();
    tar.entry({ name: 'hub.json' }, gateway ?? '');
    tar.entry({ name: 'a/servers.log' }, servers ?? '');
    tar.finalize();
    const blocks: Buffer[] = [];
    for await (const block of tar) if (block instanceof Uint8Array) blocks.push(Buffer.from(block));
    const tarred = file(gzipSync(Buffer.concat(blocks)), 'bundle.tar.gz');
    const plain = await run([file([`${gateway}`]), file([`${servers}`]), file([`${syslog}`])]);
    expect(alertsOf(await run(packed))).toEqual(alertsOf(plain));
    expect(alertsOf(await run([zipped, packed[2] ?? '']))).toEqual(alertsOf(plain));
    expect(alertsOf(await run([tarred, packed[2] ?? '']))).toEqual(alertsOf(plain));
    expect(brief(plain).length).toBe(EXPECTED.length);
  });
});

describe('times', () => {
  it('without year and zone are read by --year and --zone', async () => {
    const analysis = await run([file(syslogLines)], { year: 2024, zone: 'Asia/Tokyo' });
    expect(analysis.tally.sources[0]).toMatchObject({
      first: '2024-11-22T00:00:00.0000000Z',
      last: '2024-11-22T01:30:00.0000000Z',
    });
  });

  it('without year are near to --now before the file’s own time', async () => {
    const analysis = await run([file(syslogLines)], { now: Date.UTC(2021, 11, 1) });
    expect(analysis.tally.sources[0]?.last).toBe('2021-11-22T10:30:00.0000000Z');
  });
});

it('uses the thresholds of the file, the server’s own before its site’s', async () => {
  const low = { cpuUsage: { healthy: 5, unhealthy: 10 } };
  const own = { cpuUsage: { healthy: 50, unhealthy: 60 } };
  const thresholds = readThresholdsFile({ sites: { fra: low }, servers: { 'VPN-3': own }, rules: { badCheckIns: 3 } });
  if (!thresholds.ok) throw new Error('expected valid thresholds');
  const analysis = await run([file(incidentLines)], { thresholds: thresholds.value });
  expect(statesOf(analysis)).toMatchObject({
    'tunnel-server vpn-1': 'cpuUsage',
    'tunnel-server vpn-3': 'diskSpaceFree',
  });
  expect(brief(analysis)).toContain('09:00:00 server.health vpn-1 critical firing');
});

it('keeps what cannot be read as dead letters and groups what no format knows', async () => {
  const lines = ['{"time":"2026-', 'hello 1', 'hello 2', '\u0001\u0002\u0003\u0004\u0005'];
  const { tally } = await run([file(lines)]);
  expect(tally.deadLetters).toBe(2);
  expect(tally.rejected.map(({ position, reason }) => [position.line, position.byte, reason])).toEqual([
    [1, 0, 'invalid-json'],
    [4, 31, 'not-text'],
  ]);
  expect(tally.unknown.ranked()).toMatchObject([{ shape: 'hello #', count: 2, first: { line: 2 } }]);
  expect([tally.lines, tally.records, tally.bytes]).toEqual([4, 2, 37]);
});

it('counts a last line without line end', async () => {
  const { tally } = await run([file(Buffer.from('one\ntwo'))]);
  expect([tally.lines, tally.records]).toEqual([2, 2]);
});
