import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Framer, Reader, type ReadOutcome } from '../../shared/ingest/index.ts';
import type { LogRecord } from '../../shared/model/record.ts';
import { CONTEXT, FORMATS_FOLDER, listFixtures } from '../fixtures/golden.ts';

const read = (input: string | Buffer): ReadOutcome[] => {
  const framer = new Framer('source');
  const reader = new Reader({ ...CONTEXT, host: 'contoso-1' });
  return [...framer.push(Buffer.from(input)), ...framer.end()].map((raw) => reader.read(raw));
};

it('a certificate with a date that is none is a dead letter, not a date out of memory', () => {
  const [fixture] = listFixtures().filter(({ format }) => format === 'certificate-pem');
  const pem = readFileSync(join(FORMATS_FOLDER, 'certificate-pem', `${fixture?.name}.in.log`), 'latin1');
  const der = Buffer.from(/-----BEGIN CERTIFICATE-----([^-]+)-----END/.exec(pem)?.[1] ?? '', 'base64');
  const notBefore = der.indexOf(Buffer.from([0x17, 0x0d])) + 2;
  expect(notBefore).toBeGreaterThan(2);
  der.write('x', notBefore + 2);
  const [outcome] = read(
    `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  );
  expect(outcome).toMatchObject({ kind: 'rejected', rejection: { reason: 'invalid-certificate' } });
});

it('a row of a table with thousands of blanks is read at once', () => {
  const row = `Name${' '.repeat(20_000)}Host${' '.repeat(20_000)}vsys`;
  const startedAt = performance.now();
  read(`admin@contoso-fw-1> show user server-monitor statistics\nDirectory Servers:\n${row}\n${row} x\n`);
  // Cubic time would be hours.
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

it.each([' ', '\u2028', '\ufeff'])('a check-in whose host name is blank is no check-in of a server: %j', (hostname) => {
  const [outcome] = read(`${JSON.stringify({ time: '2026-11-22T09:00:00Z', hostname, latency: 9 })}\n`);
  expect(outcome).toMatchObject({ kind: 'record', record: { format: 'json-generic' }, facts: [] });
});

it('a firewall whose device name is blank is none', () => {
  const record = { TimeReceived: '2026-11-22T09:04:19Z', LogType: 'SYSTEM', DeviceName: ' ' };
  const [outcome] = read(`${JSON.stringify(record)}\n`);
  expect(outcome).toMatchObject({ kind: 'record', record: { format: 'panos-json' }, facts: [] });
});

it('a severity that is no level of the scale is unknown, whatever objects call by it', () => {
  const [outcome] = read('CEF:0|Palo Alto Networks|LF|2.0|SYSTEM|general|constructor|act=general\n');
  expect(outcome).toMatchObject({ kind: 'record', record: { attributes: { severity: null } } });
});

// Tokyo's mean time, until 1887, was 9 h 18 min 59 s ahead.
it.each([
  ['0026-01-02', '0026-01-01T14:51:01.0000000Z'],
  ['0000-01-01', undefined],
])('the first years are read as they are written, or not: %s', (day, timestamp) => {
  const [raw] = new Framer('source').push(Buffer.from(`${day}, 0:10, 198.51.100.9, 203.0.113.4, , , , , , \n`));
  const { record } = new Reader({ ...CONTEXT, zone: 'Asia/Tokyo' }).read(raw!) as { record: LogRecord };
  expect([record.format, record.timestamp]).toEqual(['tmg-native', timestamp]);
});

it('a count of bytes that no number holds is unknown', () => {
  const line = `Nov 22 09:03:29 tunnel-1 ocserv[7]: main[]:203.0.113.7:1 user disconnected (reason: unspecified, rx: ${'9'.repeat(400)}, tx: 7)\n`;
  const [outcome] = read(line);
  const counted = expect.objectContaining({ bytesIn: null, bytesOut: 7 });
  const facts = expect.arrayContaining([expect.objectContaining({ kind: 'session.closed', attributes: counted })]);
  expect(outcome).toMatchObject({ kind: 'record', facts });
});
