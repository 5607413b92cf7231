import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { kernelModule } from '../../../infra/build-kernel.ts';

it('runs the kernel that its source compiles to', async () => {
  expect(readFileSync('shared/ingest/kernel/code.ts', 'utf8')).toBe(await kernelModule());
}, 60_000);
