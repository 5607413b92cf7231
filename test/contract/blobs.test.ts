import { BlobServiceClient } from '@azure/storage-blob';
import { describe, expect, inject, it } from 'vitest';
import { memoryBlobs } from '../../shared/store/memory/blobs.ts';
import type { BlobProperties, BlobSource } from '../../shared/store/ports.ts';
import { blobSource } from '../../shared/store/table/blob-source.ts';
import { uniqueName } from '../unique-name.ts';

interface BlobHome {
  readonly source: BlobSource;
  put(container: string, name: string, text: string, metadata?: Record<string, string>): Promise<void>;
  append(container: string, name: string, text: string): Promise<void>;
}

function inMemory(): BlobHome {
  const source = memoryBlobs();
  return {
    source,
    put: async (container, name, text, metadata) =>
      source.put(container, name, Buffer.from(text), metadata === undefined ? {} : { metadata }),
    append: async (container, name, text) => source.append(container, name, Buffer.from(text)),
  };
}

function inAzurite(): BlobHome {
  const service = BlobServiceClient.fromConnectionString(inject('azurite'));
  const container = async (name: string) => {
    await service.getContainerClient(name).createIfNotExists();
    return service.getContainerClient(name);
  };
  return {
    source: blobSource({ connectionString: inject('azurite') }),
    async put(containerName, name, text, metadata = {}) {
      const blob = (await container(containerName)).getBlockBlobClient(name);
      await blob.upload(text, Buffer.byteLength(text), { metadata });
    },
    async append(containerName, name, text) {
      const blob = (await container(containerName)).getAppendBlobClient(name);
      await blob.createIfNotExists();
      await blob.appendBlock(text, Buffer.byteLength(text));
    },
  };
}

async function listed(source: BlobSource, container: string, prefix?: string): Promise<BlobProperties[]> {
  const found: BlobProperties[] = [];
  for await (const properties of source.list(container, prefix)) found.push(properties);
  return found;
}

const blobHomes = [
  { name: 'memory', open: inMemory },
  { name: 'azurite', open: inAzurite },
];

describe.each(blobHomes)('blobs in $name', ({ open }) => {
  const name = 'résumé #1/y=2026/PT1H.json';

  it('tells what whoever uploaded it said of it', async () => {
    const { source, put } = open();
    const container = uniqueName('said');
    await put(container, name, 'text', { host: 'fw-1' });
    expect((await source.properties(container, name))?.metadata).toEqual({ host: 'fw-1' });
  });

  it('knows nothing of what is not there', async () => {
    const { source } = open();
    const container = uniqueName('none');
    expect(await source.properties(container, name)).toBeUndefined();
    expect(await source.read(container, name, 0, 5)).toBe('changed');
    expect(await listed(source, container)).toEqual([]);
    expect(await source.containers(container)).toEqual([]);
  });

  it('reads exactly the range of the version asked for', async () => {
    const { source, put } = open();
    const container = uniqueName('blobs');
    await put(container, name, '0123456789');
    const found = (await source.properties(container, name))!;
    expect(found).toMatchObject({ container, name, length: 10, appendable: false });
    const text = async (offset: number, count: number) => {
      const bytes = await source.read(container, name, offset, count, found.etag);
      return bytes === 'changed' ? bytes : Buffer.from(bytes).toString('utf8');
    };
    expect(await text(0, 10)).toBe('0123456789');
    expect(await text(3, 4)).toBe('3456');
    expect(await text(10, 0)).toBe('');
    await expect(text(8, 3)).rejects.toMatchObject({ name: 'StoreRefused', status: 416 });
    await expect(text(10, 1)).rejects.toMatchObject({ name: 'StoreRefused', status: 416 });
    await put(container, name, 'other');
    expect(await text(0, 3)).toBe('changed');
    expect(await source.read(container, name, 3, 4)).toBe('changed');
    expect(Buffer.from(await source.read(container, name, 3, 2)).toString()).toBe('er');
  });

  it('sees an append blob grow under another etag and the same creation time', async () => {
    const { source, append } = open();
    const container = uniqueName('blobs');
    await append(container, name, 'one\n');
    const before = (await source.properties(container, name))!;
    await append(container, name, 'two\n');
    const after = (await source.properties(container, name))!;
    expect([before, after]).toMatchObject([
      { length: 4, appendable: true },
      { length: 8, appendable: true },
    ]);
    expect(after.etag).not.toBe(before.etag);
    expect(after.createdAt).toBe(before.createdAt);
    expect(await source.read(container, name, 0, 4, before.etag)).toBe('changed');
    expect(Buffer.from(await source.read(container, name, 4, 4)).toString()).toBe('two\n');
  });

  it('lists by prefix what properties say', async () => {
    const { source, put, append } = open();
    const container = uniqueName('blobs');
    await put(container, 'a/1', 'x', { host: 'fw-1' });
    await append(container, 'a/2', 'xy');
    await put(container, 'b/1', 'xyz');
    expect(await listed(source, container, 'a/')).toEqual([
      await source.properties(container, 'a/1'),
      await source.properties(container, 'a/2'),
    ]);
    expect((await listed(source, container)).map(({ name }) => name)).toEqual(['a/1', 'a/2', 'b/1']);
    expect(await source.containers(container)).toEqual([container]);
  });
});
