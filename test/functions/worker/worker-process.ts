import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Answer, InvocationRequest, Loaded, Metadata, Question, Rpc } from './messages.ts';

/** What came of an invocation: what the worker would send back, and what the library made of the metadata. */
export interface Invoked {
  readonly response: {
    readonly returnValue?: { readonly http?: HttpAnswer } | null;
    readonly outputData: readonly unknown[];
  };
  readonly triggerMetadata: Readonly<Record<string, unknown>> | undefined;
  readonly retryContext: unknown;
}
export interface HttpAnswer {
  readonly statusCode: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly bytes: Uint8Array };
}

export interface Worker {
  load(): Promise<Loaded>;
  /** Invokes a function with its trigger's input. Rejects with what it threw, by name and message. */
  invoke(name: string, trigger: Trigger): Promise<Invoked>;
  seen(): Promise<{ readonly strangers: readonly string[]; readonly files: readonly string[] }>;
  stop(): Promise<void>;
}

export interface Trigger {
  readonly data: Rpc;
  readonly metadata?: Readonly<Record<string, Rpc>>;
  readonly retryContext?: object;
}

/** The Node that the worker runs on; another one than the tests' own by `TUNNELWATCH_WORKER_NODE`. */
const node = process.env['TUNNELWATCH_WORKER_NODE'] ?? process.execPath;

/**
 * Starts a worker for the app in a folder, in a process that may read that folder and its own two files, and nothing else, with
 * this environment and no other variable.
 */
export function startWorker(appDir: string, env: Readonly<Record<string, string>>): Worker {
  const script = join(import.meta.dirname, 'bare-worker.ts');
  const child = fork(script, [appDir], {
    execPath: node,
    execArgv: ['--permission', `--allow-fs-read=${appDir}`, `--allow-fs-read=${script}`, '--no-warnings'],
    env: { ...env },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaints = '';
  child.stderr?.on('data', (chunk) => {
    complaints += chunk;
  });
  const waiting = new Map<number, PromiseWithResolvers<object>>();
  let last = 0;
  child.on('message', (answer: Answer) => {
    const { resolve, reject } = waiting.get(answer.id) ?? Promise.withResolvers<object>();
    waiting.delete(answer.id);
    if ('error' in answer) reject(new Error(answer.error));
    else resolve(answer.value);
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  void gone.then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`the worker is gone: ${complaints}`));
  });
  const ask = <T>(question: DistributiveOmit<Question, 'id'>): Promise<T> => {
    const asked = Promise.withResolvers<object>();
    waiting.set(++last, asked);
    child.send({ ...question, id: last });
    return asked.promise as Promise<T>;
  };
  let functions: readonly Metadata[] = [];
  return {
    load: async () => {
      const loaded = await ask<Loaded>({ ask: 'load' });
      functions = loaded.functions;
      return loaded;
    },
    invoke: (name, { data, metadata, retryContext }) => {
      const bindings = Object.entries(functions.find((one) => one.name === name)?.bindings ?? {});
      const [binding = ''] = bindings.find(([, { type }]) => type.endsWith('Trigger')) ?? [];
      const request: InvocationRequest = {
        invocationId: randomUUID(),
        functionId: randomUUID(),
        inputData: [{ name: binding, data }],
        triggerMetadata: metadata ?? {},
        traceContext: {
          traceParent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
          traceState: '',
          attributes: {},
        },
        retryContext: retryContext ?? null,
      };
      return ask({ ask: 'invoke', invocation: { name, request } });
    },
    seen: () => ask({ ask: 'seen' }),
    stop: async () => {
      child.disconnect();
      await gone;
    },
  };
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
