import type { TestProject } from 'vitest/node';
import { startAzurite } from '../infra/local/azurite.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the run's one Azurite: real Blob, Queue and Table Storage in memory. `inject('azurite')` gives it. */
    azurite: string;
  }
}

/** Vitest's global set-up: one emulator for all test files, which keep apart by names of their own (`uniqueName`). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const azurite = await startAzurite();
  project.provide('azurite', azurite.connectionString);
  return () => azurite.stop();
}
