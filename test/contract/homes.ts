import { inject } from 'vitest';
import type { Millis } from '../../shared/model/time.ts';
import { memoryStore } from '../../shared/store/memory/store.ts';
import type { Store } from '../../shared/store/ports.ts';
import { tableStore } from '../../shared/store/table/store.ts';
import { uniqueName } from '../unique-name.ts';

export interface Home {
  readonly name: string;
  /** A new, empty store. */
  readonly open: (now?: () => Millis) => Store;
}

/** Every suite of this folder runs on both. */
export const homes: readonly Home[] = [
  { name: 'memory', open: (now = Date.now) => memoryStore({ now }) },
  {
    name: 'table',
    open: (now = Date.now) => tableStore({ connectionString: inject('azurite') }, { prefix: uniqueName('t'), now }),
  },
];
