import { type Store, StoreUnavailable } from '../../shared/store/ports.ts';

export interface Call {
  /** Port and method: `facts.put`. */
  readonly operation: string;
  readonly args: readonly unknown[];
}

/** What is done around each call; throwing before it is a call that never came through, after it one whose answer was lost. */
export interface Watch {
  before?(call: Call): void | Promise<void>;
  after?(call: Call): void | Promise<void>;
}

const PORTS = ['facts', 'entities', 'due', 'outbox', 'documents', 'deadLetters'] as const;
const WRITES =
  /^(?:facts\.put|entities\.commit|due\.(?:schedule|done)|outbox\.save|documents\.(?:put|delete|transaction)|deadLetters\.(?:put|delete))$/;

export const isWrite = ({ operation }: Call): boolean => WRITES.test(operation);

/** The same store, with each call watched: to make it fail, or to see in what order things are done. */
export function watchedStore(inner: Store, watch: Watch): Store {
  const watched = <P extends object>(port: P, name: string): P =>
    new Proxy(port, {
      get(target, key) {
        const method: unknown = Reflect.get(target, key);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          const call = { operation: `${name}.${String(key)}`, args };
          await watch.before?.(call);
          const result: unknown = await Reflect.apply(method, target, args);
          await watch.after?.(call);
          return result;
        };
      },
    });
  return { ...inner, ...Object.fromEntries(PORTS.map((name) => [name, watched(inner[name], name)])) };
}

/** A store that can be away. */
export function storeWithOutage(inner: Store): { readonly store: Store; isAway: boolean } {
  const outage = {
    isAway: false,
    store: watchedStore(inner, {
      before() {
        if (outage.isAway) throw new StoreUnavailable('synthetic outage');
      },
    }),
  };
  return outage;
}

export class Killed extends Error {
  override readonly name = 'Killed';
}

/** A store through which a process writes until it dies before or after its write number `at`; from then on nothing is done. */
export function untilKilled(
  inner: Store,
  at: number,
  when: 'before' | 'after',
): { store: Store; writes: () => number } {
  let writes = 0;
  let isDead = false;
  const die = (): never => {
    isDead = true;
    throw new Killed('the process died');
  };
  const store = watchedStore(inner, {
    before(call) {
      if (isDead) die();
      if (isWrite(call) && writes === at && when === 'before') die();
    },
    after(call) {
      if (isDead) die();
      if (isWrite(call) && writes++ === at && when === 'after') die();
    },
  });
  return { store, writes: () => writes };
}
