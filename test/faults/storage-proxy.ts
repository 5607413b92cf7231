import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { connectionString, type StoragePorts } from '../../infra/local/azurite.ts';

/**
 * What the host writes, by where: a table (of the entities', evaluations apart from the outbox of deliveries), or the queues; and
 * how many such writes a few uploads make at least.
 */
export const WRITES = [
  { write: 'facts', atLeast: 4 },
  { write: 'documents', atLeast: 8 },
  { write: 'entities', atLeast: 4 },
  { write: 'outbox', atLeast: 4 },
  { write: 'due', atLeast: 2 },
  { write: 'queue', atLeast: 1 },
] as const;
export type WriteKind = (typeof WRITES)[number]['write'];

/** A moment of a write: before storage gets it, or after storage has done it and before the app knows. */
export interface WritePoint {
  readonly write: WriteKind;
  readonly when: 'before' | 'after';
  /** So many writes of the kind pass first. */
  readonly skip: number;
}

export interface StorageProxy {
  /** The storage as everybody sees it. */
  readonly connectionString: string;
  /** Resolves when the point is reached, with a function: until that is called the write, or its answer, is held. Undefined when `ending` is aborted first. */
  hold(point: WritePoint, ending: AbortSignal): Promise<(() => void) | undefined>;
  /** As a storage that has just died: all connections break, none is taken. Resolves when nothing is under way to storage any more. */
  cut(): Promise<void>;
  /** Takes connections again, at the same address. */
  restore(): Promise<void>;
  /** When storage answered the last write, in milliseconds since 1970. */
  readonly lastWriteAt: Readonly<Record<Service, number>>;
  stop(): Promise<void>;
}

type Service = keyof StoragePorts;
const SERVICES = ['blob', 'queue', 'table'] as const satisfies readonly Service[];

/** What waits for a write. `reached` gets the function that lets it go on. */
interface Armed {
  readonly point: WritePoint;
  passed: number;
  readonly reached: (goOn: () => void) => void;
}

/**
 * Stands between everybody and Azurite, so that storage can vanish at any instant, and a test can hold the app at any write. A
 * fault at a random time rarely falls between two writes that belong together; a fault at a chosen write always does.
 */
export async function startStorageProxy(target: StoragePorts, ports: StoragePorts): Promise<StorageProxy> {
  const agent = new Agent({ keepAlive: true });
  const armed = new Set<Armed>();
  const underWay = new Set<Promise<unknown>>();
  const lastWriteAt = { blob: 0, queue: 0, table: 0 };

  /** Waits where a point is waited for; resolves when the fault is done. */
  async function pass(points: readonly Armed[], when: WritePoint['when']): Promise<void> {
    for (const { point, reached } of points) {
      if (point.when === when) await new Promise<void>((goOn) => reached(goOn));
    }
  }

  /** Those for whom this is the write. */
  function pointsAt(kind: WriteKind | undefined): Armed[] {
    const here = [...armed].filter((one) => one.point.write === kind && one.passed++ === one.point.skip);
    for (const one of here) armed.delete(one);
    return here;
  }

  async function serve(service: Service, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    const points = pointsAt(kindOf(service, incoming, body));
    await pass(points, 'before');
    // Whoever has died meanwhile does not write any more.
    if (incoming.socket.destroyed) return;
    const answering = forward(agent, target[service], incoming, body);
    underWay.add(answering);
    const answer = await answering.finally(() => underWay.delete(answering));
    if (incoming.method !== 'GET' && incoming.method !== 'HEAD') lastWriteAt[service] = Date.now();
    await pass(points, 'after');
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  }

  function serverOf(service: Service): Server {
    return createServer((incoming, outgoing) => {
      // Either end has gone: the other sees a closed connection, as it would without a proxy.
      serve(service, incoming, outgoing).catch(() => outgoing.destroy());
    });
  }

  const servers = { blob: serverOf('blob'), queue: serverOf('queue'), table: serverOf('table') };
  async function restore(): Promise<void> {
    for (const service of SERVICES) await once(servers[service].listen(ports[service], '127.0.0.1'), 'listening');
  }
  await restore();

  async function cut(): Promise<void> {
    for (const service of SERVICES) {
      const server = servers[service];
      if (!server.listening) continue;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    }
    await Promise.allSettled(underWay);
    // Its connections were to a process that ends; the next ones are made anew.
    agent.destroy();
  }

  return {
    connectionString: connectionString(ports),
    lastWriteAt,
    cut,
    restore,
    hold: (point, ending) =>
      new Promise((resolve) => {
        const one: Armed = { point, passed: 0, reached: resolve };
        armed.add(one);
        ending.addEventListener('abort', () => {
          // Once it is reached its fault goes on.
          if (armed.delete(one)) resolve(undefined);
        });
      }),
    stop: cut,
  };
}

/** A transaction names its table in its body only. */
function kindOf(service: Service, { method, url = '' }: IncomingMessage, body: Buffer): WriteKind | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (service === 'queue') return method === 'POST' ? 'queue' : undefined;
  if (service !== 'table') return undefined;
  const target = url.includes('$batch') ? body.toString('latin1') : url;
  const [, table] = /devstoreaccount1\/(facts|documents|entities|due)\d*\(/.exec(decodeURIComponent(target)) ?? [];
  // An evaluation writes the head of its entity; a delivery only its own row.
  if (table === 'entities' && !/RowKey(?:='|":")0-head/.test(body.toString('latin1'))) return 'outbox';
  return WRITES.find(({ write }) => write === table)?.write;
}

async function forward(agent: Agent, port: number, { method, url, headers }: IncomingMessage, body: Buffer) {
  const { 'transfer-encoding': _, ...kept } = headers;
  const options = { agent, host: '127.0.0.1', port, headers: { ...kept, 'content-length': body.length } };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = request({ ...options, ...(method && { method }), ...(url && { path: url }) }, resolve);
    outgoing.once('error', reject).end(body);
  });
  const { 'transfer-encoding': __, connection: ___, ...answered } = answer.headers;
  return { status: answer.statusCode ?? 500, headers: answered, body: await bodyOf(answer) };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}
