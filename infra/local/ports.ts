import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';

export interface WantedPort {
  readonly port: number;
  /** What listens there, e.g. `HTTP`. */
  readonly service: string;
  /** The option that chooses another port. */
  readonly option: string;
}

/**
 * Checks that the ports are free on loopback before anything starts; port 0 always is.
 * @param patienceMs how long an earlier stack may take to let go of them.
 * @throws Error that names the first busy port and the option that changes it.
 */
export async function expectFreePorts(wanted: readonly WantedPort[], patienceMs = 0): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (const { port, service, option } of wanted) {
    while (!(await isFree(port))) {
      if (Date.now() >= deadline) {
        throw new Error(
          `port ${port} (${service}) is in use: stop what uses it, or choose another with ${option} PORT`,
        );
      }
      await setTimeout(200);
    }
  }
}

/** Whether nobody listens there on loopback. */
export async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
