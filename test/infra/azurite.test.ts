import { TableClient, TableServiceClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { describe, expect, inject, it } from 'vitest';
import { uniqueName } from '../unique-name.ts';

describe('the shared emulator', () => {
  it('answers for blob, queue and table', async () => {
    const name = uniqueName('infra');
    const storage = inject('azurite');
    await BlobServiceClient.fromConnectionString(storage).getContainerClient(name).create();
    await QueueServiceClient.fromConnectionString(storage).getQueueClient(name).create();
    await TableServiceClient.fromConnectionString(storage, { allowInsecureConnection: true }).createTable(name);
    const table = TableClient.fromConnectionString(storage, name, { allowInsecureConnection: true });
    await table.createEntity({ partitionKey: 'p', rowKey: 'r', value: 7 });
    expect(await table.getEntity('p', 'r')).toMatchObject({ value: 7 });
  });
});
