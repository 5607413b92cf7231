import { describe, expect, it } from 'vitest';
import { LinkedSources, lastRecordAt, RecordTimes } from '../../shared/analyze/clock.ts';
import { DAY, HOUR, MINUTE, SECOND, timestampOf } from '../../shared/model/time.ts';
import { T0 } from './facts.ts';

const timesOf = (times: readonly number[]): RecordTimes => {
  const noted = new RecordTimes();
  for (const at of times) noted.note(timestampOf(at));
  return noted;
};
const minutes = (count: number, from = T0) => Array.from({ length: count }, (_, index) => from + index * MINUTE);
const WALL = T0 + 30 * DAY;

describe('the last record', () => {
  it.each([
    ['of none', [], undefined],
    ['of one', [T0], T0],
    ['is the latest, not the last line', [T0, T0 + HOUR, T0 + MINUTE], T0 + HOUR],
    ['is not the one dated 2099', [T0, Date.UTC(2099, 0, 1)], T0],
    ['is tomorrow’s: clocks differ', [T0, WALL + DAY], WALL + DAY],
    ['is not of the day after tomorrow', [T0, WALL + 2 * DAY], T0],
    ['is of the future when all are', [WALL + 9 * DAY, WALL + 10 * DAY], WALL + 10 * DAY],
    ['is not one alone a week after ten others', [...minutes(10), T0 + 8 * DAY], T0 + 9 * MINUTE],
    ['is one alone a week after only eight others', [...minutes(8), T0 + 8 * DAY], T0 + 8 * DAY],
    ['is one alone exactly seven days later', [...minutes(10), T0 + 7 * DAY], T0 + 7 * DAY],
    ['is the last of two, which are more than one', [...minutes(10), T0 + 8 * DAY, T0 + 8 * DAY], T0 + 8 * DAY],
    ['is not two of 2,002, which are 0.1 %', [...minutes(2_000), T0 + 19 * DAY, T0 + 20 * DAY], T0 + 1_999 * MINUTE],
    ['is not one stray and one of 2099', [...minutes(20), T0 + 12 * DAY, Date.UTC(2099, 0, 1)], T0 + 19 * MINUTE],
  ])('%s', (_, times, expected) => {
    expect(lastRecordAt(timesOf(times).days(), WALL)).toBe(expected);
  });

  it('does not depend on the order of the records', () => {
    const times = [Date.UTC(2099, 0, 1), T0 + 20 * DAY, ...minutes(50).reverse()];
    expect(lastRecordAt(timesOf(times).days(), WALL)).toBe(lastRecordAt(timesOf(times.toSorted()).days(), WALL));
  });

  it('is right when there are more days than are kept', () => {
    const times = new RecordTimes();
    for (let day = 0; day < 5_000; day++) times.note(timestampOf(T0 - day * DAY));
    expect(times.days().length).toBeLessThanOrEqual(4_096);
    expect(times.days().reduce((sum, { count }) => sum + count, 0)).toBe(5_000);
    expect(lastRecordAt(times.days(), WALL)).toBe(T0);
  });
});

describe('linked sources', () => {
  const last = (links: LinkedSources, system: string) => lastRecordAt(links.daysOf(system), WALL);

  it('share the last record of those that tell of the same system', () => {
    const links = new LinkedSources();
    links.add(['a'], timesOf([T0]));
    links.add(['b'], timesOf([T0 + HOUR]));
    links.add(['c'], timesOf([T0 + SECOND]));
    expect([last(links, 'a'), last(links, 'b')]).toEqual([T0, T0 + HOUR]);
    links.add(['a', 'b'], timesOf([T0 + MINUTE]));
    expect([last(links, 'a'), last(links, 'b'), last(links, 'c')]).toEqual([T0 + HOUR, T0 + HOUR, T0 + SECOND]);
  });

  it('link through a chain of sources', () => {
    const links = new LinkedSources();
    links.add(['a', 'b'], timesOf([T0]));
    links.add(['c', 'd'], timesOf([T0 + HOUR]));
    links.add(['b', 'c'], timesOf([T0 + MINUTE]));
    for (const system of ['a', 'b', 'c', 'd']) expect(last(links, system)).toBe(T0 + HOUR);
  });

  it('count each source once', () => {
    const links = new LinkedSources();
    links.add(['a'], timesOf(minutes(5)));
    links.add(['b'], timesOf(minutes(5)));
    links.add(['a', 'b', 'a'], timesOf(minutes(5)));
    expect(links.daysOf('b').reduce((sum, { count }) => sum + count, 0)).toBe(15);
  });

  it('know nothing of a system that no source names', () => {
    const links = new LinkedSources();
    links.add([], timesOf([T0]));
    expect(links.daysOf('a')).toEqual([]);
  });
});
