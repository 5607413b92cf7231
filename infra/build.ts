import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What is deployed or installed: one self-contained file each. */
const entries = [
  { source: 'functions/main.ts', bundle: 'dist/main.cjs', is: 'the function app' },
  { source: 'shared/analyze/main.ts', bundle: 'dist/tunnelwatch.cjs', is: 'the offline command' },
] as const;

const settings = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  // A package of type "module" loads CommonJS by its ending `.cjs` only.
  format: 'cjs',
  minify: true,
  // Stack traces keep the names that the source has.
  keepNames: true,
  sourcemap: 'external',
  // The worker brings it; no package has it.
  external: ['@azure/functions-core'],
  // CommonJS has no `import.meta`: a source that asks where it is learns where the bundle is.
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: 'const importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
  logLevel: 'warning',
} satisfies BuildOptions;

/** Bundles every entry; esbuild prints what is wrong and rejects. */
export async function buildAll(): Promise<void> {
  for (const { source, bundle, is } of entries) {
    if (!existsSync(join(root, source))) {
      console.warn(`${source} is missing: ${is} is not built`);
      continue;
    }
    await build({ ...settings, entryPoints: [source], outfile: bundle });
    console.log(`${bundle} (${is})`);
  }
}

/** Bundles the function app into a file of its own, as it is deployed; for tests that must not share `dist`. */
export async function buildApp(outfile: string): Promise<void> {
  await build({ ...settings, entryPoints: ['functions/main.ts'], outfile });
}

if (import.meta.main) await buildAll();
