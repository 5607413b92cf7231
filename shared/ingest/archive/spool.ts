import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ranges } from './zip.ts';

export interface Spool extends Ranges {
  /** Removes the temporary file. */
  remove(): Promise<void>;
}

/** Writes a stream to a temporary file that can be read from anywhere: a zip's directory is at its end. */
export async function spool(chunks: AsyncIterable<Uint8Array>): Promise<Spool> {
  const folder = await mkdtemp(join(tmpdir(), 'tunnelwatch-spool-'));
  const file = await open(join(folder, 'spool'), 'w+');
  const remove = async () => {
    await file.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    let size = 0;
    for await (const chunk of chunks) {
      await file.writeFile(chunk);
      size += chunk.length;
    }
    return {
      size,
      remove,
      async read(offset, length) {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
