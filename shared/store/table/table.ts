import type { TransactionAction } from '@azure/data-tables';
import type { StorageClients } from './connection.ts';
import { orEmpty, withHome } from './ensure.ts';
import { answerOf } from './errors.ts';
import { checkRow, checkTransaction, LIMITS, payloadBytes, type Row } from './guards.ts';

/** A row as it is read. */
export interface StoredRow {
  readonly etag: string;
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly [column: string]: unknown;
}

/** One write of a transaction. `replace` and `merge` need the row and its etag (`*`: any); `delete` needs the row. */
export type Write =
  | { readonly act: 'create' | 'upsert' | 'delete'; readonly row: Row }
  | { readonly act: 'replace' | 'merge'; readonly row: Row; readonly etag: string };

/** Etags in the order of the writes (empty for deletes), or why nothing was written. */
export type Written = { readonly etags: readonly string[] } | { readonly conflict: 'exists' | 'changed' | 'missing' };

/** One table, made when first written to. */
export interface Table {
  get(name: string, partitionKey: string, rowKey: string): Promise<StoredRow | undefined>;
  /** Pages of rows in key order; `filter` is OData, values quoted by `quoted`. */
  pages(name: string, filter: string, options?: QueryOptions): AsyncIterable<readonly StoredRow[]>;
  /** All pages. */
  query(name: string, filter: string, options?: QueryOptions): Promise<readonly StoredRow[]>;
  /** All or none, of one partition. */
  write(name: string, writes: readonly Write[]): Promise<Written>;
  /** Deletes one row at its etag. */
  remove(
    name: string,
    row: Pick<StoredRow, 'partitionKey' | 'rowKey' | 'etag'>,
  ): Promise<'deleted' | 'changed' | 'missing'>;
}

export interface QueryOptions {
  readonly columns?: readonly string[];
  /** Rows per page, at most 1,000. */
  readonly pageSize?: number;
}

const conflicts: Readonly<Record<number, 'exists' | 'changed' | 'missing'>> = {
  409: 'exists',
  412: 'changed',
  404: 'missing',
};

/** The table of that name (the clients' prefix is added). */
export function table(clients: StorageClients, tableName: string): Table {
  const { requests } = clients;
  const { ask } = requests;
  const client = () => clients.table(tableName);
  const create = () => ask('table.create', async (options) => (await client()).createTable(options));

  async function* pages(name: string, filter: string, options: QueryOptions = {}) {
    const select = options.columns && ['PartitionKey', 'RowKey', ...options.columns];
    const queryOptions = { filter, ...(select && { select }) };
    const tableClient = await client();
    const listing = requests.pages(name, (request) =>
      tableClient
        .listEntities<Record<string, unknown>>({ ...request, queryOptions })
        .byPage({ maxPageSize: options.pageSize ?? 1000 }),
    );
    for await (const page of listing) yield page.map(storedRow);
  }

  return {
    pages,
    async get(name, partitionKey, rowKey) {
      const found = async () => {
        const tableClient = await client();
        return ask(name, async (options) => {
          try {
            return storedRow(await tableClient.getEntity(partitionKey, rowKey, options));
          } catch (error) {
            if (answerOf(error)?.code === 'ResourceNotFound') return undefined;
            throw error;
          }
        });
      };
      return orEmpty(found, undefined);
    },
    async query(name, filter, options) {
      const rows: StoredRow[] = [];
      for await (const page of pages(name, filter, options)) rows.push(...page);
      return rows;
    },
    async write(name, writes) {
      for (const { row } of writes) checkRow(row);
      checkTransaction(writes.map(({ row }) => row));
      if (writes.some((write) => 'etag' in write && !isEtag(write.etag))) return { conflict: 'changed' };
      const tableClient = await client();
      const actions = writes.map(actionOf);
      const submit = () =>
        ask(name, async (options): Promise<Written> => {
          try {
            const { subResponses } = await tableClient.submitTransaction(actions, options);
            return { etags: subResponses.map(({ etag }) => etag ?? '') };
          } catch (error) {
            const answer = answerOf(error);
            const conflict = answer?.status === undefined ? undefined : conflicts[answer.status];
            const isOfRow = answer !== undefined && rowCodes.has(answer.code);
            if (conflict !== undefined && isOfRow) return { conflict };
            throw error;
          }
        });
      return withHome(name, submit, create);
    },
    async remove(name, { partitionKey, rowKey, etag }) {
      if (!isEtag(etag)) return (await this.get(name, partitionKey, rowKey)) ? 'changed' : 'missing';
      const removal = async () => {
        const tableClient = await client();
        return ask(name, async (options) => {
          try {
            await tableClient.deleteEntity(partitionKey, rowKey, { ...options, etag });
            return 'deleted' as const;
          } catch (error) {
            const answer = answerOf(error);
            if (answer?.code === 'ResourceNotFound') return 'missing';
            if (answer?.status === 412) return 'changed';
            throw error;
          }
        });
      };
      return orEmpty<'deleted' | 'changed' | 'missing'>(removal, 'missing');
    },
  };
}

const rowCodes = new Set([
  'EntityAlreadyExists',
  'UpdateConditionNotSatisfied',
  'ConditionNotMet',
  'ResourceNotFound',
  'EntityDoesNotExist',
]);

/** Storage answers 400 to an etag of another make, as a client may well send one; it just matches nothing. */
const isEtag = (etag: string): boolean => etag === '*' || /^W\/"datetime'[\w%:.-]+'"$/.test(etag);

/** An OData string literal. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Writes cut into transactions: at most `most` rows and about 3.5 MiB each, in their order. */
export function transactions(writes: readonly Write[], most: number = LIMITS.transactionEntities): readonly Write[][] {
  const slices: Write[][] = [];
  let room = 0;
  for (const write of writes) {
    const bytes = payloadBytes(write.row);
    let slice = slices.at(-1);
    if (slice === undefined || slice.length >= most || bytes > room) {
      slice = [];
      slices.push(slice);
      room = 0.875 * LIMITS.transactionBytes;
    }
    slice.push(write);
    room -= bytes;
  }
  return slices;
}

function actionOf(write: Write): TransactionAction {
  const row = { ...write.row };
  switch (write.act) {
    case 'create':
    case 'delete':
      return [write.act, row];
    case 'upsert':
      return ['upsert', row, 'Replace'];
    case 'replace':
      return ['update', row, 'Replace', { etag: write.etag }];
    case 'merge':
      return ['update', row, 'Merge', { etag: write.etag }];
    default:
      return write satisfies never;
  }
}

function storedRow(entity: Readonly<Record<string, unknown>>): StoredRow {
  const text = (name: string) => (typeof entity[name] === 'string' ? entity[name] : '');
  return { ...entity, etag: text('etag'), partitionKey: text('partitionKey'), rowKey: text('rowKey') };
}
