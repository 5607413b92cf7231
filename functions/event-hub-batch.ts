import * as z from 'zod';
import type { HubEvent } from '../shared/pipeline/hub.ts';

/** A 64-bit number as this worker hands it over: a number, or its halves. */
const sequenceNumber = z.union([
  z.number(),
  z.bigint().transform(Number),
  z
    .object({ low: z.number(), high: z.number(), unsigned: z.boolean().optional() })
    .transform(({ low, high }) => high * 2 ** 32 + (low >>> 0)),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);

const metadataSchema = z.object({
  partitionContext: z.looseObject({ partitionId: z.string().optional(), PartitionId: z.string().optional() }),
  sequenceNumberArray: z.array(sequenceNumber),
  /** UTC without a `Z`. */
  enqueuedTimeUtcArray: z.array(z.union([z.string(), z.date()])),
});

/** The batch in a trigger's input: bytes and the metadata beside them, which must be of the same length. */
export function batchOf(
  events: unknown,
  metadata: Readonly<Record<string, unknown>>,
): { readonly partition: string; readonly events: readonly HubEvent[] } {
  const { partitionContext, sequenceNumberArray, enqueuedTimeUtcArray } = metadataSchema.parse(metadata);
  const partition = partitionContext.partitionId ?? partitionContext.PartitionId;
  if (!Array.isArray(events) || events.length !== sequenceNumberArray.length || partition === undefined) {
    throw new Error('expected as many events as sequence numbers, and their partition');
  }
  return {
    partition,
    events: events.map((body: unknown, index) => ({
      body: bytesOf(body),
      sequenceNumber: sequenceNumberArray[index] ?? -1,
      enqueuedAt: enqueuedMillis(enqueuedTimeUtcArray[index]),
    })),
  };
}

function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  // An older worker hands text over all the same: its bytes are better than nothing.
  if (typeof body === 'string') return Buffer.from(body);
  return Buffer.from(JSON.stringify(body ?? null));
}

function enqueuedMillis(time: string | Date | undefined): number {
  if (time instanceof Date) return time.getTime();
  const ms = Date.parse(time === undefined || /Z|[+-]\d\d:\d\d$/.test(time) ? (time ?? '') : `${time}Z`);
  return Number.isNaN(ms) ? Date.now() : ms;
}
