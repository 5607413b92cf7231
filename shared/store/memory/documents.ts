import type { Millis } from '../../model/time.ts';
import { checkWrites } from '../document-writes.ts';
import { encodeKey } from '../keys.ts';
import { pageOf } from '../paging.ts';
import type { DocumentStore, StoredDocument } from '../ports.ts';

/** Documents by collection and id. */
export function memoryDocuments(nextEtag: () => string, now: () => Millis): DocumentStore {
  const collections = new Map<string, Map<string, StoredDocument>>();
  const rowsOf = (collection: string) => {
    const rows = collections.get(collection) ?? new Map<string, StoredDocument>();
    collections.set(collection, rows);
    return rows;
  };
  const isAllowed = (known: StoredDocument | undefined, ifMatch: string | null | undefined) => {
    if (ifMatch === undefined) return true;
    if (ifMatch === null) return known === undefined;
    return known !== undefined && (ifMatch === '*' || known.etag === ifMatch);
  };

  return {
    async get(collection, id) {
      return structuredClone(rowsOf(collection).get(encodeKey(id)));
    },
    async put(collection, id, body, ifMatch) {
      const rows = rowsOf(collection);
      if (!isAllowed(rows.get(encodeKey(id)), ifMatch)) return 'conflict';
      const etag = nextEtag();
      rows.set(encodeKey(id), { id: id.normalize('NFC'), etag, body: structuredClone(body), updatedAt: now() });
      return { etag };
    },
    async delete(collection, id, ifMatch) {
      const rows = rowsOf(collection);
      if (!rows.has(encodeKey(id))) return 'missing';
      if (!isAllowed(rows.get(encodeKey(id)), ifMatch)) return 'conflict';
      rows.delete(encodeKey(id));
      return 'deleted';
    },
    async list(collection, options = {}) {
      const prefix = options.prefix?.normalize('NFC') ?? '';
      const found = [...rowsOf(collection)].filter(([, document]) => document.id.startsWith(prefix));
      const page = pageOf(
        found.sort(([a], [b]) => (a < b ? -1 : 1)),
        ([key]) => key,
        options,
      );
      return structuredClone({ ...page, items: page.items.map(([, document]) => document) });
    },
    async transaction(collection, writes) {
      checkWrites(writes);
      const rows = rowsOf(collection);
      for (const { id, body, ifMatch } of writes) {
        const known = rows.get(encodeKey(id));
        if (!isAllowed(known, ifMatch) || (body === null && known === undefined)) return 'conflict';
      }
      for (const { id, body } of writes) {
        if (body === null) rows.delete(encodeKey(id));
        else {
          const document = { id: id.normalize('NFC'), etag: nextEtag(), body: structuredClone(body), updatedAt: now() };
          rows.set(encodeKey(id), document);
        }
      }
      return 'committed';
    },
  };
}
