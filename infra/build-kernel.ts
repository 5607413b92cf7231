import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import asc from 'assemblyscript/asc';
import { PAGES } from '../shared/ingest/kernel/layout.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const SOURCE = 'shared/ingest/kernel/assembly/index.ts';
const TARGET = 'shared/ingest/kernel/code.ts';

/** The kernel, compiled. Throws what the compiler says. */
export async function compiledKernel(): Promise<Uint8Array> {
  let code: Uint8Array | undefined;
  const settings = ['-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd'];
  const memory = ['--importMemory', '--initialMemory', `${PAGES}`, '--maximumMemory', `${PAGES}`];
  const { error, stderr } = await asc.main([SOURCE, ...settings, ...memory, '--outFile', 'kernel.wasm'], {
    readFile: (name, base) => {
      try {
        return readFileSync(`${base}/${name}`, 'utf8');
      } catch {
        return null;
      }
    },
    writeFile: (_name, contents) => {
      if (typeof contents !== 'string') code = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || code === undefined) throw new Error(`expected a kernel that compiles: ${stderr.toString()}`);
  return code;
}

/** As a module, deflated: it is a part of what is deployed. */
function moduleOf(code: Uint8Array): string {
  const text = deflateRawSync(code, { level: 9 }).toString('base64');
  return `/** \`assembly/\` compiled, deflated. Made by \`npm run kernel\`; never written by hand. */\nexport const KERNEL_CODE =\n  '${text}';\n`;
}

if (import.meta.main) {
  process.chdir(root);
  writeFileSync(TARGET, moduleOf(await compiledKernel()));
  console.log(TARGET);
}
