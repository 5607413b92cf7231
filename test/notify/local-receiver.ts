import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface LocalReceiver {
  readonly url: string;
  readonly port: number;
  /** The requests that came, with their bodies. */
  readonly requests: {
    readonly headers: NodeJS.Dict<string | string[]>;
    readonly body: string;
    readonly path: string;
  }[];
}

/** An HTTP receiver on a free loopback port for one test; it closes with its connections when the test ends. */
export async function localReceiver(answer: RequestListener): Promise<LocalReceiver> {
  const requests: LocalReceiver['requests'] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return;
    }
    requests.push({ headers: request.headers, body: Buffer.concat(chunks).toString(), path: request.url ?? '' });
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { url: `http://127.0.0.1:${port}/hook`, port, requests };
}
