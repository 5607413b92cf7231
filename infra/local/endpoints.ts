import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';

const endpointsSchema = z.object({
  http: z.url(),
  functionKey: z.string(),
  storage: z.object({
    connectionString: z.string(),
    /** Container for uploads of any kind of file. */
    uploads: z.string(),
    /** Container that Azure Monitor would archive the tunnel log in. */
    logs: z.string(),
  }),
  /** Of the namespace, without an EntityPath, and the hub in it. */
  eventHub: z.object({ connectionString: z.string(), name: z.string() }),
});

/** Where a running stack is, for programs: the content of `endpoints.json`, which is there while it runs. */
export type Endpoints = z.infer<typeof endpointsSchema>;

/** Writes the file for this user only, since it holds a key. */
export async function writeEndpoints(path: string, endpoints: Endpoints): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 });
}

/** Removes the file unless another stack has written its own there since. */
export async function removeEndpoints(path: string, endpoints: Endpoints): Promise<void> {
  const found = await readEndpoints(path);
  if (found?.http === endpoints.http && found.functionKey === endpoints.functionKey) await rm(path, { force: true });
}

/** Undefined when there is no such file, or not one of ours. */
export async function readEndpoints(path: string): Promise<Endpoints | undefined> {
  try {
    return endpointsSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Whether the app of these endpoints answers; a file left by a crash names one that does not. */
export async function isAlive(endpoints: Pick<Endpoints, 'http'>): Promise<boolean> {
  try {
    const response = await fetch(`${endpoints.http}/api/live`, { signal: AbortSignal.timeout(2_000) });
    return response.ok;
  } catch {
    return false;
  }
}
