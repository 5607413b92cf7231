import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { DataDir } from '../data-dir.ts';

const schema = z.object({
  /** `whsec_…`: signs what the demo's receiver is told. */
  secret: z.string().startsWith('whsec_'),
  /** When the play started, in milliseconds since 1970; null until it did. */
  startedAt: z.number().nullable(),
  /** Port of the receiver; 0 until it had one. */
  receiverPort: z.number().int(),
});

/** What the demo keeps in the data folder between starts. */
export type DemoState = z.infer<typeof schema>;

const pathOf = (dataDir: DataDir): string => join(dataDir.path, 'demo', 'demo.json');

/** The state of an earlier start; undefined when the demo was never played with this data. Throws when it is damaged. */
export async function readDemoState(dataDir: DataDir): Promise<DemoState | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(pathOf(dataDir), 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`${pathOf(dataDir)} is damaged: --reset starts anew, --no-demo goes without`, { cause: error });
  }
}

/** Writes it for this user only, since it holds a secret. */
export async function writeDemoState(dataDir: DataDir, state: DemoState): Promise<void> {
  await mkdir(join(dataDir.path, 'demo'), { recursive: true });
  await writeFile(pathOf(dataDir), JSON.stringify(state), { mode: 0o600 });
}

export const newDemoState = (): DemoState => ({
  secret: `whsec_${randomBytes(32).toString('base64')}`,
  startedAt: null,
  receiverPort: 0,
});
