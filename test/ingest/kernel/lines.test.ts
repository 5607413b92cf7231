import fc from 'fast-check';
import { afterEach, expect, it, vi } from 'vitest';
import { candidatesFor } from '../../../shared/ingest/candidates.ts';
import { Framer } from '../../../shared/ingest/index.ts';
import { KERNEL } from '../../../shared/ingest/kernel/kernel.ts';
import { ACCESS, CSV, MESSAGE, ODD, TELEMETRY } from '../../../shared/ingest/kernel/layout.ts';
import { HeadedLine } from '../../../shared/ingest/syslog/headed-line.ts';
import { headerOf } from '../../../shared/ingest/syslog/header.ts';
import { plainRecord, type RawRecord } from '../../../shared/model/record.ts';

const CONTEXT = { zone: 'Europe/Paris', referenceMs: Date.UTC(2026, 11, 1) };
const candidates = candidatesFor();

afterEach(() => vi.restoreAllMocks());

/** All that is said of a line. */
function told(raw: RawRecord) {
  const { text, position, length, flags } = raw;
  const header = headerOf(raw);
  const result = candidates.parse(raw, CONTEXT);
  return {
    raw: { text, position, length, flags },
    header: header && [header.dress, header.priority, header.stamp, header.hostname, header.appName],
    rest: header && [header.procId, header.msgId, header.structuredData, header.wellFormed, header.body],
    record: result?.ok ? plainRecord(result.value) : result?.error,
  };
}

/** The lines of pieces of a source, framed and read. `kinds` notes what the kernel knew of them. */
function read(pieces: readonly Uint8Array[], kinds = new Set<number>()) {
  const framer = new Framer('source');
  const all: ReturnType<typeof told>[] = [];
  const take = (records: readonly RawRecord[]) => {
    for (const raw of records) {
      if (raw instanceof HeadedLine) kinds.add(raw.kind);
      all.push(told(raw));
    }
  };
  for (const piece of pieces) take(framer.push(piece));
  take(framer.end());
  return all;
}

/** Without the kernel: step by step. */
function readSlowly(pieces: readonly Uint8Array[]) {
  vi.spyOn(KERNEL, 'readLines').mockImplementation((_codes, at) => ({ rows: new Int32Array(), next: at }));
  const all = read(pieces);
  vi.restoreAllMocks();
  return all;
}

const joined = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(''));
const digits = (max: number) => fc.integer({ min: 0, max }).map(String);
const stamp = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('Nov 22 09:00:00 ', 'Nov 22 09:00:01 ', 'Nov 22 23:59:59 ') },
  fc.constantFrom('Nov  2 09:00:00 ', 'nov 22 09:00:00 ', 'Nov 22 24:00:00 ', 'Nov 22 09:00:60 ', 'Nov 22 9:00:00 '),
  fc.constantFrom(
    'Nov 22 09:00:00.5 ',
    'Nov 22 09:00:00 2026 ',
    'Nov 22 09:00:00: ',
    'Nov 22 09:00:00  ',
    'Feb 30 01:02:03 ',
    'Nov 22 09:00:00 UTC ',
    'Nov 22 09:00:00 PM ',
    'Sun Nov 22 09:00:00 2026 ',
    '2026 Nov 22 09:00:00 ',
    '2026-11-22 09:00:00 ',
  ),
  fc.constantFrom('2026-11-22T09:00:00Z ', '2026-11-22T09:00:00.123+01:00 ', '2026-11-22T09:00:00.1234567+00:00 '),
  fc.constantFrom(
    '2026-11-22T09:00:00.123456789-05:00 ',
    '2026-11-22T09:00:00 ',
    '2026-02-30T09:00:00Z ',
    '2026-11-22T9:00:00Z ',
  ),
);
const priority = fc.constantFrom('', '', '<13>', '<0>', '<191>', '<192>', '<013>', '<>', '<13>1 ', '<30>1 ', '<30>2 ');
const name = fc.constantFrom(
  'h',
  'vpn-1',
  'fe80::1',
  'a,b',
  'app',
  'ocserv',
  'ocserv-access',
  '-',
  '[x',
  'x]',
  'mstunnel-agent',
  'daemon.info',
  '<3.6>',
  'INFO',
  '-01',
  '2026',
  'GMT',
);
const tag = fc.constantFrom(
  'app: ',
  'ocserv[12]: ',
  'ocserv-access[12]: ',
  'mstunnel-agent[1]: ',
  'app[7 ',
  'app[7',
  'app[7]',
  ':',
  ': ',
  '',
);
const origin = fc.oneof(
  joined(name, fc.constantFrom(' ', '  '), tag),
  joined(tag),
  joined(name, fc.constant(' ')),
  joined(name, fc.constant(' '), name, fc.constant(' '), tag),
  fc.constantFrom(
    'vpn-1 ocserv 12 - - ',
    'vpn-1 ocserv-access 12 - - ',
    '- - - - - ',
    'fw - - - [a b="c"] ',
    'fw - - - -',
    'fw  - - - ',
  ),
);
const endpoint = fc.oneof(
  { weight: 4, arbitrary: joined(fc.constant('10.0.0.1:'), digits(65_535)) },
  fc.constantFrom('10.0.0.1', ' 10.0.0.1:5', '::1:443', '[::1]:443', ':', '10.0.0.1:x', '10.0.0.1: 5', '10.0.0.1:'),
);
const count = fc.oneof(
  { weight: 4, arbitrary: digits(2_000_000) },
  fc.constantFrom('', ' 7', '12345678901', '-1', '1 ', '007'),
);
const access = fc
  .tuple(
    fc.constantFrom('u', '', ' u ', 'a b'),
    fc.constantFrom('D', ''),
    fc.constantFrom('tcp', ' udp'),
    endpoint,
    endpoint,
    count,
    count,
    count,
  )
  .chain((fields) => fc.constantFrom(fields, fields, fields, fields.slice(0, 6), [...fields, 'x']))
  .map((fields) => `ACCESS_LOG,${fields.join(',')}`);
