import { randomUUID } from 'node:crypto';
import type { PartitionContext, ReceivedEventData } from '@azure/event-hubs';
import type { TypedData } from './rpc.ts';

/**
 * Trigger metadata of a batch, in the spellings of the platform: texts as a collection without the empty ones (so that
 * `PartitionKeyArray` is shorter than the batch), which the library parses as JSON (so that an offset becomes a number); sequence
 * numbers as the worker's 64-bit objects; times without their zone.
 */
export function eventHubTriggerMetadata(
  events: readonly ReceivedEventData[],
  partition: Pick<PartitionContext, 'fullyQualifiedNamespace' | 'eventHubName' | 'consumerGroup' | 'partitionId'>,
): Record<string, TypedData> {
  return {
    PartitionContext: json({
      FullyQualifiedNamespace: partition.fullyQualifiedNamespace,
      EventHubName: partition.eventHubName,
      ConsumerGroup: partition.consumerGroup,
      PartitionId: partition.partitionId,
    }),
    PartitionKeyArray: texts(events.map(({ partitionKey }) => partitionKey ?? '')),
    OffsetArray: texts(events.map(({ offset }) => offset)),
    SequenceNumberArray: { collectionSint64: { sint64: events.map(({ sequenceNumber }) => int64(sequenceNumber)) } },
    EnqueuedTimeUtcArray: json(events.map(({ enqueuedTimeUtc }) => withoutZone(enqueuedTimeUtc))),
    PropertiesArray: json(events.map((event) => event.getRawAmqpMessage().applicationProperties ?? {})),
    SystemPropertiesArray: json(events.map(systemProperties)),
    sys: json({ UtcNow: new Date().toISOString(), RandGuid: randomUUID() }),
  };
}

const json = (value: unknown): TypedData => ({ json: JSON.stringify(value) });
const texts = (values: readonly string[]): TypedData => ({
  collectionString: { string: values.filter((value) => value !== '') },
});

/** The worker's reading of a protobuf 64-bit number. */
const int64 = (value: number) => ({ low: value | 0, high: Math.floor(value / 2 ** 32), unsigned: false });

/** A .NET DateTime of no stated kind: no `Z`, no fraction that is zero. */
const withoutZone = (time: Date): string => time.toISOString().replace(/\.?0*Z$/, '');

const systemProperties = (event: ReceivedEventData): Record<string, unknown> => ({
  ...event.getRawAmqpMessage().messageAnnotations,
  'x-opt-enqueued-time': `${withoutZone(event.enqueuedTimeUtc)}+00:00`,
  SequenceNumber: event.sequenceNumber,
  Offset: event.offset,
  PartitionKey: event.partitionKey ?? null,
  EnqueuedTimeUtc: withoutZone(event.enqueuedTimeUtc),
});
