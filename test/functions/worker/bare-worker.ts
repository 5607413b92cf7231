import { createHook } from 'node:async_hooks';
import { readFileSync } from 'node:fs';
import Module, { createRequire, isBuiltin } from 'node:module';
import { join, sep } from 'node:path';
import type { Answer, Invocation, Loaded, Metadata, Question } from './messages.ts';

/**
 * A Node.js worker with nothing but what `@azure/functions-core` is published to have: it answers that one name to `require`, loads
 * the entry that package.json names, and invokes what was registered, in the platform's order of steps. It is told what to do
 * over the process channel; the platform uses gRPC there.
 */
const [appDir = ''] = process.argv.slice(2);

type Callback = (...args: unknown[]) => unknown;
interface InvocationModel {
  getArguments(): Promise<{ context: { triggerMetadata?: unknown; retryContext?: unknown }; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: Callback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<object>;
}
interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: object): InvocationModel;
}

const functions = new Map<string, { readonly metadata: Metadata; readonly callback: Callback }>();
const hooks: { readonly name: string; readonly callback: Callback }[] = [];
const strangers = new Set<string>();
let model: ProgrammingModel | undefined;
let hasStarted = false;

class Disposable {
  static from(...all: readonly { dispose(): unknown }[]): Disposable {
    return new Disposable(() => all.forEach((one) => void one.dispose()));
  }
  readonly #callOnDispose: () => unknown;
  constructor(callOnDispose: () => unknown) {
    this.#callOnDispose = callOnDispose;
  }
  dispose(): unknown {
    return this.#callOnDispose();
  }
}

const core = {
  version: '3.12.0',
  hostVersion: '4.1040.0',
  registerFunction(metadata: Metadata, callback: Callback): Disposable {
    if (hasStarted) throw new Error('A function can only be registered during app startup.');
    functions.set(metadata.name, { metadata, callback });
    return new Disposable(() => functions.delete(metadata.name));
  },
  registerHook(name: string, callback: Callback): Disposable {
    hooks.push({ name, callback });
    return new Disposable(() => undefined);
  },
  setProgrammingModel(next: ProgrammingModel): void {
    model = next;
  },
  getProgrammingModel: () => model,
  log: () => undefined,
  Disposable,
};

/** What the app may require: this worker's module, Node's own, and files beside it. Anything else would not be there in Azure. */
const nodeRequire = Module.prototype.require;
Module.prototype.require = Object.assign(function (this: NodeJS.Module, name: string): unknown {
  if (name === '@azure/functions-core') return core;
  if (!isBuiltin(name) && !name.startsWith('.') && !name.startsWith(appDir)) strangers.add(name);
  return nodeRequire.call(this, name);
}, nodeRequire);

/** Loads the app, and watches what loading does: which variables it reads, which requests and timers it starts. */
async function load(): Promise<Loaded> {
  const readVariables = new Set<string>();
  const env = process.env;
  const note = (name: string | symbol) => (typeof name === 'string' ? void readVariables.add(name) : undefined);
  process.env = new Proxy(env, {
    get: (target, name) => {
      note(name);
      return Reflect.get(target, name);
    },
    has: (target, name) => {
      note(name);
      return Reflect.has(target, name);
    },
    ownKeys: (target) => {
      note('all of them');
      return Reflect.ownKeys(target);
    },
  });
  const started = new Set<string>();
  const watch = createHook({ init: (_id, type) => void (type === 'PROMISE' || started.add(type)) }).enable();
  try {
    const { main } = JSON.parse(readFileSync(join(appDir, 'package.json'), 'utf8')) as { main: string };
    createRequire(join(appDir, 'package.json'))(join(appDir, main));
  } finally {
    watch.disable();
    process.env = env;
  }
  for (const { name, callback } of hooks) {
    if (name === 'appStart') await callback({ hookData: {}, appHookData: {}, functionAppDirectory: appDir });
  }
  hasStarted = true;
  return {
    node: process.version,
    model: `${model?.name} ${model?.version}`,
    functions: [...functions.values()].map(({ metadata }) => metadata),
    readVariables: [...readVariables],
    started: [...started],
  };
}

async function invoke({ name, request }: Invocation): Promise<object> {
  const registered = functions.get(name);
  if (!registered || !model) throw new Error(`Function code for '${name}' is not loaded and cannot be invoked.`);
  const coreContext = {
    invocationId: request.invocationId,
    request,
    metadata: registered.metadata,
    state: undefined as string | undefined,
    log: () => undefined,
  };
  const invocation = model.getInvocationModel(coreContext);
  const { context, inputs } = await invocation.getArguments();
  coreContext.state = 'invocation';
  const result = await invocation.invokeFunction(context, inputs, registered.callback);
  coreContext.state = undefined;
  const response = await invocation.getResponse(context, result);
  return { response, triggerMetadata: context.triggerMetadata, retryContext: context.retryContext };
}

/** Files of the app that were loaded, and what it asked for that only this machine has. */
const seen = (): object => ({
  strangers: [...strangers],
  files: Object.keys(createRequire(import.meta.url).cache).map((path) =>
    path.startsWith(appDir + sep) ? path.slice(appDir.length + 1).replaceAll(sep, '/') : path,
  ),
});

const run = (question: Question): Promise<object> | object =>
  question.ask === 'load' ? load() : question.ask === 'invoke' ? invoke(question.invocation) : seen();

process.on('message', async (question: Question) => {
  let answer: Answer;
  try {
    answer = { id: question.id, value: await run(question) };
  } catch (error) {
    answer = { id: question.id, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
  process.send?.(answer);
});
process.on('disconnect', () => process.exit());
