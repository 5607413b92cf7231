import { closeSync, createReadStream, type Dirent, openSync, readSync } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { hostInPath, type SourceInput } from '../ingest/index.ts';
import { fail, ok, type Result } from '../model/result.ts';
import type { Millis } from '../model/time.ts';

/** A file to analyse, or standard input. */
export interface InputFile {
  readonly source: SourceInput;
  /** The file's own time: what a time without a year is near to. Undefined for standard input. */
  readonly modifiedMs: Millis | undefined;
  /** The machine that the path names. */
  readonly host: string | undefined;
}

const STANDARD_INPUT = '-';
const READ_BYTES = 32 * 1024;
/** Reads in a row before anything else has its turn: signals, the progress bar. */
const READS_IN_A_ROW = 32;

/**
 * The files that the arguments name: files as they are, folders with all that is in them, sorted by path, `-` for standard
 * input. Links to folders are not followed, so that no loop can arise. An argument that is missing or may not be read fails.
 */
export async function findInputs(paths: readonly string[]): Promise<Result<readonly InputFile[]>> {
  const found: InputFile[] = [];
  if (paths.filter((path) => path === STANDARD_INPUT).length > 1) {
    return fail('input-repeated', 'standard input (-) can be named only once');
  }
  for (const path of paths) {
    if (path === STANDARD_INPUT) {
      found.push(standardInput());
      continue;
    }
    try {
      found.push(...(await filesAt(path)));
    } catch (error) {
      return fail('input-unreadable', `cannot read ${pathOf(error) ?? path}: ${reasonOf(error)}`);
    }
  }
  return ok(found);
}

async function filesAt(path: string): Promise<InputFile[]> {
  const stats = await stat(path);
  if (!stats.isDirectory()) {
    const file = await open(path, 'r');
    await file.close();
    const source = fileSource(path, stats.isFile() ? stats.size : undefined);
    return [{ source, modifiedMs: stats.mtimeMs, host: hostInPath(resolve(path)) }];
  }
  const entries = (await readdir(path, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const files: InputFile[] = [];
  for (const entry of entries) if (await isWanted(path, entry)) files.push(...(await filesAt(join(path, entry.name))));
  return files;
}

/** Folders, files, and links to files; sockets and devices in a folder are not logs. */
async function isWanted(folder: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory() || entry.isFile();
  try {
    return (await stat(join(folder, entry.name))).isFile();
  } catch {
    return false;
  }
}

/** A file that is opened only while it is read. `size` is undefined for pipes and devices, which cannot be read by ranges. */
function fileSource(path: string, size: number | undefined): SourceInput {
  if (size === undefined) return { name: path, stream: (start = 0) => createReadStream(path, { start }) };
  return {
    name: path,
    size,
    stream: (fromByte = 0) => piecesOf(path, fromByte),
    async read(offset, length) {
      const file = await open(path, 'r');
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
  };
}

/**
 * A file's bytes from an offset on. Read at once, since nothing else waits: a stream would hand each piece over between threads.
 * All pieces lie in one buffer, one after the other: of new ones hundreds would wait for the garbage collector, megabytes of them.
 */
async function* piecesOf(path: string, fromByte: number): AsyncGenerator<Uint8Array> {
  const file = openSync(path, 'r');
  try {
    let at = fromByte;
    const piece = Buffer.allocUnsafeSlow(READ_BYTES);
    for (let reads = 1; ; reads++) {
      const count = readSync(file, piece, 0, READ_BYTES, at);
      if (count === 0) return;
      at += count;
      yield piece.subarray(0, count);
      if (reads % READS_IN_A_ROW === 0) await setImmediate();
    }
  } finally {
    closeSync(file);
  }
}

const standardInput = (): InputFile => ({
  source: { name: STANDARD_INPUT, stream: () => process.stdin },
  modifiedMs: undefined,
  host: undefined,
});

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'too many links',
  EISDIR: 'it is a folder',
};

/** A file system error in words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? error.message;
}

const pathOf = (error: unknown): string | undefined =>
  error instanceof Error && 'path' in error ? String(error.path) : undefined;
