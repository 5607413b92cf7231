import { expect, it } from 'vitest';
import { Framer, Reader } from '../../shared/ingest/index.ts';
import type { SourceContext } from '../../shared/model/record.ts';

const CONTEXT: SourceContext = { zone: 'UTC', referenceMs: Date.parse('2026-11-22T12:00:00Z'), host: 'TUN-07' };

function read(text: string) {
  const framer = new Framer('ticket.txt');
  const reader = new Reader(CONTEXT);
  return [...framer.push(Buffer.from(text)), ...framer.end()].map((raw) => {
    const outcome = reader.read(raw);
    if (outcome.kind === 'rejected') throw new Error(outcome.rejection.reason);
    return outcome;
  });
}

const TELEMETRY =
  'OCSERV_TELEMETRY,connect,31258,203.0.113.85,192.0.2.3,169.254.0.1,169.254.107.209,u-1,D-1,MobileAccess iOS 1.1';

it.each([
  ['a bullet', `- Nov 22 11:00:00 tun-01 ocserv[4806]: ${TELEMETRY}`, 'ocserv-telemetry'],
  ['a French sentence', `Par exemple :- Nov 22 11:00:00 tun-01 ocserv[4806] : ${TELEMETRY}`, 'ocserv-telemetry'],
  ['a Korean date', `    • 11월 22일 11:00:00 tun-01 ocserv[4806]: ${TELEMETRY}`, 'ocserv-telemetry'],
  ['a quotation', '> 2026-11-22T11:00:00Z tun-01 mstunnel_monitor[88]: Error executing Checkup', 'mstunnel-monitor'],
  [
    'a label',
    '[log] Nov 22 11:00:00 tun-01 ocserv-access[9]: ACCESS_LOG,u,d,tcp,169.254.0.9:1,198.51.100.5:80,1,2,3',
    'ocserv-access',
  ],
])('a line quoted behind %s is read as it was logged, and flagged', (_lead, text, format) => {
  const [outcome] = read(text);
  expect(outcome?.record).toMatchObject({ format, hostname: 'tun-01', position: { line: 1, byte: 0 } });
  expect(outcome?.record.timestamp).toBe('2026-11-22T11:00:00.0000000Z');
  expect(outcome?.record.flags).toContain('best-effort');
  expect(outcome?.facts.length).toBeGreaterThan(0);
});

it.each(['see the lines of ocserv[4806]: they stop at noon', 'On Nov 22 11:00:00 somebody restarted ocserv'])(
  'words about a log are no log line: %s',
  (text) => {
    expect(read(text)[0]?.record.format).toBe('plain-text');
  },
);

it('a block without a header is about the machine of its source, when that was written', () => {
  const [outcome, ...more] = read(
    'Error executing Checkup\nError details\n\\tscript: 561 /usr/sbin/mst-cli\n\\t\\t<> MonitorServices /usr/sbin/mst-cli Message: Failure starting service mstunnel-agent\n',
  );
  expect(more).toEqual([]);
  expect(outcome?.facts.filter(({ kind }) => kind.startsWith('mstunnel'))).toMatchObject([
    {
      kind: 'mstunnel.podman-checkup-failed',
      entity: { kind: 'tunnel-server', key: 'tun-07' },
      attributes: { container: 'agent' },
    },
  ]);
  expect(outcome?.record.flags).toEqual(['no-time']);
});

it('two equal lines without a header are two', () => {
  const line = "main: tun.c:655: Can't open /dev/net/tun: Operation not permitted\n";
  const ids = read(line + line).flatMap(({ facts }) =>
    facts.filter(({ kind }) => kind === 'mstunnel.tun-device').map(({ id }) => id),
  );
  expect(new Set(ids).size).toBe(2);
});
