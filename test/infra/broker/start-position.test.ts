import { describe, expect, it } from 'vitest';
import { message } from '../../../infra/local/broker/amqp.ts';
import { PartitionLog } from '../../../infra/local/broker/partition-log.ts';
import { startOf } from '../../../infra/local/broker/start-position.ts';

const event = message.encode({ body: message.data_section(Buffer.from('x')) });

/** Events 0 to 9 at 1000, 2000, … ms; 0 to 4 are gone. */
const log = new PartitionLog({ maxEvents: 5, maxBytes: 1_000_000 });
for (let count = 1; count <= 10; count++) log.append([event], undefined, count * 1_000);
const offset = (sequenceNumber: number) => log.at(sequenceNumber)!.offset;
const empty = new PartitionLog({ maxEvents: 5, maxBytes: 1_000_000 });

const select = (field: string, operator: string, value: unknown) =>
  `amqp.annotation.x-opt-${field} ${operator} '${value}'`;

describe('startOf', () => {
  it.each([
    { name: 'no selector', selector: undefined, start: 5 },
    { name: 'from the start', selector: select('offset', '>', '-1'), start: 5 },
    { name: 'latest', selector: select('offset', '>', '@latest'), start: 10 },
    { name: 'after a sequence number', selector: select('sequence-number', '>', 6), start: 7 },
    { name: 'at a sequence number', selector: select('sequence-number', '>=', 6), start: 6 },
    { name: 'after the last sequence number', selector: select('sequence-number', '>', 9), start: 10 },
    { name: 'a sequence number that is gone', selector: select('sequence-number', '>', 1), start: 5 },
    { name: 'after an offset', selector: select('offset', '>', offset(7)), start: 8 },
    { name: 'at an offset', selector: select('offset', '>=', offset(7)), start: 7 },
    { name: 'after the last offset', selector: select('offset', '>', offset(9)), start: 10 },
    { name: 'after a time', selector: select('enqueued-time', '>', 7_000), start: 7 },
    { name: 'between two times', selector: select('enqueued-time', '>', 7_500), start: 7 },
    { name: 'a time to come', selector: select('enqueued-time', '>', 99_000), start: 10 },
  ])('$name: $start', ({ selector, start }) => {
    expect(startOf(log, selector)).toEqual({ ok: true, value: start });
  });

  it.each([
    { name: 'from the start', selector: select('offset', '>', '-1') },
    { name: 'latest', selector: select('offset', '>', '@latest') },
    { name: 'after number -1', selector: select('sequence-number', '>', -1) },
    { name: 'any time', selector: select('enqueued-time', '>', 1) },
  ])('an empty partition, $name: the first event to come', ({ selector }) => {
    expect(startOf(empty, selector)).toEqual({ ok: true, value: 0 });
  });

  it.each([
    { name: 'a sequence number past the end', selector: select('sequence-number', '>', 10) },
    { name: 'an offset past the end', selector: select('offset', '>', 1_000_000) },
    { name: 'no number', selector: select('offset', '>', 'soon') },
    { name: 'an empty number', selector: select('offset', '>', '') },
    { name: 'another field', selector: select('colour', '>', 1) },
    { name: 'a field of all objects', selector: select('to-string', '>', 1) },
    { name: 'another operator', selector: select('offset', '<', 1) },
    { name: 'no selector at all', selector: 'select * from events' },
  ])('refuses $name', ({ selector }) => {
    expect(startOf(log, selector)).toMatchObject({ ok: false, error: { condition: 'com.microsoft:argument-error' } });
  });
});
