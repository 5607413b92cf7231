import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Books, type Heard, Voices } from '../../shared/ingest/index.ts';
import type { LogRecord, RecordFlag } from '../../shared/model/record.ts';
import { secondOf } from '../../shared/model/second.ts';

const record = (said: Partial<LogRecord>): LogRecord => ({
  format: 'ocserv',
  position: { source: 'x.log', line: 1, byte: 0 },
  flags: [],
  timestamp: undefined,
  precision: 0,
  severity: undefined,
  hostname: undefined,
  appName: undefined,
  procId: undefined,
  body: '',
  attributes: {},
  ...said,
});

/** What is in the books when all was told: counts and bounds by voice and day. */
function booksOf(told: readonly Heard[]): ReadonlyMap<string, readonly [number, string, string]> {
  const books = new Map<string, readonly [number, string, string]>();
  for (const { format, hostname = '-', flags, count, first = '', last = '' } of told) {
    const key = [format, hostname, flags, first.slice(0, 10)].join(' ');
    const [before, earliest, latest] = books.get(key) ?? [0, first, last];
    books.set(key, [before + count, first < earliest ? first : earliest, last > latest ? last : latest]);
  }
  return books;
}

/** Who was heard, in the order in which they first came. */
const namesIn = (told: readonly Heard[]): readonly string[] => [
  ...new Set(told.map(({ format, hostname, flags }) => JSON.stringify([format, hostname, flags]))),
];

/** As the reader does it. */
function note(books: Books, voices: Voices, one: LogRecord): void {
  const { timestamp } = one;
  books.count(voices.of(one), timestamp, timestamp === undefined ? undefined : secondOf(timestamp));
}

function heardOf(records: readonly LogRecord[]): readonly Heard[] {
  const told: Heard[] = [];
  const books = new Books(({ ...heard }) => told.push(heard));
  const voices = new Voices();
  for (const one of records) note(books, voices, one);
  books.tell();
  return told;
}

const records = fc.array(
  fc
    .record({
      format: fc.constantFrom('ocserv', 'ocserv-access'),
      hostname: fc.constantFrom('tun-01', 'TUN-01', 'tun-02', undefined),
      flags: fc.constantFrom<readonly RecordFlag[]>([], ['zone-assumed'], ['zone-assumed', 'year-inferred']),
      timestamp: fc.oneof(
        fc.constant(undefined),
        fc
          .tuple(
            fc.integer({ min: 20, max: 22 }),
            fc.integer({ min: 0, max: 3 }),
            fc.constantFrom('0000000', '0000001', '9'.repeat(7)),
          )
          .map(([day, second, fraction]) => `2026-11-${day}T09:00:0${second}.${fraction}Z`),
      ),
    })
    .map((said) => record({ ...said, flags: [...said.flags] })),
  { maxLength: 60 },
);

it('tells the same as when every record is told of alone', () => {
  fc.assert(
    fc.property(records, (all) => {
      const alone = all.map(({ timestamp, ...one }) => ({ ...one, count: 1, first: timestamp, last: timestamp }));
      expect(booksOf(heardOf(all))).toEqual(booksOf(alone));
      expect(namesIn(heardOf(all))).toEqual(namesIn(alone));
    }),
  );
});

it('tells of the first record at once and of the others of its day together', () => {
  const told: [string, number][] = [];
  const books = new Books(({ last = '', count }) => told.push([last.slice(8, 19), count]));
  const voices = new Voices();
  for (const time of ['22T09:00:00', '22T09:00:01', '22T09:00:02', '23T00:00:00'])
    note(books, voices, record({ timestamp: `2026-11-${time}.0000000Z` }));
  expect(told).toEqual([
    ['22T09:00:00', 1],
    ['22T09:00:02', 2],
  ]);
  books.tell();
  books.tell();
  expect(told.slice(2)).toEqual([['23T00:00:00', 1]]);
});

it('counts all of more hosts than it remembers', () => {
  const hosts = Array.from({ length: 10_000 }, (_, index) => record({ hostname: `host-${index % 5_000}` }));
  const told = heardOf(hosts);
  expect(told.reduce((sum, { count }) => sum + count, 0)).toBe(10_000);
  expect(new Set(told.map(({ hostname }) => hostname)).size).toBe(5_000);
});
