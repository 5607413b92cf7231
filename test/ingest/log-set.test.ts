import { describe, expect, it } from 'vitest';
import { assembleLogSets, BundleTally, Framer, Reader } from '../../shared/ingest/index.ts';
import type { Bundle, BundlePart } from '../../shared/model/log-set.ts';
import { millisOf } from '../../shared/model/time.ts';

const LINES = [
  'Nov 22 09:00:05 TUN-01 ocserv[1]: main: initialized ocserv 1.1.6',
  'Nov 22 09:00:00 tun-01 mstunnel-agent[2]: Reporting check-in',
  'Nov 22 09:00:10 tun-01 mstunnel_monitor[3]: services are running',
  'Nov 22 09:00:20 tun-01 ocserv[1]: OCSERV_TELEMETRY,connect,1,203.0.113.1,192.0.2.3,169.254.0.1,169.254.0.2,u,d,agent',
  'Nov 22 09:00:30 tun-01 ocserv[1]: main[adele]:203.0.113.20:50792 user disconnected (reason: DPD timeout, rx: 1, tx: 2)',
  'Nov 22 09:00:40 tun-02 ocserv-access[9]: ACCESS_LOG,u,d,tcp,169.254.0.2:1,198.51.100.5:80,1,2,3',
  'a note of somebody 17',
  'a note of somebody 18',
  '{"broken',
  '{"incidentId":"4711","verbosity":4}',
];

function tallyOf(lines: readonly string[], tally = new BundleTally()): BundleTally {
  const framer = new Framer('bundle.log');
  const reader = new Reader({ zone: 'UTC', referenceMs: Date.parse('2026-11-22T12:00:00Z') });
  for (const raw of [...framer.push(Buffer.from(`${lines.join('\n')}\n`)), ...framer.end()]) {
    const outcome = reader.read(raw);
    if (outcome.kind === 'rejected') tally.reject();
    else tally.record(outcome.record, raw);
  }
  return tally;
}

const bundle = (part: BundlePart, said: Partial<Bundle> = {}): Bundle => ({
  name: 'bundle.zip',
  uploadedAt: 0,
  metadata: {},
  part,
  ...said,
});

describe('what a bundle holds', () => {
  it('is counted by server, tag and event, from the first record to the last', () => {
    const [set, ...more] = assembleLogSets([bundle(tallyOf(LINES).part())]);
    expect(more).toEqual([]);
    expect(set).toMatchObject({
      server: 'tun-01',
      startsAt: '2026-11-22T09:00:00.0000000Z',
      endsAt: '2026-11-22T09:00:30.0000000Z',
      records: 5,
      byTag: { ocserv: 3, 'mstunnel-agent': 1, mstunnel_monitor: 1 },
      byEvent: { 'server-started': 1, 'session-closed': 1 },
      moments: [['2026-11-22T09:00:05.0000000Z', 'server-started', '1.1.6']],
      notUnderstood: { deadLetters: 1, lines: 2, shapes: [['a note of somebody #', 2]] },
      incidentId: { value: '4711', by: 'content' },
      verbosity: { value: 4, by: 'content' },
    });
  });

  it('is the same when it is read in two parts', () => {
    const first = tallyOf(LINES.slice(0, 4));
    const kept: BundlePart = JSON.parse(JSON.stringify(first.part()));
    const resumed = tallyOf(LINES.slice(4), new BundleTally(kept));
    expect(assembleLogSets([bundle(resumed.part())])).toEqual(assembleLogSets([bundle(tallyOf(LINES).part())]));
  });

  it('is no log set when it has access lines only, or none of a tunnel server', () => {
    expect(tallyOf(LINES.slice(5)).isSet).toBe(false);
    expect(assembleLogSets([bundle(tallyOf(LINES.slice(5)).part())])).toEqual([]);
  });

  it('keeps access lines that lie beside: they are no part of a collection, but they are there', () => {
    const [set] = assembleLogSets([
      bundle(tallyOf([LINES[0] ?? '', (LINES[5] ?? '').replace('tun-02', 'tun-01')]).part()),
    ]);
    expect(set?.byTag).toEqual({ ocserv: 1, 'ocserv-access': 1 });
  });

  it('stays of bounded size', () => {
    const many = Array.from({ length: 500 }, (_, n) => [
      `Nov 22 09:00:05 host-${n} ocserv[1]: main: initialized ocserv 1.1.6`,
      `Nov 22 09:00:05 host-0 ocserv[1]: main: initialized ocserv 1.1.6`,
      `${String.fromCodePoint(97 + (n % 26)).repeat(1 + (n % 97))} odd line`,
    ]).flat();
    expect(JSON.stringify(tallyOf(many).part()).length).toBeLessThan(20_000);
  });
});

describe('incident id and verbosity', () => {
  const plain = tallyOf(LINES.slice(0, 2)).part();
  const told = tallyOf([...LINES.slice(0, 2), LINES[9] ?? '']).part();

  it.each([
    [
      'of the metadata before all',
      told,
      'incident-1_verbosity1.zip',
      { incidentid: '77', verbosity: '2' },
      '77',
      'metadata',
      2,
    ],
    ['of the content before the name', told, 'incident-1_verbosity1.zip', {}, '4711', 'content', 4],
    ['of the name', plain, 'uploads/tun-01/Incident_ID=9f2c-17_verbosity-level-4.tar.gz', {}, '9f2c-17', 'name', 4],
    ['of a folder', plain, 'incident 4711/verbose 0/ocserv.log', {}, '4711', 'name', 0],
    ['not said', plain, 'incident-report_verbosely.zip', {}, undefined, undefined, undefined],
    [
      'a verbosity that is none',
      plain,
      'bundle_verbosity44.zip',
      { verbosity: 'high' },
      undefined,
      undefined,
      undefined,
    ],
  ])('%s', (_case, part, name, metadata, incident, by, verbosity) => {
    const [set] = assembleLogSets([bundle(part, { name, metadata })]);
    expect(set?.incidentId ?? undefined).toEqual(incident === undefined ? undefined : { value: incident, by });
    expect(set?.verbosity?.value).toBe(verbosity);
  });

  it('names one set: its bundles are one, each with its own part', () => {
    const later = tallyOf(['Nov 22 10:00:00 tun-01 mstunnel-agent[2]: Reporting check-in']).part();
    const sets = assembleLogSets([
      bundle(plain, { name: 'incident-4711/a.log', uploadedAt: 1 }),
      bundle(later, { name: 'incident-4711/b.log', uploadedAt: 5 }),
      bundle(plain, { name: 'incident-4712/a.log' }),
      bundle(plain, { name: 'other.zip' }),
    ]);
    expect(sets.map(({ incidentId, bundles, records }) => [incidentId?.value, bundles.length, records])).toContainEqual(
      ['4711', 2, 3],
    );
    expect(sets.length).toBe(3);
    expect(new Set(sets.map(({ id }) => id)).size).toBe(3);
    const both = sets.find(({ bundles }) => bundles.length === 2);
    expect(both).toMatchObject({ uploadedAt: 5, byTag: { 'mstunnel-agent': 2, ocserv: 1 } });
    expect(millisOf(both?.endsAt ?? '')).toBe(Date.parse('2026-11-22T10:00:00Z'));
  });

  it('keeps servers of one bundle apart', () => {
    const two = tallyOf([...LINES.slice(0, 2), 'Nov 22 09:00:00 tun-09 mstunnel-agent[2]: Reporting check-in']).part();
    expect(
      assembleLogSets([bundle(two)])
        .map(({ server }) => server)
        .sort(),
    ).toEqual(['tun-01', 'tun-09']);
  });
});
