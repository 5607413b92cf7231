import type { Millis } from '../../model/time.ts';
import type { BlobProperties, BlobSource } from '../ports.ts';
import { StoreRefused } from '../ports.ts';

export interface MemoryBlobs extends BlobSource {
  /** Writes a whole blob; one of that name is replaced, and has a new creation time unless `createdAt` says that it keeps its own. */
  put(container: string, name: string, bytes: Uint8Array, options?: PutOptions): void;
  /** Appends to a blob, which becomes appendable; creates it when missing. */
  append(container: string, name: string, bytes: Uint8Array): void;
  remove(container: string, name: string): void;
}

interface PutOptions {
  readonly appendable?: boolean;
  readonly createdAt?: Millis;
  readonly metadata?: Readonly<Record<string, string>>;
}

interface Blob {
  readonly properties: BlobProperties;
  readonly bytes: Uint8Array;
}

/** Blobs of customers, in memory. */
export function memoryBlobs(now: () => Millis = Date.now): MemoryBlobs {
  const containers = new Map<string, Map<string, Blob>>();
  let version = 0;
  const find = (container: string, name: string) => containers.get(container)?.get(name);
  const write = (container: string, name: string, bytes: Uint8Array, createdAt: Millis, options: PutOptions) => {
    const blobs = containers.get(container) ?? new Map<string, Blob>();
    containers.set(container, blobs);
    version += 1;
    const etag = `"${version}"`;
    const { appendable = false, metadata } = options;
    const stated = { container, name, length: bytes.length, etag, createdAt, lastModified: now(), appendable };
    const properties = metadata === undefined ? stated : { ...stated, metadata };
    blobs.set(name, { properties, bytes: Uint8Array.from(bytes) });
  };

  return {
    put: (container, name, bytes, options = {}) => write(container, name, bytes, options.createdAt ?? now(), options),
    append(container, name, bytes) {
      const before = find(container, name);
      const whole = Buffer.concat([before?.bytes ?? new Uint8Array(), bytes]);
      write(container, name, whole, before?.properties.createdAt ?? now(), { appendable: true });
    },
    remove: (container, name) => void containers.get(container)?.delete(name),
    async properties(container, name) {
      return structuredClone(find(container, name)?.properties);
    },
    async read(container, name, offset, count, etag) {
      if (count === 0) return new Uint8Array();
      const blob = find(container, name);
      if (blob === undefined || (etag !== undefined && etag !== blob.properties.etag)) return 'changed';
      if (offset + count > blob.bytes.length) {
        // Unpinned, the blob is a shorter one by now; pinned, the range is the caller's mistake.
        if (etag === undefined) return 'changed';
        throw new StoreRefused(416, 'expected a range within the blob');
      }
      return blob.bytes.slice(offset, offset + count);
    },
    async *list(container, prefix = '') {
      const blobs = [...(containers.get(container)?.values() ?? [])].map((blob) => blob.properties);
      const found = blobs.filter(({ name }) => name.startsWith(prefix)).sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const properties of found) yield structuredClone(properties);
    },
    async containers(prefix) {
      return [...containers.keys()].filter((name) => name.startsWith(prefix)).sort();
    },
  };
}
