import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { analyze } from '../../shared/analyze/analyze.ts';
import { documentOf } from '../../shared/analyze/document.ts';
import { findInputs } from '../../shared/analyze/inputs.ts';
import { reportOf } from '../../shared/analyze/report/index.ts';
import { NO_OVERRIDES } from '../../shared/health/thresholds.ts';
import { DEFAULT_RULE_SETTINGS } from '../../shared/model/settings.ts';
import { zipOf } from '../ingest/zip-of.ts';

const UPLOADED = new Date('2026-11-22T12:00:00Z');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-sets-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
  utimesSync(join(folder, path), UPLOADED, UPLOADED);
}

async function analysed() {
  const files = await findInputs([folder]);
  if (!files.ok) throw new Error(files.error.message);
  return analyze({
    files: files.value,
    thresholds: { overrides: NO_OVERRIDES, rules: DEFAULT_RULE_SETTINGS },
    zone: 'UTC',
    wallClock: UPLOADED.getTime(),
  });
}

const AGENT = 'Nov 22 09:00:00 tun-01 mstunnel-agent[2]: Reporting check-in\n';
const FAILED = 'Nov 22 09:00:10 tun-01 mstunnel_monitor[88]: Error executing Checkup\n';
const STARTED = 'Nov 22 09:00:30 tun-01 ocserv[1]: main: initialized ocserv 1.1.6\n';
const ACCESS = 'Nov 22 09:00:40 tun-01 ocserv-access[9]: ACCESS_LOG,u,d,tcp,169.254.0.2:1,198.51.100.5:80,1,2,3\n';

it('an archive is one set, and an unpacked one is too', async () => {
  put('incident-4711_verbosity4.zip', zipOf({ 'agent.log': Buffer.from(AGENT), 'ocserv.log': Buffer.from(STARTED) }));
  put('incident-4712/mstunnel-agent.log', AGENT);
  put('incident-4712/ocserv.log.gz', gzipSync(`${STARTED}not understood 1\n`));
  const { logSets } = documentOf(await analysed());
  expect(
    logSets
      .map(({ incidentId, verbosity, records, notUnderstood }) => [incidentId, verbosity, records, notUnderstood.lines])
      .sort(),
  ).toEqual([
    ['4711', 4, 2, 0],
    ['4712', null, 2, 1],
  ]);
  expect(logSets[0]).toMatchObject({
    server: 'tun-01',
    startsAt: '2026-11-22T09:00:00.000Z',
    endsAt: '2026-11-22T09:00:30.000Z',
    uploadedAt: '2026-11-22T12:00:00.000Z',
    byTag: { 'mstunnel-agent': 1, ocserv: 1 },
    incidentIdFrom: 'name',
  });
});

it('has a timeline: the findings of its server in its time, and what else is notable', async () => {
  put('bundle/monitor.log', FAILED);
  put('bundle/ocserv.log', STARTED);
  put('other/monitor.log', FAILED.replaceAll('tun-01', 'tun-02'));
  put('before/agent.log', AGENT.replace('09:00:00', '08:00:00'));
  const analysis = await analysed();
  const sets = documentOf(analysis).logSets;
  const timelines = Object.fromEntries(
    sets.map(({ bundles, timeline }) => [bundles[0]?.slice(folder.length + 1), timeline]),
  );
  expect(timelines['bundle']).toEqual([
    expect.objectContaining({
      at: '2026-11-22T09:00:10.000Z',
      what: 'mstunnel.podman-checkup-failed',
      severity: 'warning',
    }),
    {
      at: '2026-11-22T09:00:30.000Z',
      endsAt: null,
      what: 'server-started',
      severity: null,
      summary: 'ocserv started: 1.1.6',
    },
  ]);
  expect(timelines['other']).toMatchObject([
    { what: 'mstunnel.podman-checkup-failed', summary: expect.stringContaining('tun-02') },
  ]);
  expect(timelines['before']).toEqual([]);
  const report = reportOf(analysis, { width: 120, paint: (_style, text) => text });
  expect(report).toContain('Log sets  3 sets');
  expect(report).toContain('incident not said  verbosity not said  uploaded 2026-11-22 12:00:00');
  expect(report).toContain('ocserv started: 1.1.6');
});

it('access lines alone are none; beside others the report says that they were added', async () => {
  put('access/access.log', ACCESS);
  expect((await analysed()).logSets).toEqual([]);
  put('access/agent.log', AGENT);
  const analysis = await analysed();
  expect(analysis.logSets).toMatchObject([{ byTag: { 'ocserv-access': 1, 'mstunnel-agent': 1 } }]);
  expect(reportOf(analysis, { width: 120, paint: (_style, text) => text })).toContain('no part of a collection');
});

it('what was read in part is told by format', async () => {
  put('t/odd.log', 'Nov 22 09:00:02 tun-01 ocserv-access[9528]: ACCESS_LOG,u-1,d-1\nodd line 5\n');
  const analysis = await analysed();
  expect(documentOf(analysis)).toMatchObject({
    summary: { byFormat: { 'ocserv-access': 1, 'plain-text': 1 } },
    notUnderstood: {
      partlyByFormat: { 'ocserv-access': 1 },
      lines: 1,
      shapes: [{ shape: 'odd line #', count: 1, first: { line: 2 } }],
    },
  });
  expect(reportOf(analysis, { width: 120, paint: (_style, text) => text })).toContain('Read in part: ocserv-access 1');
});
