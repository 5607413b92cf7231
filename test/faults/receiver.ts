import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';

export interface Received {
  readonly id: string;
  readonly alertId: string;
  readonly rule: string;
  /** Kind and key of what the alert is about. */
  readonly entity: string;
  /** The last part of the id: which news of the alert this is. */
  readonly ordinal: number;
  readonly reason: string;
  readonly state: string;
  readonly severity: string;
}

export interface CountingReceiver {
  readonly url: string;
  /** Every delivery, repeated ones too. */
  readonly received: readonly Received[];
  /** Deliveries that the scheme's own library does not accept, or that repeat an id with other news. */
  readonly refused: readonly string[];
  /** Waits until a delivery has come that is not yet answered. False when `ending` is aborted first. */
  next(ending: AbortSignal): Promise<boolean>;
  stop(): Promise<void>;
}

/** Long enough to be killed in, short enough not to hold up the test. */
const answerAfterMs = 150;

/** A receiver that remembers every delivery and answers after a moment, so that the host can die in between. */
export async function startCountingReceiver(secret: string): Promise<CountingReceiver> {
  const webhook = new Webhook(secret);
  const received: Received[] = [];
  const refused: string[] = [];
  let waiting: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    const header = (name: string) => String(request.headers[name]);
    try {
      webhook.verify(body, {
        'webhook-id': header('webhook-id'),
        'webhook-timestamp': header('webhook-timestamp'),
        'webhook-signature': header('webhook-signature'),
      });
      const { data } = JSON.parse(body);
      const id = header('webhook-id');
      const { id: alertId, rule, reason, state, severity } = data;
      const entity = `${data.entity.kind} ${data.entity.key}`;
      const ordinal = Number(/(\d+)$/.exec(id)?.[1]);
      const news = { id, alertId, rule, entity, ordinal, reason, state, severity };
      const before = received.find((one) => one.id === id);
      if (before && JSON.stringify(before) !== JSON.stringify(news)) refused.push(`${id} says something else now`);
      received.push(news);
    } catch (error) {
      refused.push(String(error));
    }
    for (const resolve of waiting) resolve();
    waiting = [];
    await setTimeout(answerAfterMs);
    response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${Object(server.address()).port}/faults`,
    received,
    refused,
    next: (ending) =>
      new Promise((resolve) => {
        waiting.push(() => resolve(true));
        ending.addEventListener('abort', () => resolve(false));
      }),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
