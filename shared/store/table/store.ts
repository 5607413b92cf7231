import type { Store } from '../ports.ts';
import { type StorageConnection, type StorageOptions, storageClients } from './connection.ts';
import { blobDeadLetters } from './dead-letters.ts';
import { tableDocuments } from './documents.ts';
import { tableDue } from './due.ts';
import { tableEntities } from './entities.ts';
import { tableFacts } from './facts.ts';
import { tableOutbox } from './outbox.ts';
import type { Operations } from './requests.ts';

export interface TableStore extends Store {
  /** Requests made so far; benchmarks print them. */
  readonly operations: Operations;
}

/** The store on Azure Table and Blob Storage. Building it does no I/O; clients, tables and the container come when needed. */
export function tableStore(connection: StorageConnection, options: StorageOptions = {}): TableStore {
  const clients = storageClients(connection, options);
  const facts = tableFacts(clients);
  return {
    operations: clients.requests.operations,
    facts,
    entities: tableEntities(clients),
    due: tableDue(clients),
    outbox: tableOutbox(clients),
    documents: tableDocuments(clients),
    deadLetters: blobDeadLetters(clients),
    dropOlderThan: (now, months) => facts.dropOlderThan(now, months),
  };
}
