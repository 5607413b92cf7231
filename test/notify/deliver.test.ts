import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { DAY, MINUTE } from '../../shared/model/time.ts';
import { type DeliveryOptions, type DeliveryRequest, deliver, parseRetryAfter } from '../../shared/notify/deliver.ts';
import { localReceiver } from './local-receiver.ts';
import { NOW } from './sample.ts';

const BODY = '{"type":"alert.firing","text":"터널 끊김"}';
const send = (url: string, request: Partial<DeliveryRequest> = {}, options: Partial<DeliveryOptions> = {}) =>
  deliver(
    { url, headers: { 'content-type': 'application/json' }, body: BODY, ...request },
    { allowLocal: true, now: NOW, ...options },
  );

const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(code, headers).end('no');
  };

/** Writes a piece every few milliseconds, for ever; stops with the connection. */
function drip(response: ServerResponse, piece: () => void): void {
  const timer = setInterval(piece, 20);
  response.once('close', () => clearInterval(timer));
}

describe('deliver, by status', () => {
  it.each([
    [200, { outcome: 'ok', status: 200 }],
    [202, { outcome: 'ok', status: 202 }],
    [204, { outcome: 'ok', status: 204 }],
    [301, { outcome: 'give-up', reason: 'redirect-refused', status: 301 }],
    [302, { outcome: 'give-up', reason: 'redirect-refused', status: 302 }],
    [307, { outcome: 'give-up', reason: 'redirect-refused', status: 307 }],
    [400, { outcome: 'give-up', reason: 'http-400', status: 400 }],
    [401, { outcome: 'give-up', reason: 'http-401', status: 401 }],
    [404, { outcome: 'give-up', reason: 'http-404', status: 404 }],
    [408, { outcome: 'retry', reason: 'http-408', status: 408 }],
    [410, { outcome: 'give-up', reason: 'gone', status: 410 }],
    [413, { outcome: 'give-up', reason: 'http-413', status: 413 }],
    [429, { outcome: 'retry', reason: 'http-429', status: 429 }],
    [500, { outcome: 'retry', reason: 'http-500', status: 500 }],
    [502, { outcome: 'retry', reason: 'http-502', status: 502 }],
    [503, { outcome: 'retry', reason: 'http-503', status: 503 }],
  ])('%i', async (code, result) => {
    const receiver = await localReceiver(status(code));
    expect(await send(receiver.url)).toEqual(result);
    expect(receiver.requests).toHaveLength(1);
  });

  it.each([
    ['seconds', '120', 2 * MINUTE],
    ['a date', new Date(NOW + 5 * MINUTE).toUTCString(), 5 * MINUTE],
    ['an absurd wait', '99999999999', DAY],
    ['an absurd date', 'Fri, 31 Dec 9999 23:59:59 GMT', DAY],
    ['a past date', new Date(NOW - MINUTE).toUTCString(), 0],
  ])('429 with Retry-After as %s', async (_name, retryAfter, retryAfterMs) => {
    const receiver = await localReceiver(status(429, { 'retry-after': retryAfter }));
    expect(await send(receiver.url)).toEqual({ outcome: 'retry', reason: 'http-429', status: 429, retryAfterMs });
  });

  it('does not follow a redirect to anywhere', async () => {
    const other = await localReceiver(status(200));
    const receiver = await localReceiver(status(302, { location: other.url }));
    expect(await send(receiver.url)).toMatchObject({ outcome: 'give-up', reason: 'redirect-refused' });
    expect(other.requests).toHaveLength(0);
  });
});

