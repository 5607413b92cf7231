import { expect, it } from 'vitest';
import { batchOf } from '../../functions/event-hub-batch.ts';

const metadata = (sequenceNumberArray: unknown[], enqueuedTimeUtcArray: unknown[]) => ({
  partitionContext: { partitionId: '3', eventHubName: 'logs' },
  sequenceNumberArray,
  enqueuedTimeUtcArray,
});

it('reads sequence numbers in every shape that workers give them, and times without a zone as UTC', () => {
  const events = [Buffer.from('a'), Buffer.from('b'), Buffer.from('c'), Buffer.from('d')];
  const numbers = [7, { low: 8, high: 0, unsigned: false }, { low: -1, high: 0 }, '10'];
  const times = ['2026-11-22T09:00:00', '2026-11-22T09:00:00.5Z', new Date(0), '2026-11-22T10:00:00+01:00'];
  const batch = batchOf(events, metadata(numbers, times));
  expect(batch.partition).toBe('3');
  expect(batch.events.map(({ sequenceNumber }) => sequenceNumber)).toEqual([7, 8, 4294967295, 10]);
  expect(batch.events.map(({ enqueuedAt }) => new Date(enqueuedAt).toISOString())).toEqual([
    '2026-11-22T09:00:00.000Z',
    '2026-11-22T09:00:00.500Z',
    '1970-01-01T00:00:00.000Z',
    '2026-11-22T09:00:00.000Z',
  ]);
});

it('refuses metadata that is shifted against the events, rather than mixing them up', () => {
  expect(() => batchOf([Buffer.from('a')], metadata([1, 2], ['2026-11-22T09:00:00', '2026-11-22T09:00:00']))).toThrow(
    'as many events as sequence numbers',
  );
  expect(() => batchOf([Buffer.from('a')], {})).toThrow();
});
