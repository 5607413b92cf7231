import { createReadStream, type Dirent } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
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
  const stream = (fromByte = 0) => createReadStream(path, { start: fromByte, highWaterMark: READ_BYTES });
  if (size === undefined) return { name: path, stream };
  return {
    name: path,
    size,
    stream,
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
