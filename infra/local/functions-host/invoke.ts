import { randomUUID } from 'node:crypto';
import { getProgrammingModel, hostSide, type RegisteredFunction } from './core-module.ts';
import type {
  CoreInvocationContext,
  FunctionCallback,
  InvocationResponse,
  LogLevel,
  RetryContext,
  TypedData,
} from './rpc.ts';

export interface TriggerEvent {
  readonly data: TypedData;
  readonly metadata?: Readonly<Record<string, TypedData>>;
  readonly retryContext?: RetryContext;
}

/** Runs functions the way the Node worker does, logs those that fail, and knows when none is running. */
export interface Invoker {
  /** Rejects with what the function, or a hook, threw. */
  invoke(fn: RegisteredFunction, event: TriggerEvent): Promise<InvocationResponse>;
  /** Resolves when nothing runs any more. */
  idle(): Promise<void>;
}

export function createInvoker(log: (level: LogLevel, message: string) => void): Invoker {
  const running = new Set<Promise<unknown>>();
  return {
    async invoke(fn, event) {
      const invocation = run(fn, event, log);
      running.add(invocation);
      try {
        return await invocation;
      } catch (error) {
        log('error', `${fn.metadata.name} failed: ${oneLine(error)}`);
        throw error;
      } finally {
        running.delete(invocation);
      }
    },
    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

async function run(
  fn: RegisteredFunction,
  event: TriggerEvent,
  log: (level: LogLevel, message: string) => void,
): Promise<InvocationResponse> {
  const { metadata } = fn;
  const trigger = Object.entries(metadata.bindings).find(([, binding]) => /trigger$/i.test(binding.type));
  if (!trigger) throw new Error(`${metadata.name} has no trigger`);
  const invocationId = randomUUID();
  const core: CoreInvocationContext = {
    invocationId,
    metadata,
    state: undefined,
    request: {
      invocationId,
      inputData: [{ name: trigger[0], data: event.data }],
      triggerMetadata: event.metadata ?? {},
      ...(event.retryContext && { retryContext: event.retryContext }),
    },
    log: (level, _category, message) => log(level, `${metadata.name}: ${message}`),
  };
  const model = getProgrammingModel().getInvocationModel(core);
  const { context: invocationContext, inputs } = await model.getArguments();
  const hookData = {};

  // Hooks may replace the inputs, the handler and the result; the platform's order of these steps is kept.
  const before = { hookData, invocationContext, inputs, functionCallback: fn.callback };
  core.state = 'preInvocationHooks';
  await hostSide.runHooks('preInvocation', before);

  const after: { hookData: object; invocationContext: unknown; inputs: unknown[]; result: unknown; error: unknown } = {
    hookData,
    invocationContext,
    inputs: before.inputs,
    result: null,
    error: null,
  };
  core.state = 'invocation';
  const handler: FunctionCallback = before.functionCallback;
  try {
    after.result = await model.invokeFunction(invocationContext, before.inputs, handler);
  } catch (error) {
    after.error = error;
  }
  core.state = 'postInvocationHooks';
  await hostSide.runHooks('postInvocation', after);
  core.state = undefined;
  if (after.error !== null && after.error !== undefined) throw after.error;
  return model.getResponse(invocationContext, after.result);
}

function oneLine(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replaceAll(/\s+/g, ' ');
}
