import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StorageConnection } from '../../../shared/store/table/connection.ts';

/** What happens to a request: it goes through, never arrives, arrives but its answer is lost, or is answered with a status. */
export type Fate = 'through' | 'lost' | 'answer lost' | number;

export interface CutOffStorage extends AsyncDisposable {
  readonly connection: StorageConnection;
  /** Decides about each request to Table Storage, by its number since the last call of this. */
  decide(fate: (request: number) => Fate): void;
}

/** The emulator's Table Storage behind a line that can be cut: a real proxy on a free port, so that the real SDK is at work. */
export async function cutOffStorage(connectionString: string): Promise<CutOffStorage> {
  const [, host = '', port = ''] = /TableEndpoint=http:\/\/([^:;/]+):(\d+)/.exec(connectionString) ?? [];
  let fateOf: (request: number) => Fate = () => 'through';
  let requests = 0;
  const lose = (response: ServerResponse) => void response.socket?.destroy();
  const server = createServer((incoming, response) => {
    const fate = fateOf(requests++);
    if (fate === 'lost') return lose(response);
    if (typeof fate === 'number') {
      incoming.resume();
      response.writeHead(fate, { 'content-type': 'application/json' }).end('{}');
      return;
    }
    const { method = 'GET', url = '/', headers } = incoming;
    const onward = request({ host, port, method, path: url, headers, agent: false }, (answer) => {
      if (fate === 'answer lost') {
        answer.resume().on('end', () => lose(response));
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => lose(response));
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = (server.address() as AddressInfo).port;
  return {
    connection: { connectionString: connectionString.replace(/(TableEndpoint=http:\/\/[^:;/]+):\d+/, `$1:${own}`) },
    decide(fate) {
      requests = 0;
      fateOf = fate;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
