import { hostInPath, type SourceInput } from '../ingest/index.ts';
import type { BlobProperties } from '../store/ports.ts';
import type { Pipeline } from './pipeline.ts';

const CHUNK_BYTES = 4 * 1024 * 1024;

/** The blob was replaced while it was read: the next slice sees which one is there now. */
export class BlobChanged extends Error {
  override readonly name = 'BlobChanged';
}

/** A blob as something to read: by ranges, up to the length it had when the slice began, never further and never whole. */
export function blobInput(pipeline: Pipeline, blob: BlobProperties): SourceInput {
  // An append changes the ETag and no byte that was there, so only blobs that are not appended to are pinned to it.
  const etag = blob.appendable ? undefined : blob.etag;
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const count = Math.min(length, blob.length - offset);
    if (count <= 0) return new Uint8Array();
    const bytes = await pipeline.blobs.read(blob.container, blob.name, offset, count, etag);
    if (bytes === 'changed') throw new BlobChanged('expected the blob to stay as it was');
    return bytes;
  };
  return {
    name: `${blob.container}/${blob.name}`,
    size: blob.length,
    read,
    async *stream(fromByte = 0) {
      for (let at = fromByte; at < blob.length; at += CHUNK_BYTES) yield await read(at, CHUNK_BYTES);
    },
  };
}

/** The firewall or server that a blob is about: its metadata `host` says it, else its path. */
export const hostNamedBy = ({ name, metadata }: BlobProperties): string | undefined =>
  metadata?.['host']?.trim() || hostInPath(name);
