import { app, type InvocationContext, trigger } from '@azure/functions';
import { CONSUMER_GROUP, getHub, getPipeline, HUB } from '../shared/app.ts';

/** Absorbs a batch of one partition. Thrown errors are retried without end: while storage is away the hub is the queue. */
export async function eventHub(events: unknown, context: InvocationContext): Promise<void> {
  const [{ absorbEvents }, { batchOf }] = await Promise.all([
    import('../shared/pipeline/absorb-events.ts'),
    import('./event-hub-batch.ts'),
  ]);
  const batch = batchOf(events, context.triggerMetadata ?? {});
  const hub = await getHub();
  await absorbEvents(await getPipeline(), { hub: HUB, generation: hub === null ? 0 : await hub.createdAt(), ...batch });
}

app.generic('event-hub', {
  // `binary`: with anything else one event that is no JSON fails its whole batch before this code runs, and is checkpointed.
  trigger: trigger.generic({
    type: 'eventHubTrigger',
    name: 'events',
    eventHubName: HUB,
    consumerGroup: CONSUMER_GROUP,
    connection: 'TUNNELWATCH_HUB',
    cardinality: 'many',
    dataType: 'binary',
  }),
  // Whole seconds only: the platform makes 0 of a fraction, and a hot loop of that.
  retry: {
    strategy: 'exponentialBackoff',
    maxRetryCount: -1,
    minimumInterval: { seconds: 2 },
    maximumInterval: { minutes: 1 },
  },
  handler: eventHub,
});
