import type { TypedData } from '../../../infra/local/functions-host/rpc.ts';

/** What the platform sends for one invocation (`RpcInvocationRequest`). */
export interface InvocationRequest {
  readonly invocationId: string;
  readonly functionId: string;
  readonly inputData: readonly { readonly name: string; readonly data: Rpc }[];
  readonly triggerMetadata: Readonly<Record<string, Rpc>>;
  readonly traceContext?: object;
  readonly retryContext?: object | null;
}

/** A value of the contract; the worker leaves what is not set null or out. */
export type Rpc = TypedData | { readonly [kind: string]: unknown };

export interface Invocation {
  readonly name: string;
  readonly request: InvocationRequest;
}

export type Question = { readonly id: number } & (
  | { readonly ask: 'load' }
  | { readonly ask: 'invoke'; readonly invocation: Invocation }
  | { readonly ask: 'seen' }
);

export type Answer = { readonly id: number; readonly value: object } | { readonly id: number; readonly error: string };

/** A function as the app registered it. */
export interface Metadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, { readonly type: string; readonly [option: string]: unknown }>>;
  readonly retryOptions?: unknown;
}

export interface Loaded {
  readonly node: string;
  readonly model: string;
  readonly functions: readonly Metadata[];
  /** Environment variables that were read while the app was loaded. */
  readonly readVariables: readonly string[];
  /** Requests, sockets and timers that were started meanwhile, by Node's names. */
  readonly started: readonly string[];
}
