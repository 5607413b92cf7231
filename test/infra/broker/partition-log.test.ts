import { appendFileSync, mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { message } from '../../../infra/local/broker/amqp.ts';
import { openEventFiles } from '../../../infra/local/broker/event-files.ts';
import { PartitionLog, type StoredEvent } from '../../../infra/local/broker/partition-log.ts';
import { temporaryDir } from './clients.ts';

const roomy = { maxEvents: 1_000, maxBytes: 1_000_000 };
const event = (text: string): Buffer =>
  message.encode({ body: message.data_section(Buffer.from(text)), message_id: text });
const events = (count: number) => Array.from({ length: count }, (_, index) => event(`event ${index}`));
const textOf = (stored: StoredEvent | undefined): unknown =>
  stored && String(message.decode(stored.message)['body'].content);
const all = (log: PartitionLog): StoredEvent[] =>
  Array.from({ length: log.eventCount }, (_, index) => log.at(log.firstSequenceNumber + index)!);

describe('PartitionLog', () => {
  it('numbers events from 0, with offsets that are no sequence numbers', () => {
    const log = new PartitionLog(roomy);
    log.append(events(3), undefined, 1_000);
    const stored = all(log);
    expect(stored.map(({ sequenceNumber }) => sequenceNumber)).toEqual([0, 1, 2]);
    expect(stored[1]!.offset).toBe(stored[0]!.offset + stored[0]!.message.length);
    for (const { sequenceNumber, offset } of stored) expect(offset).toBeGreaterThan(sequenceNumber + 1_000);
  });

  it('says -1 while nothing has come', () => {
    expect(new PartitionLog(roomy).end).toEqual({ sequenceNumber: -1, offset: -1, enqueuedAtMs: 0 });
  });

  it('appends all events of a delivery or none', () => {
    const log = new PartitionLog(roomy);
    expect(() => log.append([event('good'), Buffer.from('bad')], undefined, 1_000)).toThrow();
    expect(log.eventCount).toBe(0);
  });

  it('keeps nothing that the disk refused', () => {
    let isFull = true;
    const append = () => {
      if (isFull) throw new Error('disk full');
    };
    const log = new PartitionLog(roomy, [], { append, dropBefore() {}, close() {} });
    expect(() => log.append(events(2), undefined, 1_000)).toThrow('disk full');
    isFull = false;
    log.append(events(1), undefined, 2_000);
    expect(all(log)).toMatchObject([{ sequenceNumber: 0, offset: 4096, enqueuedAtMs: 2_000 }]);
  });

  it('keeps enqueued times in order when the clock is set back', () => {
    const log = new PartitionLog(roomy);
    log.append(events(1), undefined, 5_000);
    log.append(events(1), undefined, 4_000);
    expect(all(log).map(({ enqueuedAtMs }) => enqueuedAtMs)).toEqual([5_000, 5_000]);
  });

  it.each([
    { name: 'events', retention: { maxEvents: 10, maxBytes: 1_000_000 }, left: 10 },
    { name: 'bytes', retention: { maxEvents: 1_000, maxBytes: 1 }, left: 1 },
  ])('forgets the oldest over its limit of $name', ({ retention, left }) => {
    const log = new PartitionLog(retention);
    for (let count = 0; count < 30; count++) log.append([event(`event ${count}`)], undefined, count);
    expect(log).toMatchObject({ eventCount: left, firstSequenceNumber: 30 - left, lastSequenceNumber: 29 });
    expect(textOf(log.at(0))).toBe(`event ${30 - left}`);
    expect(log.byteCount).toBe(all(log).reduce((sum, { message }) => sum + message.length, 0));
  });

  it('finds the first event by any bound, as a plain search does', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 30 }), fc.nat(25), fc.nat(10), (steps, bound, maxEvents) => {
        const log = new PartitionLog({ maxEvents: maxEvents + 1, maxBytes: 1_000_000 });
        let clock = 0;
        for (const step of steps) {
          clock += step;
          log.append(events(1), undefined, clock);
        }
        const expected = all(log).find(({ enqueuedAtMs }) => enqueuedAtMs > bound)?.sequenceNumber ?? steps.length;
        expect(log.firstWhere(({ enqueuedAtMs }) => enqueuedAtMs > bound)).toBe(expected);
      }),
    );
  });

  it('wakes those who wait, until they leave', () => {
    const log = new PartitionLog(roomy);
    let woken = 0;
    const leave = log.onAppend(() => woken++);
    log.append(events(2), undefined, 1);
    leave();
    log.append(events(2), undefined, 2);
    expect(woken).toBe(1);
  });
});

