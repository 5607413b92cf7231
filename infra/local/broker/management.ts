import * as z from 'zod';
import { MANAGEMENT } from './addresses.ts';
import { types } from './amqp.ts';
import { type Answer, badRequest, notFound, type Request, unauthorized } from './answer.ts';
import type { Hub } from './hub.ts';
import { CONDITION } from './refusal.ts';
import type { Rights } from './rights.ts';

const read = z.object({
  operation: z.literal('READ'),
  name: z.string(),
  type: z.enum(['com.microsoft:eventhub', 'com.microsoft:partition']),
  partition: z.coerce.string().optional(),
});

/** AMQP type code of a short string, for arrays of them. */
const shortString = 0xa1;

/** Answers READ of a hub or a partition. */
export function answerManagement(request: Request, hubs: ReadonlyMap<string, Hub>, rights: Rights): Answer {
  const asked = read.safeParse(request.properties);
  if (!asked.success) return badRequest('expected READ of com.microsoft:eventhub or com.microsoft:partition, by name');
  const { name, type, partition } = asked.data;
  if (!rights.allows(`${name}/${MANAGEMENT}`)) return unauthorized(`no token covers ${name}/${MANAGEMENT}`);
  const hub = hubs.get(name.toLowerCase());
  if (hub === undefined) return notFound(name);
  return type === 'com.microsoft:eventhub' ? describeHub(hub) : describePartition(hub, partition ?? '');
}

function describeHub(hub: Hub): Answer {
  return ok({
    name: hub.name,
    type: 'com.microsoft:eventhub',
    created_at: types.wrap_timestamp(hub.createdAtMs),
    partition_count: types.wrap_int(hub.partitions.length),
    partition_ids: types.wrap_array(Object.keys(hub.partitions), shortString, undefined),
  });
}

function describePartition(hub: Hub, partitionId: string): Answer {
  const found = hub.partition({ hub: hub.name, consumerGroup: undefined, partitionId });
  if (!found.ok)
    return { statusCode: 400, description: found.error.description, condition: CONDITION.argumentOutOfRange };
  const { end } = found.value;
  return ok({
    name: hub.name,
    type: 'com.microsoft:partition',
    partition: partitionId,
    begin_sequence_number: types.wrap_long(found.value.firstSequenceNumber),
    last_enqueued_sequence_number: types.wrap_long(end.sequenceNumber),
    last_enqueued_offset: String(end.offset),
    last_enqueued_time_utc: types.wrap_timestamp(end.enqueuedAtMs),
    is_partition_empty: found.value.eventCount === 0,
  });
}

const ok = (fields: Record<string, unknown>): Answer => ({
  statusCode: 200,
  description: 'OK',
  body: types.wrap_map(fields),
});
