import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What is deployed or installed: one self-contained file each. */
const entries = [
  { source: 'functions/main.ts', bundle: 'dist/main.cjs', is: 'the function app' },
  { source: 'shared/analyze/main.ts', bundle: 'dist/tunnelwatch.cjs', is: 'the offline command' },
] as const;

/**
 * Parts of the SDKs for options that we never set, as large as the product itself: CRC-64 checksums of uploads and downloads in
 * WebAssembly, and blob listings in Arrow's format. Should somebody set them, the call fails and says so.
 */
const LEFT_OUT = /storage-common\/dist\/esm\/crc64\.js$/;
const LEFT_OUT_PACKAGES = ['apache-arrow'];

const leavingOut: Plugin = {
  name: 'leaving-out',
  setup({ onLoad }) {
    onLoad({ filter: LEFT_OUT }, ({ path }) => {
      const message = `left out of the bundle by infra/build.ts: ${basename(path)}`;
      return { contents: `export default () => { throw new Error(${JSON.stringify(message)}); };` };
    });
  },
};

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
  external: ['@azure/functions-core', ...LEFT_OUT_PACKAGES],
  plugins: [leavingOut],
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
