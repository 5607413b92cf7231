import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { run } from '../../shared/analyze/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'analyze-records-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function analyzed(...args: readonly string[]): Promise<{ code: number; stderr: string }> {
  const written = (stream: NodeJS.WriteStream) => vi.spyOn(stream, 'write').mockReturnValue(true);
  const [out, err] = [written(process.stdout), written(process.stderr)];
  try {
    const code = await run(['analyze', ...args]);
    return { code, stderr: err.mock.calls.map(([text]) => text).join('') };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

it('writes every record with its place, its times and how sure they are, its severity and entity', async () => {
  const log = join(folder, 'a.log');
  writeFileSync(
    log,
    [
      '<30>Nov 22 09:00:00 EDGE-1 ocserv[7]: main: synthetic',
      'a line without a time',
      '{"time":"2026-11-22T09:00:01.5Z","category":"IKEDiagnosticLog","operationName":"IKELogEvent","resourceId":"/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000001/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.NETWORK/VIRTUALNETWORKGATEWAYS/VNG-1","level":"Warning","properties":{"message":"synthetic"}}',
    ].join('\n'),
  );
  const at = new Date('2026-11-22T12:00:00Z');
  utimesSync(log, at, at);
  const records = join(folder, 'records.ndjson');
  expect((await analyzed('--records', records, log)).code).toBe(0);
  const lines = readFileSync(records, 'utf8').trimEnd().split('\n');
  const observedAt = '2026-11-22T12:00:00.000Z';
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    {
      format: 'ocserv',
      source: log,
      line: 1,
      byte: 0,
      observedAt,
      timestamp: '2026-11-22T09:00:00.0000000Z',
      precision: 0,
      flags: ['zone-assumed', 'year-inferred'],
      severity: 'informational',
      entity: { kind: 'tunnel-server', key: 'edge-1' },
    },
    { format: 'plain-text', line: 2, observedAt, timestamp: null, flags: ['no-time'], severity: null, entity: null },
    {
      format: 'azure-ike',
      line: 3,
      observedAt,
      timestamp: '2026-11-22T09:00:01.5000000Z',
      flags: [],
      severity: 'warning',
      entity: { kind: 'gateway', key: expect.stringMatching(/\/vng-1$/) },
      attributes: { category: 'IKEDiagnosticLog' },
    },
  ]);
});

it('writes over no file that exists', async () => {
  const log = join(folder, 'kept.log');
  writeFileSync(log, 'kept\n');
  expect(await analyzed('--records', log, log)).toEqual({
    code: 1,
    stderr: expect.stringContaining(`cannot write ${log}`),
  });
  expect(readFileSync(log, 'utf8')).toBe('kept\n');
});
