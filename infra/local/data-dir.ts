import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const keysSchema = z.object({ functionKey: z.string().min(1), masterKey: z.string().min(1) });
export type Keys = z.infer<typeof keysSchema>;

/** The folder that a local stack keeps everything in. */
export interface DataDir {
  readonly path: string;
  /** Azurite's files: the product's data. */
  readonly storage: string;
  /** Files of the second Azurite, which is the host's own storage. */
  readonly hostStorage: string;
  /** The event hub's files. Its checkpoints lie in the host's storage: both persist together or not at all. */
  readonly hub: string;
  /** The Functions host's files. */
  readonly host: string;
  readonly watcherState: string;
  readonly endpoints: string;
  readonly keys: Keys;
  /** True when nothing was kept here before. */
  readonly isNew: boolean;
}

/**
 * Opens the data folder, creating it and its keys at the first time. `reset` first removes what a stack kept in it, and nothing else.
 * @throws Error in one line, when the folder cannot be read and written.
 */
export async function openDataDir(path: string, { reset = false }: { reset?: boolean } = {}): Promise<DataDir> {
  const names = {
    storage: join(path, 'storage'),
    hostStorage: join(path, 'host-storage'),
    hub: join(path, 'hub'),
    host: join(path, 'host'),
    watcherState: join(path, 'watcher.json'),
    endpoints: join(path, 'endpoints.json'),
  };
  const keysPath = join(path, 'keys.json');
  const demo = join(path, 'demo');
  try {
    await mkdir(path, { recursive: true });
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    if (reset)
      for (const kept of [...Object.values(names), keysPath, demo]) await rm(kept, { recursive: true, force: true });
    const existing = await readKeys(keysPath);
    return { path, ...names, keys: existing ?? (await createKeys(keysPath)), isNew: existing === undefined };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`data folder ${path} cannot be used (${reason}): mend it, or choose another with --data DIR`);
  }
}

async function readKeys(path: string): Promise<Keys | undefined> {
  try {
    return keysSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`${path} is damaged, --reset starts anew`, { cause: error });
  }
}

async function createKeys(path: string): Promise<Keys> {
  const key = () => randomBytes(24).toString('base64url');
  const keys = { functionKey: key(), masterKey: key() };
  await writeFile(path, JSON.stringify(keys), { mode: 0o600 });
  return keys;
}
