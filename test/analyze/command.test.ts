import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { run } from '../../shared/analyze/command.ts';
import { HEALTH_STATES } from '../../shared/model/health.ts';
import { SEVERITIES } from '../../shared/model/severity.ts';
import { gatewayLines, incidentLines } from './incident.ts';

const main = fileURLToPath(new URL('../../shared/analyze/main.ts', import.meta.url));
let folder: string;
let log: string;
let env: NodeJS.ProcessEnv;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'analyze-command-'));
  env = { ...process.env, TMPDIR: folder, NODE_COMPILE_CACHE: join(folder, 'cache') };
  log = join(folder, 'incident.log');
  writeFileSync(log, `${incidentLines.join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real command as a process of its own. */
function tunnelwatch(args: readonly string[], input?: string): Promise<Ran> {
  const child = spawn(process.execPath, [main, 'analyze', ...args], { env });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  child.stdin.end(input);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

/** The same without a process: for answers that need no pipe and no signal. */
async function answer(args: readonly string[]): Promise<Ran> {
  const written = (stream: NodeJS.WriteStream) => vi.spyOn(stream, 'write').mockReturnValue(true);
  const [out, err] = [written(process.stdout), written(process.stderr)];
  try {
    const code = await run(['analyze', ...args]);
    const [stdout = '', stderr = ''] = [out, err].map((spy) => spy.mock.calls.map(([text]) => text).join(''));
    return { code, stdout, stderr };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

const time = z.iso.datetime({ precision: 3 });
const position = z.strictObject({ source: z.string(), line: z.int(), byte: z.int() });
const labels = z.enum(['gateway', 'remoteIp', 'server', 'site', 'certificate', 'source', 'instance']);
const documentSchema = z.strictObject({
  summary: z.strictObject({
    bytes: z.int(),
    lines: z.int(),
    records: z.int(),
    facts: z.int(),
    deadLetters: z.int(),
    byFormat: z.record(z.string(), z.int()),
  }),
  entities: z.array(
    z.strictObject({
      kind: z.enum(['gateway', 'tunnel', 'tunnel-server', 'certificate']),
      id: z.string().min(1),
      state: z.enum(HEALTH_STATES),
      detail: z.string().min(1),
      checks: z.array(
        z.strictObject({
          id: z.string(),
          state: z.enum(HEALTH_STATES),
          value: z.union([z.string(), z.number(), z.boolean(), z.null()]),
          unit: z.string().nullable(),
          observedAt: time.nullable(),
          threshold: z.string().nullable(),
          reason: z.string().min(1),
        }),
      ),
    }),
  ),
  alerts: z.array(
    z.strictObject({
      rule: z.string(),
      severity: z.enum(SEVERITIES),
      state: z.enum(['pending', 'firing', 'resolved']),
      startsAt: time,
      endsAt: time.nullable(),
      labels: z.partialRecord(labels, z.string()),
      annotations: z.looseObject({ summary: z.string(), cause: z.string(), remedy: z.string() }),
      evidence: z.array(position),
    }),
  ),
  logSets: z.array(
    z.strictObject({
      id: z.string(),
      server: z.string(),
      incidentId: z.string().nullable(),
      incidentIdFrom: z.enum(['metadata', 'content', 'name']).nullable(),
      verbosity: z.int().nullable(),
      verbosityFrom: z.enum(['metadata', 'content', 'name']).nullable(),
      startsAt: time.nullable(),
      endsAt: time.nullable(),
      uploadedAt: time.nullable(),
      bundles: z.array(z.string()),
      records: z.int(),
      byTag: z.record(z.string(), z.int()),
      byEvent: z.record(z.string(), z.int()),
      notUnderstood: z.strictObject({
        deadLetters: z.int(),
        lines: z.int(),
        shapes: z.array(z.strictObject({ shape: z.string(), count: z.int() })),
      }),
      timeline: z.array(
        z.strictObject({
          at: time,
          endsAt: time.nullable(),
          what: z.string(),
          severity: z.enum(SEVERITIES).nullable(),
          summary: z.string(),
        }),
      ),
    }),
  ),
  rejected: z.strictObject({ total: z.int(), first: z.array(position.extend({ reason: z.string() })).max(20) }),
  notUnderstood: z.strictObject({
    partlyByFormat: z.record(z.string(), z.int()),
    lines: z.int(),
    shapes: z.array(z.strictObject({ shape: z.string(), count: z.int(), first: position })),
  }),
});

describe('--json', () => {
  it('prints one document of the promised shape', async () => {
    const { code, stdout, stderr } = await tunnelwatch(['--json', '--year', '2026', log]);
    const document = documentSchema.parse(JSON.parse(stdout));
    expect([code, stderr]).toEqual([0, '']);
    expect(document.summary).toMatchObject({ lines: incidentLines.length, records: incidentLines.length });
    expect(document.summary.byFormat).toMatchObject({ 'azure-tunnel': 7, 'azure-gateway': 2, checkin: 56 });
    expect(document.entities.find(({ detail }) => detail === 'down')).toMatchObject({
      kind: 'tunnel',
      state: 'unhealthy',
      id: expect.stringMatching(/^\/subscriptions\/.*\/gw-hub\|203\.0\.113\.10$/),
    });
    const starts = document.alerts.map(({ startsAt, rule }) => `${startsAt} ${rule}`);
    expect(starts).toEqual(starts.toSorted());
    expect(document.logSets.length).toBeGreaterThan(0);
    expect(document.alerts.at(-1)).toMatchObject({
      rule: 'tunnel.down',
      endsAt: null,
      evidence: [{ source: log, line: 8 }],
    });
  });

  it('says at which line a cut archive broke off', async () => {
    const path = join(folder, 'cut.gz');
    writeFileSync(path, gzipSync('one line\ntwo lines\n').subarray(0, -8));
    const { rejected } = JSON.parse((await answer(['--json', path])).stdout);
    expect(rejected).toEqual({ total: 1, first: [{ source: path, line: 3, byte: 19, reason: 'truncated-archive' }] });
  });

  it('is the same from standard input, gzip and a folder, source names apart', async () => {
    const inner = join(folder, 'bundle', 'deep');
    mkdirSync(inner, { recursive: true });
    writeFileSync(join(inner, 'b.log.gz'), gzipSync(`${incidentLines.join('\n')}\n`));
    const [plain, piped, packed] = await Promise.all([
      tunnelwatch(['--json', '--year', '2026', log]),
      tunnelwatch(['--json', '--year', '2026', '-'], `${incidentLines.join('\n')}\n`),
      tunnelwatch(['--json', '--year', '2026', join(folder, 'bundle')]),
    ]);
    const unnamed = ({ stdout }: Ran) =>
      stdout
        .replaceAll(/"source":"(-|[^"]*\.log(\.gz)?)"/g, '"source":""')
        // A log set is known by its bundle, and was uploaded when that was written.
        .replaceAll(/"id":"[0-9a-f]{32}"|"uploadedAt":("[^"]*"|null)|"bundles":\["[^"]*"\]/g, '""');
    expect(unnamed(piped)).toBe(unnamed(plain));
    expect(unnamed(packed)).toBe(unnamed(plain));
  });
});

describe('exit codes', () => {
  it.each([
    ['an alert as severe', ['--fail-on', 'critical'], 2],
    ['an alert of a milder kind only', ['--fail-on', 'critical', '--now', '2026-11-22T09:05:00Z'], 0],
    ['a mild one', ['--fail-on', 'informational', '--now', '2026-11-22T09:05:00Z'], 2],
    ['no limit set', [], 0],
  ])('with %s', async (_, options, code) => {
    const gateway = join(folder, 'gateway.log');
    writeFileSync(gateway, gatewayLines.join('\n'));
    expect((await answer([...options, gateway])).code).toBe(code);
  });

  it.each([
    ['--now', 'yesterday', 'Expected ISO 8601'],
    ['--zone', 'Mars/Base', 'Expected an IANA time zone'],
    ['--year', '26', 'Expected a year'],
    ['--fail-on', 'fatal', 'informational, warning, critical'],
    ['--thresholds', 'missing.json', 'cannot read missing.json: no such file'],
    ['--colour', 'red', "unknown option '--colour'"],
  ])('of a bad %s is 1, with one clear message', async (option, value, message) => {
    const { code, stdout, stderr } = await answer([option, value, log]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n').length).toBe(1);
  });

  it('of a missing file is 1, before any work', async () => {
    const { code, stdout, stderr } = await answer([log, join(folder, 'nothing.log')]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(`tunnelwatch: cannot read ${join(folder, 'nothing.log')}: no such file or folder\n`);
  });

  it('of thresholds that cross is 1 and names the field', async () => {
    const path = join(folder, 'crossed.json');
    writeFileSync(path, '{"tenant":{"cpuUsage":{"healthy":90,"unhealthy":80}}}');
    const { code, stderr } = await answer(['--thresholds', path, log]);
    expect(code).toBe(1);
    expect(stderr).toContain('/tenant/cpuUsage/unhealthy');
  });

  it('without files is 1 and shows the help', async () => {
    const { code, stderr } = await answer([]);
    expect(code).toBe(1);
    expect(stderr).toContain('Usage: tunnelwatch analyze');
  });

  it('of --help and --version is 0', async () => {
    expect(await answer(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    expect(await answer(['--help'])).toMatchObject({ code: 0, stdout: expect.stringContaining('--fail-on') });
  });
});

it('ends quietly when nobody reads on', async () => {
  const child = spawn(process.execPath, [main, 'analyze', log], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  child.stdout.destroy();
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect([code, stderr]).toEqual([0, '']);
});

it('leaves no temporary files behind, not even on Ctrl-C', async () => {
  const temporary = join(folder, 'temporary');
  mkdirSync(temporary);
  const child = spawn(process.execPath, [main, 'analyze', '-'], {
    env: { ...env, TMPDIR: temporary },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  // More facts than stay in memory: one session each.
  const sessions = Array.from(
    { length: 40_000 },
    (_, index) =>
      `<30>1 2026-11-22T09:${String(Math.floor(index / 1_000)).padStart(2, '0')}:00Z vpn-1 ocserv 1 - - main[u${index}]:203.0.113.1:${index} new user session\n`,
  );
  child.stdin.on('error', () => undefined);
  child.stdin.write(sessions.join(''));
  await expect.poll(() => readdirSync(temporary).length, { timeout: 20_000 }).toBe(1);
  child.kill('SIGINT');
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect([code, readdirSync(temporary)]).toEqual([130, []]);
});

describe('the report', () => {
  it('says what was read, how all is, what happened and what to do', async () => {
    const { stdout } = await answer(['--year', '2026', log]);
    for (const text of [
      /^tunnelwatch analyze {2}1 source · [\d.]+ kB · 86 lines · 86 records · \d+ facts · 0 dead letters/,
      /● unhealthy {2}tunnel +gw-hub 203\.0\.113\.10/,
      /● unhealthy {2}fra +3 servers/,
      /2026-11-22 09:03:00 {2}informational {2}tunnel\.failover {2}gw-hub 203\.0\.113\.9 {2}over after 20 s/,
      /Cause +maintenance: HostMaintenanceEvent: Upgrade gateway started/,
      /2026-11-22 10:00:00 {2}critical {7}tunnel\.down {2}gw-hub 203\.0\.113\.10 {2}still open/,
      /Not understood {2}nothing/,
    ]) {
      expect(stdout).toMatch(text);
    }
    expect(stdout).not.toContain('\u001b');
    expect(stdout.split('\n').every((line) => line.length <= 160)).toBe(true);
  });

  it('notes years that it inferred, and none that were given', async () => {
    expect((await answer([log])).stdout).toContain('named no year');
    expect((await answer(['--year', '2026', log])).stdout).not.toContain('named no year');
  });

  it('says plainly that nothing was found, and shows no control character of a log', async () => {
    const { stdout, code } = await tunnelwatch(['--fail-on', 'informational', '-'], 'quiet \u001b[31mred\u0007 line\n');
    expect(code).toBe(0);
    expect(stdout).toContain('Nothing found: these records would have raised no alert.');
    expect(stdout).toContain('quiet ·[#mred· line');
    expect(stdout).not.toContain('\u001b');
  });
});

it('says which file it may not read', async () => {
  // Root reads everything: then there is nothing to refuse.
  if (process.getuid?.() === 0) return;
  const path = join(folder, 'secret.log');
  writeFileSync(path, 'x');
  chmodSync(path, 0);
  expect((await answer([path])).stderr).toBe(`tunnelwatch: cannot read ${path}: permission denied\n`);
});
