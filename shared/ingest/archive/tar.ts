import { extract } from 'tar-stream';
import { ArchiveFault } from './member.ts';

export interface Entry {
  readonly path: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** The files in a tar, as they come by; folders and links hold no bytes. A cut tar gives what there is, then a fault. */
export async function* untar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
  const unpacking = extract();
  let sourceError: unknown;
  const feeding = feed();
  try {
    for await (const entry of unpacking) {
      const isFile = entry.header.type === 'file' || entry.header.type === 'contiguous-file';
      if (isFile) yield { path: entry.header.name, chunks: faults(entry) };
      entry.resume();
    }
  } catch (error) {
    throw asFault(error);
  } finally {
    unpacking.destroy();
    await feeding;
  }

  async function feed(): Promise<void> {
    try {
      for await (const chunk of chunks) {
        if (unpacking.destroyed) return;
        if (!unpacking.write(chunk)) await drained();
      }
      unpacking.end(undefined);
    } catch (error) {
      sourceError = error;
      unpacking.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  function drained(): Promise<void> {
    return new Promise((resolve) => {
      unpacking.once('drain', resolve);
      unpacking.once('close', resolve);
    });
  }

  async function* faults(entry: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of entry) if (chunk instanceof Uint8Array) yield chunk;
    } catch (error) {
      throw asFault(error);
    }
  }

  function asFault(error: unknown): unknown {
    if (error instanceof ArchiveFault || error === sourceError) return error;
    const message = error instanceof Error ? error.message : '';
    return /unexpected end/i.test(message)
      ? new ArchiveFault('truncated-archive', 'the tar ends too early')
      : new ArchiveFault('corrupt-archive', 'expected a tar header');
  }
}
