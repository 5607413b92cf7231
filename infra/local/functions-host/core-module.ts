import type { FunctionCallback, FunctionMetadata, HookCallback, HookName, LogLevel, ProgrammingModel } from './rpc.ts';

/**
 * What the app gets when it requires `@azure/functions-core` (`load-app.ts` redirects it here). One process hosts one app, so
 * this module is the place where the app's registrations meet the host.
 */
export const version = '4.0.0';
export const hostVersion = '4.1000.0';

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

const functions = new Map<string, RegisteredFunction>();
const hooks = new Map<string, HookCallback[]>();
let programmingModel: ProgrammingModel | undefined;
let started = false;
let writeLog: (level: LogLevel, message: string) => void = () => {};

// What the library calls.

export class Disposable {
  readonly #callOnDispose: () => unknown;

  constructor(callOnDispose: () => unknown) {
    this.#callOnDispose = callOnDispose;
  }

  dispose(): unknown {
    return this.#callOnDispose();
  }
}

export function setProgrammingModel(model: ProgrammingModel): void {
  programmingModel = model;
}

export function getProgrammingModel(): ProgrammingModel {
  if (!programmingModel) throw new Error('the app registered no function: it does not use @azure/functions v4');
  return programmingModel;
}

export function registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
  if (started) throw new Error('A function can only be registered during app startup.');
  if (functions.has(metadata.name)) throw new Error(`two functions are named "${metadata.name}"`);
  functions.set(metadata.name, { metadata, callback });
  return new Disposable(() => functions.delete(metadata.name));
}

export function registerHook(name: string, callback: HookCallback): Disposable {
  const registered = hooks.get(name) ?? [];
  hooks.set(name, [...registered, callback]);
  return new Disposable(() =>
    hooks.set(
      name,
      (hooks.get(name) ?? []).filter((other) => other !== callback),
    ),
  );
}

export function log(level: LogLevel, _category: 'user' | 'system', message: string): void {
  writeLog(level, message);
}

// What the host calls.

export const hostSide = {
  functions: (): readonly RegisteredFunction[] => [...functions.values()],
  /** From here on registration is refused, as the real worker does. */
  finishStartup: () => {
    started = true;
  },
  logTo: (write: typeof writeLog) => {
    writeLog = write;
  },
  /** Runs the hooks in order of registration; what one throws stops the rest and reaches the caller. */
  async runHooks(name: HookName, context: Record<string, unknown>): Promise<void> {
    for (const callback of hooks.get(name) ?? []) await callback(context);
  },
};
