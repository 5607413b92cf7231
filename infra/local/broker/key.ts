import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEY_NAME } from './shared-access.ts';

/** The namespace's key: a new one, or the one that a data folder has kept since its first use. */
export function openKey(dataDir?: string): string {
  const fresh = randomBytes(32).toString('base64');
  if (dataDir === undefined) return fresh;
  const path = join(dataDir, 'key');
  mkdirSync(dataDir, { recursive: true });
  try {
    writeFileSync(path, fresh, { mode: 0o600, flag: 'wx' });
    return fresh;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return readFileSync(path, 'utf8');
    throw error;
  }
}

/** A connection string for the Event Hubs clients; `true` in lower case, or they would speak TLS. */
export const connectionStringOf = (port: number, key: string, hub?: string): string =>
  [
    `Endpoint=sb://127.0.0.1:${port}`,
    `SharedAccessKeyName=${KEY_NAME}`,
    `SharedAccessKey=${key}`,
    ...(hub === undefined ? [] : [`EntityPath=${hub}`]),
    'UseDevelopmentEmulator=true',
  ].join(';');