describe('deliver, the request', () => {
  it('posts exactly the bytes and headers it was given', async () => {
    const receiver = await localReceiver(status(200));
    await send(`${receiver.url}?key=1`, { headers: { 'webhook-id': 'a-first-1' } });
    const [request] = receiver.requests;
    expect(request).toMatchObject({ body: BODY, path: '/hook?key=1' });
    expect(request?.headers).toMatchObject({
      'webhook-id': 'a-first-1',
      'content-length': String(Buffer.byteLength(BODY)),
      connection: 'close',
    });
  });

  it('says so when a header cannot be sent, instead of throwing', async () => {
    const receiver = await localReceiver(status(200));
    expect(await send(receiver.url, { headers: { 'x-note': 'a\r\nb' } })).toEqual({
      outcome: 'give-up',
      reason: 'request-invalid',
    });
    expect(receiver.requests).toHaveLength(0);
  });
});

describe('deliver, receivers that misbehave', () => {
  it('times out on one that never answers', async () => {
    const receiver = await localReceiver(() => {});
    expect(await send(receiver.url, { timeoutMs: 100 })).toEqual({ outcome: 'retry', reason: 'timeout' });
  });

  it('times out on one that drips its head', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {}).write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('x-drip: 1\r\n'), 20);
      socket.once('close', () => clearInterval(timer));
    });
    expect(await sendTo(server, { timeoutMs: 150 })).toEqual({ outcome: 'retry', reason: 'timeout' });
  });

  it.each([
    ['200 in time', 200, 'ok', 15_000],
    ['200 at the deadline', 200, 'ok', 1_000],
    ['500', 500, 'retry', 1_000],
  ])('takes the status of one that drips its body for ever: %s', async (_name, code, outcome, timeoutMs) => {
    const receiver = await localReceiver((_request, response) => {
      response.writeHead(code);
      drip(response, () => response.write('.'));
    });
    const began = performance.now();
    expect(await send(receiver.url, { timeoutMs })).toMatchObject({ outcome, status: code });
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('drops a huge body after a little of it', async () => {
    const PIECE = Buffer.alloc(64 * 1024);
    let written = 0;
    const closed = Promise.withResolvers<void>();
    const receiver = await localReceiver((_request, response) => {
      response.writeHead(200);
      const pour = () => {
        do written += PIECE.length;
        while (!response.destroyed && response.write(PIECE));
      };
      response
        .on('drain', pour)
        .once('close', closed.resolve)
        .on('error', () => {});
      pour();
    });
    expect(await send(receiver.url)).toEqual({ outcome: 'ok', status: 200 });
    await closed.promise;
    expect(written).toBeLessThan(64 * 1024 * 1024);
  });

  it('stands a reset before the answer', async () => {
    const server = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.resetAndDestroy()));
    expect(await sendTo(server)).toEqual({ outcome: 'retry', reason: 'connection-reset' });
  });

  it('stands a reset within the answer, whose status counts', async () => {
    const server = createServer((socket) =>
      socket
        .on('error', () => {})
        .once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf', () =>
            setTimeout(() => socket.resetAndDestroy(), 50),
          );
        }),
    );
    expect(await sendTo(server)).toEqual({ outcome: 'ok', status: 200 });
  });

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.9\r\n\r\n'],
    ['endless headers', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`],
  ])('stands one that answers %s', async (_name, answer) => {
    const server = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.write(answer)));
    expect(await sendTo(server)).toEqual({ outcome: 'retry', reason: 'answer-invalid' });
  });

  it('retries where nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(await send(`http://127.0.0.1:${port}/`)).toEqual({ outcome: 'retry', reason: 'connection-refused' });
  });

  it('retries where TLS fails', async () => {
    const receiver = await localReceiver(status(200));
    expect(await send(receiver.url.replace('http:', 'https:'))).toEqual({ outcome: 'retry', reason: 'tls-failed' });
  });

  it('ends early when asked to stop', async () => {
    const receiver = await localReceiver(() => {});
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    expect(await send(receiver.url, {}, { signal: stop.signal })).toEqual({ outcome: 'retry', reason: 'aborted' });
  });

  async function sendTo(server: ReturnType<typeof createServer>, request: Partial<DeliveryRequest> = {}) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(async () => {
      server.close();
      await once(server, 'close');
    });
    const { port } = server.address() as AddressInfo;
    return send(`http://127.0.0.1:${port}/hook`, request);
  }
});

