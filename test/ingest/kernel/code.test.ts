import { inflateRawSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { compiledKernel } from '../../../infra/build-kernel.ts';
import { KERNEL_CODE } from '../../../shared/ingest/kernel/code.ts';

it('runs the kernel that its source compiles to', async () => {
  const code = inflateRawSync(Buffer.from(KERNEL_CODE, 'base64'));
  expect(code.equals(await compiledKernel())).toBe(true);
}, 60_000);
