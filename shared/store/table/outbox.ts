import type { OutboxStore, Owed } from '../ports.ts';
import type { StorageClients } from './connection.ts';
import { entityPartition, OWED, owedKey, owedOf, owedRow } from './entity-rows.ts';
import { quoted, table } from './table.ts';

/** Owed notifications, beside the alerts they are about. */
export function tableOutbox(clients: StorageClients): OutboxStore {
  const entities = table(clients, 'entities');
  return {
    async read(entity, id) {
      const row = await entities.get('outbox.read', entityPartition(entity), owedKey(id));
      const owed = row && owedOf(row);
      return owed && { owed, etag: row.etag };
    },
    async list(entity) {
      const filter = [
        `PartitionKey eq ${quoted(entityPartition(entity))}`,
        `RowKey ge ${quoted(OWED.from)} and RowKey lt ${quoted(OWED.to)}`,
      ].join(' and ');
      const rows = (await entities.query('outbox.list', filter)).map(owedOf);
      clients.requests.operations.badRows += rows.filter((owed) => owed === undefined).length;
      return rows.filter((owed) => owed !== undefined).sort(compareOwed);
    },
    async save(owed, etag) {
      const written = await entities.write('outbox.save', [{ act: 'replace', row: owedRow(owed), etag }]);
      return 'conflict' in written ? 'conflict' : 'saved';
    },
  };
}

/** Oldest first; of one instant, by id. */
const compareOwed = (a: Owed, b: Owed): number => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
