import type { Millis } from '../../model/time.ts';
import { oldestKept } from '../fact-month.ts';
import type { Store } from '../ports.ts';
import { memoryDeadLetters } from './dead-letters.ts';
import { memoryDocuments } from './documents.ts';
import { memoryDue } from './due.ts';
import { memoryEntities } from './entities.ts';
import { memoryFacts } from './facts.ts';

/** A store in memory that behaves like the real one: values are copied in and out, etags change with every write. */
export function memoryStore(options: { readonly now?: () => Millis } = {}): Store {
  let version = 0;
  const nextEtag = () => {
    version += 1;
    return `"${version}"`;
  };
  const facts = memoryFacts();
  return {
    facts,
    ...memoryEntities(nextEtag),
    due: memoryDue(),
    documents: memoryDocuments(nextEtag, options.now ?? Date.now),
    deadLetters: memoryDeadLetters(),
    dropOlderThan: async (now, months) => facts.dropBefore(oldestKept(now, months)),
  };
}