describe('events on disk', () => {
  const open = (dir: string, retention = roomy, maxSegmentBytes?: number) => {
    const { events: kept, files } = openEventFiles(dir, maxSegmentBytes);
    return new PartitionLog(retention, kept, files);
  };
  const newestFile = (dir: string) => join(dir, readdirSync(dir).sort().at(-1)!);

  it('come back the same, and go on with the next number', () => {
    const dir = temporaryDir();
    const first = open(dir);
    first.append(events(5), 'contoso', 1_000);
    first.close();
    const second = open(dir);
    expect(all(second)).toEqual(all(first));
    second.append(events(1), undefined, 2_000);
    first.append([], undefined, 0);
    expect(second.end).toMatchObject({ sequenceNumber: 5, offset: first.end.offset + all(first)[4]!.message.length });
    second.close();
  });

  it('survive a write that was cut short anywhere, all but the event that was cut', () => {
    const written = temporaryDir();
    const log = open(written);
    log.append(events(3), undefined, 1_000);
    log.close();
    const whole = readFileSync(newestFile(written));
    const recordBytes = whole.length / 3;
    const parent = temporaryDir();
    fc.assert(
      fc.property(fc.nat(whole.length), (length) => {
        const dir = mkdtempSync(join(parent, 'cut-'));
        writeFileSync(join(dir, basename(newestFile(written))), whole.subarray(0, length));
        const left = Math.floor(length / recordBytes);
        const reopened = open(dir);
        expect(reopened.eventCount).toBe(left);
        reopened.append([event('after')], undefined, 2_000);
        reopened.close();
        const again = open(dir);
        expect(again.lastSequenceNumber).toBe(left);
        expect(textOf(again.at(left))).toBe('after');
        again.close();
      }),
      { numRuns: 30 },
    );
  });

  it('survive rubbish at the end', () => {
    const dir = temporaryDir();
    const log = open(dir);
    log.append(events(3), undefined, 1_000);
    log.close();
    appendFileSync(newestFile(dir), Buffer.alloc(100, 0xff));
    expect(open(dir).eventCount).toBe(3);
  });

  it('are refused when damaged before the end: a gap must not pass unseen', () => {
    const dir = temporaryDir();
    const log = open(dir, roomy, 200);
    for (const encoded of events(10)) log.append([encoded], undefined, 1_000);
    log.close();
    truncateSync(join(dir, readdirSync(dir).sort()[0]!), 50);
    expect(() => open(dir)).toThrow(/damaged/);
  });

  it('lie in several files, of which the forgotten ones go', () => {
    const dir = temporaryDir();
    const log = open(dir, { maxEvents: 10, maxBytes: 1_000_000 }, 500);
    for (let count = 0; count < 100; count++) log.append([event(`event ${count}`)], undefined, count);
    log.close();
    expect(readdirSync(dir).length).toBeLessThan(8);
    const reopened = open(dir, { maxEvents: 10, maxBytes: 1_000_000 }, 500);
    expect(all(reopened).map(textOf)).toEqual(Array.from({ length: 10 }, (_, index) => `event ${90 + index}`));
    reopened.close();
  });
});
