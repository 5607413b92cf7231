import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type Server } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { type Azurite, connectionString, type StoragePorts } from '../../infra/local/azurite.ts';

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

/** A moment of a write: before storage gets it, or after storage has done it and before the host knows. */
export interface CrashPoint {
  readonly write: WriteKind;
  readonly when: 'before' | 'after';
  /** So many writes of the kind pass first. */
  readonly skip: number;
}

export interface StorageProxy {
  /** The storage as the host sees it. */
  readonly connectionString: string;
  /** Waits until the point is reached; that write is never answered. False when it is not reached within the patience. */
  reach(point: CrashPoint, patienceMs: number): Promise<boolean>;
  stop(): Promise<void>;
}

/**
 * Stands between a host and Azurite, so that a test can hold the host at any write. A crash at a random time rarely falls
 * between two writes that belong together; a crash at a chosen write always does.
 */
export async function startStorageProxy(azurite: Azurite): Promise<StorageProxy> {
  const agent = new Agent({ keepAlive: true });
  let armed: { readonly point: CrashPoint; readonly reached: () => void; passed: number } | undefined;

  /** Whether this write is the one waited for. */
  function isPoint(kind: WriteKind | undefined): CrashPoint | undefined {
    if (!armed || kind !== armed.point.write || armed.passed++ < armed.point.skip) return undefined;
    return armed.point;
  }

  function reached(): void {
    armed?.reached();
    armed = undefined;
  }

  async function listen(service: keyof StoragePorts): Promise<Server> {
    const server = createServer(async (incoming, outgoing) => {
      try {
        const body = await bodyOf(incoming);
        const point = isPoint(kindOf(service, incoming, body));
        if (point?.when === 'before') return reached();
        const answer = await forward(agent, azurite.ports[service], incoming, body);
        if (point) return reached();
        outgoing.writeHead(answer.status, answer.headers).end(answer.body);
      } catch {
        // The host or the emulator has gone: either sees a closed connection, as it would without a proxy.
        outgoing.destroy();
      }
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return server;
  }

  const servers = { blob: await listen('blob'), queue: await listen('queue'), table: await listen('table') };
  const port = (server: Server): number => Object(server.address()).port;
  return {
    connectionString: connectionString({
      blob: port(servers.blob),
      queue: port(servers.queue),
      table: port(servers.table),
    }),
    reach: async (point, patienceMs) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      armed = { point, reached: resolve, passed: 0 };
      const late = new AbortController();
      const outcome = await Promise.race([
        promise.then(() => true),
        setTimeout(patienceMs, false, { signal: late.signal }),
      ]);
      late.abort();
      armed = undefined;
      return outcome;
    },
    stop: async () => {
      agent.destroy();
      for (const server of Object.values(servers)) {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      }
    },
  };
}

/** A transaction names its table in its body only. */
function kindOf(
  service: keyof StoragePorts,
  { method, url = '' }: IncomingMessage,
  body: Buffer,
): WriteKind | undefined {
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
