import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import * as z from 'zod';
import { verify } from '../../../shared/notify/sign.ts';

/** The part of a native notification that the terminal shows. */
const notificationSchema = z.object({
  data: z.object({
    reason: z.string(),
    rule: z.string(),
    severity: z.enum(['informational', 'warning', 'critical']),
    state: z.enum(['firing', 'resolved']),
    nature: z.enum(['condition', 'event']),
    startsAt: z.iso.datetime(),
    endsAt: z.iso.datetime().nullable(),
    annotations: z.record(z.string(), z.string()),
  }),
});
export type ReceivedNotification = z.infer<typeof notificationSchema>['data'];

export interface ReceiverOptions {
  /** Tried first; a free one is taken when it is busy. */
  readonly port: number;
  readonly key: Buffer;
  /** Called once per notification id: a repeated delivery is acknowledged and not shown again. */
  readonly onNotification: (notification: ReceivedNotification) => void;
  /** Called with the reason when a message is refused. */
  readonly onRefused: (reason: string) => void;
}

export interface DemoReceiver {
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
}

const maxBytes = 64 * 1024;

/**
 * A webhook receiver on loopback that does what every receiver should: checks the signature over the exact bytes before it
 * reads them, refuses what fails, and recognises a repeated delivery by its id (Standard Webhooks).
 */
export async function startReceiver(options: ReceiverOptions): Promise<DemoReceiver> {
  const seen = new Set<string>();
  const server = createServer((request, response) => {
    const answer = (status: number) => response.writeHead(status).end();
    bodyOf(request).then(
      (body) => answer(receive(request, body)),
      () => answer(413),
    );
  });

  function receive(request: IncomingMessage, body: string): number {
    if (!verify(request.headers, body, [options.key], Date.now())) {
      options.onRefused('the signature does not fit');
      return 401;
    }
    const id = String(request.headers['webhook-id']);
    if (seen.has(id)) return 204;
    const notification = notificationSchema.safeParse(parseJson(body));
    if (!notification.success) {
      options.onRefused('it is signed, but no notification of the native format');
      return 400;
    }
    seen.add(id);
    options.onNotification(notification.data.data);
    return 204;
  }

  await once(server.listen(options.port, '127.0.0.1'), 'listening').catch(() =>
    once(server.listen(0, '127.0.0.1'), 'listening'),
  );
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    url: `http://127.0.0.1:${port}/tunnelwatch`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > maxBytes) throw new Error(`expected at most ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
