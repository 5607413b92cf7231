import { app } from '@azure/functions';

/** A small app for the host's tests, bundled by them as the product is. What a function saw comes out by `GET /api/seen`. */
const seen: Array<{ function: string; input: unknown; metadata?: unknown }> = [];

app.http('seen', { authLevel: 'anonymous', methods: ['GET'], handler: () => ({ jsonBody: seen }) });

app.http('live', { authLevel: 'anonymous', handler: () => ({ body: String(process.pid) }) });

app.http('echo', {
  route: 'things/{id}/parts/{part?}',
  authLevel: 'anonymous',
  methods: ['GET', 'POST'],
  handler: async (request) => {
    const body = Buffer.from(await request.arrayBuffer());
    return {
      status: 201,
      headers: { 'x-method': request.method, 'content-type': 'application/json' },
      cookies: [{ name: 'session', value: 'a b', httpOnly: true }],
      body: JSON.stringify({
        params: request.params,
        tags: request.query.get('tag'),
        custom: request.headers.get('x-custom'),
        url: request.url,
        body: body.toString('base64'),
      }),
    };
  },
});
app.http('bytes', { authLevel: 'anonymous', handler: () => ({ body: new Uint8Array([0, 255, 10, 128]) }) });
app.http('rest', {
  route: 'files/{*path}',
  authLevel: 'anonymous',
  handler: (request) => ({ body: request.params['path'] }),
});
app.http('literal', { route: 'things/all/parts', authLevel: 'anonymous', handler: () => ({ body: 'literal' }) });
app.http('keyed', { authLevel: 'function', handler: () => ({ body: 'open' }) });
app.http('owned', { authLevel: 'admin', handler: () => ({ body: 'open' }) });
app.http('nothing', { authLevel: 'anonymous', handler: () => undefined as never });
app.http('broken', {
  authLevel: 'anonymous',
  handler: () => {
    throw new Error('this function always fails');
  },
});
app.http('slow', {
  authLevel: 'anonymous',
  handler: async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return { body: 'finished' };
  },
});

app.storageQueue('work', {
  queueName: '%WORK_QUEUE%',
  connection: '%WORK_CONNECTION%',
  handler: (input, context) => {
    seen.push({ function: 'work', input, metadata: context.triggerMetadata });
    context.log(`worked ${context.triggerMetadata?.['dequeueCount']}`);
    if (typeof input === 'object' && input !== null && 'fail' in input) throw new Error('asked to fail');
  },
});

app.timer('everySecond', {
  schedule: '* * * * * *',
  handler: (timer) => {
    seen.push({ function: 'everySecond', input: timer });
  },
});
app.timer('yearly', {
  schedule: '0 30 4 29 2 *',
  handler: (timer) => {
    seen.push({ function: 'yearly', input: timer });
  },
});
app.timer('atStart', {
  schedule: '0 0 0 1 1 *',
  runOnStartup: true,
  handler: (timer) => {
    seen.push({ function: 'atStart', input: timer });
    throw new Error('a failed run does not end the schedule');
  },
});
