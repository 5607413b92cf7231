import type { Typed } from 'rhea';
import { createReader, createWriter, types } from './amqp.ts';
import { binaryAt, SECTION, sectionsOf } from './sections.ts';

/** Message format of an envelope whose data sections are encoded events. The SDK sends it even for a single event. */
const batchFormat = 0x80013700;

const PARTITION_KEY = 'x-opt-partition-key';

/** What one delivery of a sender carries: all of it goes to one partition. */
export interface SentEvents {
  readonly partitionKey: string | undefined;
  readonly events: readonly Buffer[];
}

/**
 * Opens a sender's delivery.
 * @throws MalformedMessage
 */
export function openDelivery(message: Buffer, format: number): SentEvents {
  const sections = sectionsOf(message);
  const annotations = sections.find(({ code }) => code === SECTION.messageAnnotations);
  const key = annotations && annotationsAt(message, annotations.value).get(PARTITION_KEY)?.value;
  const events =
    format === batchFormat
      ? sections.filter(({ code }) => code === SECTION.data).map(({ value }) => binaryAt(message, value))
      : [message];
  return { partitionKey: typeof key === 'string' ? key : undefined, events };
}

/** What the service says about an event; a client's own claims are overwritten. */
export interface EventStamp {
  readonly sequenceNumber: number;
  readonly offset: number;
  readonly enqueuedAtMs: number;
  readonly partitionKey: string | undefined;
}

/** An event as readers get it, and where delivery annotations would go in. */
export interface StampedMessage {
  readonly message: Buffer;
  readonly headerLength: number;
}

/**
 * Writes the service's annotations into an encoded event; all other sections but delivery annotations stay as they are.
 * @throws MalformedMessage
 */
export function stampEvent(event: Buffer, stamp: EventStamp): StampedMessage {
  const annotations = new Map<string, Typed>();
  const header: Buffer[] = [];
  const rest: Buffer[] = [];
  for (const { code, start, value, end } of sectionsOf(event)) {
    if (code === SECTION.header) header.push(event.subarray(start, end));
    else if (code === SECTION.messageAnnotations)
      for (const [name, typed] of annotationsAt(event, value)) annotations.set(name, typed);
    else if (code !== SECTION.deliveryAnnotations) rest.push(event.subarray(start, end));
  }
  if (stamp.partitionKey !== undefined) annotations.set(PARTITION_KEY, types.wrap_string(stamp.partitionKey));
  annotations.set('x-opt-sequence-number', types.wrap_long(stamp.sequenceNumber));
  annotations.set('x-opt-offset', types.wrap_string(String(stamp.offset)));
  annotations.set('x-opt-enqueued-time', types.wrap_timestamp(stamp.enqueuedAtMs));
  const section = annotationSection(SECTION.messageAnnotations, annotations);
  return {
    message: Buffer.concat([...header, section, ...rest]),
    headerLength: header.reduce((sum, { length }) => sum + length, 0),
  };
}

/** Puts the partition's end into a stamped message, as delivery annotations: by it a reader knows how far behind it is. */
export function withPartitionEnd(
  { message, headerLength }: StampedMessage,
  end: Omit<EventStamp, 'partitionKey'>,
  nowMs: number,
): Buffer {
  const section = annotationSection(
    SECTION.deliveryAnnotations,
    new Map([
      ['last_enqueued_sequence_number', types.wrap_long(end.sequenceNumber)],
      ['last_enqueued_offset', types.wrap_string(String(end.offset))],
      ['last_enqueued_time_utc', types.wrap_timestamp(end.enqueuedAtMs)],
      ['runtime_info_retrieval_time_utc', types.wrap_timestamp(nowMs)],
    ]),
  );
  return Buffer.concat([message.subarray(0, headerLength), section, message.subarray(headerLength)]);
}

/** Decodes an annotations map and leaves its values as AMQP typed them: a long written back stays a long. */
function annotationsAt(message: Buffer, value: number): Map<string, Typed> {
  const { value: items } = createReader(message.subarray(value)).read();
  const annotations = new Map<string, Typed>();
  for (let at = 0; at + 1 < items.length; at += 2) annotations.set(String(items[at].value), items[at + 1]);
  return annotations;
}

function annotationSection(code: number, annotations: ReadonlyMap<string, Typed>): Buffer {
  const out = createWriter();
  out.write(types.described(types.wrap_ulong(code), types.wrap_symbolic_map(Object.fromEntries(annotations))));
  return out.toBuffer();
}
