import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Framer } from '../../shared/ingest/index.ts';
import { RawLine } from '../../shared/ingest/raw-line.ts';
import type { SyslogHeader } from '../../shared/ingest/syslog/header.ts';
import { headerOf, readHeader } from '../../shared/ingest/syslog/header.ts';

const told = (header: SyslogHeader | undefined) =>
  header && [header.dress, header.priority, header.hostname, header.appName, header.procId, header.msgId, header.body];

// Few pieces, so that the same origins come again before other messages.
const piece = fc.constantFrom(
  'h',
  'fw-1',
  'app',
  'app[7]',
  'app[7',
  'a:b]',
  '[x:',
  ':',
  ': ',
  ' ',
  '  ',
  '-',
  'fe80::1',
  '1,2',
  'm',
);
const origin = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));
const spaced = fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join(' '));
const stamp = fc.constantFrom(
  'Nov 22 09:00:00 ',
  '<13>Nov 22 09:00:00 ',
  '<13>1 2026-11-22T09:00:00Z ',
  '2026-11-22T09:00:00Z ',
);
const line = fc
  .tuple(stamp, fc.oneof(origin, spaced), fc.constantFrom('', ' ', ' m', 'x', ': m', '] m'))
  .map((parts) => parts.join(''));

it('reads who wrote a line alike, whether it lies in a chunk or not, and whether or not it was seen before', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 2, maxLength: 40 }), (lines) => {
      const text = Buffer.from(lines.map((one) => `${one}\n`).join(''));
      for (const source of ['first', 'again']) {
        for (const raw of new Framer(source).push(text)) {
          expect(raw).toBeInstanceOf(RawLine);
          expect(told(headerOf(raw))).toEqual(told(readHeader(raw.text)));
        }
      }
    }),
    {
      numRuns: 500,
      examples: [[['Nov 22 09:00:00 app[7 app: m', 'Nov 22 09:00:00 app[7 app: ] m']]],
    },
  );
});
