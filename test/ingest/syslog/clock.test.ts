import { describe, expect, it } from 'vitest';
import { StampClock } from '../../../shared/ingest/syslog/clock.ts';
import { readHeader } from '../../../shared/ingest/syslog/header.ts';
import { isZone, Zone } from '../../../shared/ingest/syslog/zone.ts';
import type { SourceContext } from '../../../shared/model/record.ts';
import { isoOf } from '../../../shared/model/time.ts';

describe('StampClock', () => {
  const resolved = (stamp: string, ctx: Partial<SourceContext> & { reference: string }) => {
    const clock = new StampClock({ zone: 'UTC', ...ctx, referenceMs: Date.parse(ctx.reference) });
    return clock.resolve(readHeader(`${stamp} h app: m`)?.stamp);
  };

  it.each<[name: string, stamp: string, reference: string, expected: string | undefined]>([
    ['the same year', 'Nov 22 09:00:00', '2026-11-22T12:00:00Z', '2026-11-22T09:00:00.0000000Z'],
    ['a day ahead is skew', 'Nov 23 11:00:00', '2026-11-22T12:00:00Z', '2026-11-23T11:00:00.0000000Z'],
    ['exactly a day ahead', 'Nov 23 12:00:00', '2026-11-22T12:00:00Z', '2026-11-23T12:00:00.0000000Z'],
    ['more than a day ahead is last year', 'Nov 23 12:00:01', '2026-11-22T12:00:00Z', '2025-11-23T12:00:01.0000000Z'],
    ['December read in January', 'Dec 31 23:59:59', '2027-01-01T00:00:10Z', '2026-12-31T23:59:59.0000000Z'],
    [
      'January stamped while it is still December here',
      'Jan  1 00:00:10',
      '2026-12-31T23:59:59Z',
      '2027-01-01T00:00:10.0000000Z',
    ],
    ['29 February in a leap year', 'Feb 29 10:00:00', '2028-03-01T00:00:00Z', '2028-02-29T10:00:00.0000000Z'],
    [
      '29 February goes back to the last one',
      'Feb 29 10:00:00',
      '2026-03-01T00:00:00Z',
      '2024-02-29T10:00:00.0000000Z',
    ],
    [
      'a year on the other side of the world',
      'Jan  1 00:00:10',
      '2026-12-31T15:00:20Z',
      '2027-01-01T00:00:10.0000000Z',
    ],
    ['30 February is no day', 'Feb 30 10:00:00', '2026-03-01T00:00:00Z', undefined],
    ['a leap second', 'Dec 31 23:59:60', '2027-01-01T00:00:10Z', '2026-12-31T23:59:59.0000000Z'],
  ])('%s', (_name, stamp, reference, expected) => {
    const { timestamp, flags } = resolved(stamp, { reference });
    expect(timestamp).toBe(expected);
    expect(flags).toEqual(expected === undefined ? ['no-time'] : ['zone-assumed', 'year-inferred']);
  });

  it.each<[stamp: string, year: number, expected: string | undefined]>([
    ['Dec 31 10:00:00', 2020, '2020-12-31T10:00:00.0000000Z'],
    ['Feb 29 10:00:00', 2023, undefined],
    ['Nov 22 2026 10:00:00', 2020, '2026-11-22T10:00:00.0000000Z'],
  ])('%s with the year set to %d', (stamp, year, expected) => {
    expect(resolved(stamp, { reference: '2026-11-22T12:00:00Z', year }).timestamp).toBe(expected);
  });

  it.each<[zone: string, stamp: string, expected: string]>([
    ['Asia/Seoul', 'Nov 22 09:00:00', '2026-11-22T00:00:00.0000000Z'],
    ['Europe/Paris', 'Jul  1 09:00:00', '2026-07-01T07:00:00.0000000Z'],
    ['Asia/Kolkata', 'Nov 22 09:00:00.25', '2026-11-22T03:30:00.2500000Z'],
    ['America/New_York', 'Nov 22 09:00:00', '2026-11-22T14:00:00.0000000Z'],
  ])('%s', (zone, stamp, expected) => {
    expect(resolved(stamp, { reference: '2026-11-23T12:00:00Z', zone }).timestamp).toBe(expected);
  });

  it.each<[zone: string, stamp: string, reference: string, expected: string]>([
    ['Asia/Seoul', 'Jan  1 00:00:10', '2026-12-31T15:00:20Z', '2026-12-31T15:00:10.0000000Z'],
    ['America/New_York', 'Dec 31 23:59:59', '2027-01-01T05:00:10Z', '2027-01-01T04:59:59.0000000Z'],
    ['Europe/Paris', 'Oct 25 02:30:00', '2026-10-25T12:00:00Z', '2026-10-25T00:30:00.0000000Z'],
    ['Europe/Paris', 'Mar 29 02:30:00', '2026-03-29T12:00:00Z', '2026-03-29T01:30:00.0000000Z'],
  ])('%s: %s, read at %s, where the year or the clock changes', (zone, stamp, reference, expected) => {
    expect(resolved(stamp, { reference, zone }).timestamp).toBe(expected);
  });

  it('goes on over a change line by line as it would for each line alone', () => {
    const clock = new StampClock({ zone: 'Europe/Paris', referenceMs: Date.parse('2027-01-01T00:00:10Z') });
    const stamps = ['Oct 25 01:59:59', 'Oct 25 02:00:00', 'Oct 25 03:00:00', 'Dec 31 23:59:59', 'Jan  1 00:00:00'];
    expect(
      stamps.map((stamp) => clock.resolve(readHeader(`${stamp} h app: m`)?.stamp).timestamp?.slice(0, 19)),
    ).toEqual([
      '2026-10-24T23:59:59',
      '2026-10-25T00:00:00',
      '2026-10-25T02:00:00',
      '2026-12-31T22:59:59',
      '2026-12-31T23:00:00',
    ]);
  });

  it('leaves a stated zone alone', () => {
    expect(resolved('2026-11-22T09:00:00+02:00', { reference: '2026-11-22T12:00:00Z', zone: 'Asia/Seoul' })).toEqual({
      timestamp: '2026-11-22T07:00:00.0000000Z',
      precision: 0,
      flags: [],
    });
  });
});

describe('Zone', () => {
  const paris = new Zone('Europe/Paris');
  it.each([
    ['before summer time', '2026-03-29T01:59:59', '2026-03-29T00:59:59.000Z'],
    ['an hour that is skipped', '2026-03-29T02:30:00', '2026-03-29T01:30:00.000Z'],
    ['after the change', '2026-03-29T03:00:00', '2026-03-29T01:00:00.000Z'],
    ['an hour that comes twice', '2026-10-25T02:30:00', '2026-10-25T00:30:00.000Z'],
    ['after summer time', '2026-10-25T03:00:00', '2026-10-25T02:00:00.000Z'],
  ])('%s', (_name, civil, expected) => {
    expect(isoOf(paris.instantOf(Date.parse(`${civil}Z`)))).toBe(expected);
  });

  it('knows a zone from a typing error', () => {
    expect([isZone('Asia/Tokyo'), isZone('UTC'), isZone('Mars/Olympus')]).toEqual([true, true, false]);
  });
});
