import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bodyFields, Chatter, readBody } from '../../shared/ingest/ocserv/body.ts';
import { LocatedFields } from '../../shared/ingest/syslog/record.ts';

const pieces = fc.constantFrom(
  'main',
  'worker',
  'sec-mod',
  'other',
  '[',
  ']',
  '[user]',
  '[]',
  '[vhost:v]',
  ':',
  ': ',
  ' ',
  '203.0.113.7',
  '203.0.113.7:50001 ',
  '256.1.1.1 ',
  '1.2.3.4:',
  '::1 ',
  'a',
  'main.c:12: ',
  'x: ',
  'new user session',
  'sent periodic stats',
  '[unknown] ',
  'é',
  '\t',
  '7',
  "user 'u' disconnected",
  'Latency: Median Total 1 RMS Total 2 Sample Count 3',
  'have not received TCP DPD',
  'rejected ',
  'cmd ',
);
const anything = fc.array(pieces, { maxLength: 6 }).map((parts) => parts.join(''));
const usual = fc
  .tuple(
    fc.constantFrom('main', 'worker', 'sec-mod'),
    fc.constantFrom('', '[user]'),
    fc.constantFrom(':', ': '),
    anything,
  )
  .map((parts) => parts.join(''));
const body = fc.oneof(anything, usual);

it('reads messages where they lie as it reads them cut out', () => {
  let chatter = 0;
  fc.assert(
    fc.property(body, body, (message, next) => {
      // Text of other lines on both sides, as in a chunk.
      const chars = `${next}${message}\n${next}`;
      const found = readBody({ chars, from: next.length, to: next.length + message.length });
      if (found instanceof Chatter) chatter++;
      expect(found instanceof LocatedFields ? found.attributes() : found).toEqual(bodyFields(message));
    }),
    { numRuns: Number(process.env['RUNS'] ?? 2_000) },
  );
  expect(chatter).toBeGreaterThan(20);
});
