import { app, type InvocationContext, trigger } from '@azure/functions';

/**
 * A small app for the tests of the event hub trigger, bundled by them as the product is: two functions, one without and one with a
 * retry policy. What they saw comes out by `GET /api/seen`; after `POST /api/fail?on=x` each batch with the event `x` fails.
 */
const seen: unknown[] = [];
let failsOn: string | null = null;
let takesMs = 0;

const remember = (name: string) => async (events: unknown, context: InvocationContext) => {
  const bodies = Array.isArray(events) ? events.map((event) => Buffer.from(event).toString('base64')) : events;
  const failed = Array.isArray(events) && events.some((event) => String(event) === failsOn);
  seen.push({ function: name, bodies, failed, metadata: context.triggerMetadata, retryContext: context.retryContext });
  await new Promise((resolve) => setTimeout(resolve, takesMs));
  if (failed) throw new Error('asked to fail');
};

const binary = (eventHubName: string) =>
  trigger.generic({
    type: 'eventHubTrigger',
    name: 'events',
    eventHubName,
    consumerGroup: 'tunnelwatch',
    connection: 'TEST_HUB',
    cardinality: 'many',
    dataType: 'binary',
  });

app.generic('plain', { trigger: binary('%PLAIN_HUB%'), handler: remember('plain') });
app.generic('held', {
  trigger: binary('%HELD_HUB%'),
  retry: { strategy: 'fixedDelay', maxRetryCount: -1, delayInterval: { seconds: 1 } },
  handler: remember('held'),
});

app.http('seen', { authLevel: 'anonymous', methods: ['GET'], handler: () => ({ jsonBody: seen }) });
app.http('fail', {
  authLevel: 'anonymous',
  methods: ['POST'],
  handler: (request) => {
    failsOn = request.query.get('on');
    return { status: 204 };
  },
});
app.http('slow', {
  authLevel: 'anonymous',
  methods: ['POST'],
  handler: (request) => {
    takesMs = Number(request.query.get('ms'));
    return { status: 204 };
  },
});
