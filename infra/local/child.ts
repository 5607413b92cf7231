import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface ChildOptions {
  readonly script: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly onOutput?: (line: string) => void;
  readonly onErrorOutput?: (line: string) => void;
}

/** A Node process of the local stack. It ends with its parent, however that ends (`exit-with-parent.ts`). */
export interface Child {
  readonly pid: number;
  /** Settles when the process is gone. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** SIGTERM, then SIGKILL after `patienceMs`; resolves when the process is gone. */
  stop(patienceMs?: number): Promise<void>;
  /** SIGKILL at once, as a crash would; for tests. */
  kill(): Promise<void>;
}

const exitWithParent = fileURLToPath(new URL('./exit-with-parent.ts', import.meta.url));

/** Starts `node script args…` with its output given line by line; throws when the process cannot be started. */
export function startChild(options: ChildOptions): Child {
  const child = spawn(process.execPath, ['--import', exitWithParent, options.script, ...options.args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: options.env ?? process.env,
    // A process group of its own: Ctrl-C reaches the parent only, which then stops its children in order.
    detached: true,
    windowsHide: true,
  });
  if (child.pid === undefined) throw new Error(`cannot start ${options.script}`);
  forEachLine(child.stdout, options.onOutput ?? ignore);
  forEachLine(child.stderr, options.onErrorOutput ?? ignore);
  const exited = once(child, 'exit').then(() => ({ code: child.exitCode, signal: child.signalCode }));
  return {
    pid: child.pid,
    exited,
    stop: (patienceMs = 15_000) => stop(child, exited, patienceMs),
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

const ignore = () => {};

function forEachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}

async function stop(child: ChildProcess, exited: Promise<unknown>, patienceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  child.kill('SIGTERM');
  await exited;
  clearTimeout(timer);
}
