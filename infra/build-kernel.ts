import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
const SOURCE = 'shared/ingest/kernel/assembly/index.ts';
const TARGET = 'shared/ingest/kernel/code.ts';
/** 64 KB each: all of `assembly/memory.ts`, and it never grows. */
const PAGES = '64';

/** The kernel as the source of a module: compiled, in base64. Throws what the compiler says. */
export async function kernelModule(): Promise<string> {
  let code: Uint8Array | undefined;
  const settings = ['-O3', '--runtime', 'stub', '--noAssert', '--enable', 'simd'];
  const memory = ['--initialMemory', PAGES, '--maximumMemory', PAGES];
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
  const text = Buffer.from(code).toString('base64');
  return `/** \`assembly/\` compiled. Made by \`npm run kernel\`; never written by hand. */\nexport const KERNEL_CODE =\n  '${text}';\n`;
}

if (import.meta.main) {
  process.chdir(root);
  writeFileSync(TARGET, await kernelModule());
  console.log(TARGET);
}
