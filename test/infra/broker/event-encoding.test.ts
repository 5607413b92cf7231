import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { message, types } from '../../../infra/local/broker/amqp.ts';
import { openDelivery, stampEvent, withPartitionEnd } from '../../../infra/local/broker/event-encoding.ts';
import { MalformedMessage, sectionsOf } from '../../../infra/local/broker/sections.ts';

const batchFormat = 0x80013700;
const stamp = { sequenceNumber: 7, offset: 5000, enqueuedAtMs: 1_795_000_000_123, partitionKey: undefined };
const event = (body: string, more: object = {}): Buffer =>
  message.encode({ body: message.data_section(Buffer.from(body)), ...more });

describe('openDelivery', () => {
  it('finds the events and the partition key of a batch', () => {
    const events = [event('one'), event('two'), event('x'.repeat(1000))];
    const batch = message.encode({
      message_annotations: { 'x-opt-partition-key': 'contoso-gw' },
      body: message.data_sections(events),
    });
    expect(openDelivery(batch, batchFormat)).toEqual({ partitionKey: 'contoso-gw', events });
  });

  it('takes a message of format 0 as one event', () => {
    const single = event('one');
    expect(openDelivery(single, 0)).toEqual({ partitionKey: undefined, events: [single] });
  });

  it('refuses a batch whose data section is no binary', () => {
    const section = types.described(types.wrap_ulong(0x75), types.wrap_string('text'));
    const writer = new (Object(types).Writer)();
    writer.write(section);
    expect(() => openDelivery(writer.toBuffer(), batchFormat)).toThrow(MalformedMessage);
  });
});

describe('sectionsOf', () => {
  it('covers any encoded message without a gap', () => {
    const properties = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,8}$/),
      fc.oneof(fc.string(), fc.boolean(), fc.maxSafeInteger(), fc.double({ noInteger: true })),
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 600 }),
        properties,
        fc.boolean(),
        (body, application_properties, durable) => {
          const encoded = message.encode({
            durable,
            application_properties,
            message_id: 'id',
            body: message.data_section(Buffer.from(body)),
          });
          const sections = sectionsOf(encoded);
          expect(sections.map(({ start }) => start)).toEqual([0, ...sections.slice(0, -1).map(({ end }) => end)]);
          expect(sections.at(-1)?.end).toBe(encoded.length);
        },
      ),
    );
  });

  it('fails on any other bytes with its own error only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        try {
          expect(sectionsOf(Buffer.from(bytes)).at(-1)?.end).toBe(bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedMessage);
        }
      }),
    );
  });

  it('knows described values', () => {
    const described = types.described(types.wrap_ulong(0x99), types.wrap_string('x'));
    const encoded = message.encode({ body: described });
    expect(sectionsOf(encoded).at(-1)).toMatchObject({ code: 0x77, end: encoded.length });
  });

  it.each([1, 5, 20])('refuses a message cut off %i bytes before its end', (missing) => {
    const whole = event('something longer than twenty bytes');
    expect(() => sectionsOf(whole.subarray(0, whole.length - missing))).toThrow(MalformedMessage);
  });
});

describe('stampEvent', () => {
  it("adds the service's annotations and leaves the rest as it was", () => {
    const encoded = event('body', {
      durable: true,
      message_id: 'id-1',
      application_properties: { source: 'contoso' },
      message_annotations: { 'x-opt-custom': types.wrap_long(300) },
    });
    const decoded = message.decode(stampEvent(encoded, { ...stamp, partitionKey: 'k' }).message);
    expect(decoded['message_annotations']).toEqual({
      'x-opt-custom': 300,
      'x-opt-partition-key': 'k',
      'x-opt-sequence-number': 7,
      'x-opt-offset': '5000',
      'x-opt-enqueued-time': new Date(stamp.enqueuedAtMs),
    });
    expect(decoded).toMatchObject({ durable: true, message_id: 'id-1', application_properties: { source: 'contoso' } });
    expect(String(decoded['body'].content)).toBe('body');
  });

  it('overwrites what a client claims, and drops its delivery annotations', () => {
    const encoded = event('body', {
      message_annotations: { 'x-opt-sequence-number': 999, 'x-opt-offset': 'forged' },
      delivery_annotations: { last_enqueued_offset: 'forged' },
    });
    const decoded = message.decode(stampEvent(encoded, stamp).message);
    expect(decoded['message_annotations']).toMatchObject({ 'x-opt-sequence-number': 7, 'x-opt-offset': '5000' });
    expect(decoded['delivery_annotations']).toBeUndefined();
  });

  it("tells the partition's end between header and annotations", () => {
    const end = { sequenceNumber: 41, offset: 9000, enqueuedAtMs: 1_795_000_001_000 };
    const told = withPartitionEnd(stampEvent(event('body', { durable: true }), stamp), end, 1_795_000_002_000);
    expect(sectionsOf(told).map(({ code }) => code)).toEqual([0x70, 0x71, 0x72, 0x73, 0x75]);
    expect(message.decode(told)['delivery_annotations']).toEqual({
      last_enqueued_sequence_number: 41,
      last_enqueued_offset: '9000',
      last_enqueued_time_utc: new Date(end.enqueuedAtMs),
      runtime_info_retrieval_time_utc: new Date(1_795_000_002_000),
    });
  });
});