const total = fc.oneof(count, fc.constantFrom('', ' 7', '7 ', '1 2', '123456789012345', '1234567890123456'));
const telemetry = fc
  .tuple(
    fc.constantFrom('connect', 'disconnect', 'disconnect', 'Disconnect', ' disconnect', 'host-update', ''),
    fc.oneof(digits(70_000), fc.constantFrom(' 7', '7 ', '7a')),
    endpoint,
    endpoint,
    fc.constant('169.254.0.1'),
    fc.constant('3 169.254.0.1'),
    fc.constantFrom('u', ''),
    fc.constant('d'),
    fc.constantFrom('agent', 'a, b'),
    total,
    total,
    total,
  )
  .chain((fields) =>
    fc.constantFrom(fields, fields, fields, fields.slice(0, 1), fields.slice(0, 6), fields.slice(0, 9)),
  )
  .map((fields) => `OCSERV_TELEMETRY,${fields.join(',')}`);
const row = fc
  .tuple(
    fc.constantFrom('1', '', '12', '1234', 'x'),
    fc.oneof(
      fc.constantFrom('2026/11/22 09:00:00', '2026-11-22 09:00:00', '{masked}', '2026/11', '2026/11/22 24:00:00'),
      fc.constantFrom('2026/11/22 23:59:59', '2026/13/45 09:00:00', '2026/11/22 09:00:61', '2026/1a/22 09:00:00', ''),
    ),
    fc.constantFrom('USERID', 'SYSTEM', 'X', 'usERID', 'TRAFFIC'),
    fc.constantFrom('', '"a,b"', '"', 'login'),
  )
  .map(
    ([first, time, type, quoted]) =>
      `${first},${time},0072,${type},login,2049,${time},vsys1,10.0.0.1,c\\u,${quoted},0,1,2,3,4,5,6,7,0x8,0,0,0,0,,fw,1`,
  );
const body = fc.oneof(
  access,
  telemetry,
  row,
  fc.constantFrom('', ' ', 'm', ': m', '] m', 'main[u]:10.0.0.1:5 new user session', 'ACCESS_LOG', 'é', '\0', '\t'),
);
const odd = fc.constantFrom(
  '',
  '\r',
  ' ',
  '{"a":1}',
  '[1]',
  '12 <13>Nov 22',
  '#Fields: a b',
  '#Software: Microsoft Internet Security and Acceleration Server 2006',
  'show user server-monitor state all',
  '-----BEGIN CERTIFICATE-----',
  'é',
  '\u0000x',
);
const line = fc.oneof({ weight: 9, arbitrary: joined(priority, stamp, origin, body) }, odd);
const document = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\n', '\n', '\r\n')), { minLength: 1, maxLength: 12 })
  .map((lines) => lines.flat().join(''));

it('reads lines alike with the kernel and step by step', () => {
  const kinds = new Set<number>();
  fc.assert(
    fc.property(document, fc.integer({ min: 1, max: 400 }), (text, size) => {
      const bytes = Buffer.from(text);
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      const slowly = readSlowly(pieces);
      // The first time headers are learned from its lines, if there are several pieces; the second time from the first.
      expect(read(pieces, kinds)).toEqual(slowly);
      expect(read([bytes], kinds)).toEqual(slowly);
    }),
    { numRuns: Number(process.env['RUNS'] ?? 500) },
  );
  expect([...kinds].sort()).toEqual([MESSAGE, ODD, ACCESS, TELEMETRY, CSV]);
});