describe('deliver, where it may go', () => {
  const to = (address: string) => [{ address, family: 4 }];

  it('connects to the address it checked, and resolves once', async () => {
    const receiver = await localReceiver(status(200));
    const resolve = vi.fn().mockResolvedValueOnce(to('127.0.0.1')).mockRejectedValue(new Error('asked twice'));
    expect(await send(`http://hooks.contoso.example:${receiver.port}/`, {}, { resolve })).toMatchObject({
      outcome: 'ok',
    });
    expect(receiver.requests[0]?.headers['host']).toBe(`hooks.contoso.example:${receiver.port}`);
    expect(resolve).toHaveBeenCalledTimes(1);
  });

  it('refuses a name that leads to a private address', async () => {
    const receiver = await localReceiver(status(200));
    const resolve = vi.fn().mockResolvedValue(to('127.0.0.1'));
    const url = `https://hooks.contoso.example:${receiver.port}/`;
    expect(await send(url, {}, { allowLocal: false, resolve })).toEqual({
      outcome: 'give-up',
      reason: 'address-refused',
    });
    expect(receiver.requests).toHaveLength(0);
  });

  it('stays closed when the first lookup fails and the second leads inside', async () => {
    const failed = Object.assign(new Error('getaddrinfo ENOTFOUND hooks'), { code: 'ENOTFOUND' });
    const resolve = vi.fn().mockRejectedValueOnce(failed).mockResolvedValueOnce(to('169.254.169.254'));
    const attempt = () => send('https://hooks.contoso.example/', {}, { allowLocal: false, resolve });
    expect(await attempt()).toEqual({ outcome: 'retry', reason: 'name-not-resolved' });
    expect(await attempt()).toEqual({ outcome: 'give-up', reason: 'address-refused' });
  });

  it('times out on a lookup that never ends', async () => {
    const resolve = () => new Promise<never>(() => {});
    expect(await send('https://hooks.contoso.example/', { timeoutMs: 100 }, { resolve })).toEqual({
      outcome: 'retry',
      reason: 'timeout',
    });
  });

  it.each([
    ['http://127.0.0.1:9/hook', 'scheme-refused'],
    ['https://127.0.0.1:9/hook', 'address-refused'],
    ['https://[::ffff:7f00:1]:9/', 'address-refused'],
    ['https://localhost.:9/', 'host-refused'],
    ['no url', 'url-invalid'],
  ])('refuses %s before anything is sent', async (url, reason) => {
    expect(await send(url, {}, { allowLocal: false })).toEqual({ outcome: 'give-up', reason });
  });

  it('names neither URL nor token in any reason', async () => {
    const receiver = await localReceiver(status(500));
    const results = await Promise.all([
      send(`${receiver.url}/s3cr3t?token=s3cr3t`),
      send('http://user:s3cr3t@127.0.0.1:1/s3cr3t'),
      send('https://s3cr3t.contoso.example/', {}, { resolve: () => Promise.reject(new Error('s3cr3t')) }),
      send('https://169.254.169.254/s3cr3t'),
    ]);
    expect(JSON.stringify(results)).not.toMatch(/s3cr3t|127\.|contoso|http:/);
    expect(results.map((result) => result.outcome)).toEqual(['retry', 'retry', 'retry', 'give-up']);
  });
});

describe('parseRetryAfter', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['soon', undefined],
    ['-5', undefined],
    ['5.5', undefined],
    ['Someday, maybe', undefined],
    ['0', 0],
    [' 30 ', 30_000],
    ['9'.repeat(400), DAY],
  ])('%s -> %s', (value, expected) => {
    expect(parseRetryAfter(value, NOW)).toBe(expected);
  });
});
