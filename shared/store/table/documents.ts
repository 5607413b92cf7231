import { millisOf, timestampOf } from '../../model/time.ts';
import { checkWrites } from '../document-writes.ts';
import { encodeKey, prefixRange } from '../keys.ts';
import { DEFAULT_PAGE, markOf, positionOf } from '../paging.ts';
import type { DocumentStore, Json, StoredDocument } from '../ports.ts';
import type { StorageClients } from './connection.ts';
import type { Row } from './guards.ts';
import { packJson, unpackJson } from './json-columns.ts';
import { quoted, type StoredRow, table, type Write } from './table.ts';

/**
 * Documents: PartitionKey is the collection, RowKey the id. A transaction's delete takes no etag in the SDK, so there a deleted
 * document first becomes a row marked `deleted`, which everybody overlooks, and is then removed.
 */
export function tableDocuments(clients: StorageClients): DocumentStore {
  const documents = table(clients, 'documents');

  function rowOf(collection: string, id: string, body: Json): Row {
    const updatedAt = timestampOf(clients.now());
    return {
      partitionKey: encodeKey(collection),
      rowKey: encodeKey(id),
      updatedAt,
      ...packJson({ id: id.normalize('NFC'), body }),
    };
  }

  const deletedRow = (collection: string, id: string): Row => ({
    partitionKey: encodeKey(collection),
    rowKey: encodeKey(id),
    deleted: true,
  });

  /** Removes what a cut off transaction left of deleted documents, and rows that nobody can read, so that their ids are free again. */
  async function sweep(collection: string, ids: readonly string[]): Promise<boolean> {
    let swept = false;
    for (const id of ids) {
      const row = await documents.get('documents.sweep', encodeKey(collection), encodeKey(id));
      if (row && documentOf(row) === undefined)
        swept = (await documents.remove('documents.sweep', row)) === 'deleted' || swept;
    }
    return swept;
  }

  async function write(collection: string, writes: readonly DocumentWrite[]): Promise<readonly string[] | 'conflict'> {
    const toRows = () =>
      writes.map(({ id, body, ifMatch }): Write => {
        const row = body === null ? deletedRow(collection, id) : rowOf(collection, id, body);
        if (ifMatch === null) return { act: 'create', row };
        if (ifMatch !== undefined || body === null) return { act: 'replace', row, etag: ifMatch ?? '*' };
        return { act: 'upsert', row };
      });
    let written = await documents.write('documents.write', toRows());
    if ('conflict' in written && written.conflict === 'exists') {
      const created = writes.filter(({ ifMatch }) => ifMatch === null).map(({ id }) => id);
      if (await sweep(collection, created)) written = await documents.write('documents.write', toRows());
    }
    return 'conflict' in written ? 'conflict' : written.etags;
  }

  return {
    async get(collection, id) {
      const row = await documents.get('documents.get', encodeKey(collection), encodeKey(id));
      return row && documentOf(row);
    },
    async put(collection, id, body, ifMatch) {
      const etags = await write(collection, [{ id, body, ...(ifMatch === undefined ? {} : { ifMatch }) }]);
      return etags === 'conflict' ? 'conflict' : { etag: etags[0] ?? '' };
    },
    async delete(collection, id, ifMatch) {
      const row = { partitionKey: encodeKey(collection), rowKey: encodeKey(id), etag: ifMatch ?? '*' };
      const outcome = await documents.remove('documents.delete', row);
      return outcome === 'changed' ? 'conflict' : outcome;
    },
    async list(collection, options = {}) {
      const limit = options.limit ?? DEFAULT_PAGE;
      const { from, to } = options.prefix ? prefixRange('', options.prefix) : { from: '', to: '\u007e\u007e' };
      const filter = [
        `PartitionKey eq ${quoted(encodeKey(collection))} and RowKey ge ${quoted(from)} and RowKey lt ${quoted(to)}`,
        ...(options.after === undefined ? [] : [`RowKey gt ${quoted(positionOf(options.after))}`]),
      ].join(' and ');
      const prefix = options.prefix?.normalize('NFC') ?? '';
      const found: { document: StoredDocument; rowKey: string }[] = [];
      for await (const page of documents.pages('documents.list', filter, { pageSize: Math.min(limit + 1, 1000) })) {
        for (const row of page) {
          const document = documentOf(row);
          if (document?.id.startsWith(prefix)) found.push({ document, rowKey: row.rowKey });
        }
        if (found.length > limit) break;
      }
      const shown = found.slice(0, limit);
      const last = shown.at(-1);
      const items = shown.map(({ document }) => document);
      return last === undefined || found.length <= limit ? { items } : { items, next: markOf(last.rowKey) };
    },
    async transaction(collection, writes) {
      checkWrites(writes);
      if (writes.length === 0) return 'committed';
      const etags = await write(collection, writes);
      if (etags === 'conflict') return 'conflict';
      for (const [index, { id, body }] of writes.entries()) {
        if (body !== null) continue;
        const row = { partitionKey: encodeKey(collection), rowKey: encodeKey(id), etag: etags[index] ?? '' };
        await documents.remove('documents.delete', row);
      }
      return 'committed';
    },
  };
}

interface DocumentWrite {
  readonly id: string;
  readonly body: Json | null;
  readonly ifMatch?: string | null;
}

function documentOf(row: StoredRow): StoredDocument | undefined {
  const kept = unpackJson(row);
  const isDocument = typeof kept === 'object' && kept !== null && 'id' in kept && 'body' in kept;
  if (!isDocument || typeof row['updatedAt'] !== 'string') return undefined;
  const { id, body } = kept as { id: string; body: Json };
  return { id, etag: row.etag, body, updatedAt: millisOf(row['updatedAt']) };
}
