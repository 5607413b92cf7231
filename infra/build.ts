import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What is deployed or installed: beside these the SDKs' chunks, and nothing of `node_modules`. */
const entries = [
  { source: 'functions/main.ts', bundle: 'dist/main.cjs', is: 'the function app' },
  { source: 'shared/analyze/main.ts', bundle: 'dist/tunnelwatch.cjs', is: 'the offline command' },
] as const;

/**
 * Parts of the SDKs for what we never ask of them, larger together than the product itself: CRC-64 checksums in WebAssembly and the
 * messages that carry them, blob listings in Arrow's format, batches of blobs, queries of blobs in Avro, ranges of page blobs, uploads of
 * streams, leases, making shared access signatures, what browsers run. Should somebody ask, the call fails and says so.
 */
const LEFT_OUT =
  /(?:@azure\/storage-(?:common\/dist\/esm\/(?:crc64|StructuredMessage\w+|BufferScheduler)|(?:blob|queue)\/dist\/esm\/(?:(?:sas\/)?(?:\w+SASSignatureValues|SASQueryParameters)|internal-avro\/index|utils\/blobListArrowParser|BlobLeaseClient|BlobBatch|BlobBatchClient|BlobQueryResponse|PageBlobRangeResponse))|debug\/src\/browser)\.js$/;
const LEFT_OUT_PACKAGES = ['apache-arrow'];

/**
 * The SDKs that the app imports lazily lie in files of their own beside it: within one file they would be run late, but
 * compiled at every start. Those of storage share most of what they are made of. Only what is named here is in them.
 */
const CHUNKS = [
  {
    file: 'azure-storage.cjs',
    packages: {
      '@azure/data-tables': ['TableClient', 'TableServiceClient'],
      '@azure/storage-blob': ['BlobServiceClient'],
      '@azure/storage-queue': ['QueueServiceClient'],
    },
  },
  { file: 'azure-hub.cjs', packages: { '@azure/event-hubs': ['EventHubConsumerClient'] } },
] as const;

const inChunks: Plugin = {
  name: 'in-chunks',
  setup({ onResolve, onLoad }) {
    for (const { file, packages } of CHUNKS) {
      for (const name of Object.keys(packages)) {
        onResolve({ filter: new RegExp(`^${name}$`) }, ({ kind }) =>
          kind === 'dynamic-import' ? { path: name, namespace: file } : undefined,
        );
      }
      onLoad({ filter: /./, namespace: file }, ({ path }) => ({
        contents: `module.exports = require('./${file}')[${JSON.stringify(path)}];`,
      }));
      onResolve({ filter: new RegExp(`^\\./${file}$`) }, ({ path }) => ({ path, external: true }));
    }
  },
};

const leavingOut: Plugin = {
  name: 'leaving-out',
  setup({ onLoad }) {
    onLoad({ filter: LEFT_OUT }, ({ path }) => {
      const message = `left out of the bundle by infra/build.ts: ${basename(path)}`;
      const names = exportedBy(readFileSync(path, 'utf8')).map((name) => `export const ${name} = leftOut;`);
      return {
        contents: `function leftOut() { throw new Error(${JSON.stringify(message)}); }\n${names.join('\n')}\nexport default leftOut;`,
      };
    });
  },
};

/** The names that an ECMAScript module of the SDKs exports, beside its default. */
function exportedBy(source: string): string[] {
  const declared = [...source.matchAll(/^export (?:async )?(?:function|class|const|let) (\w+)/gm)];
  const listed = [...source.matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, list = '']) => [
    ...list.matchAll(/(\w+)\s*(?:,|$)/g),
  ]);
  return [...declared, ...listed].flatMap(([, name]) => (name === undefined || name === 'default' ? [] : [name]));
}

const settings = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  // A package of type "module" loads CommonJS by its ending `.cjs` only.
  format: 'cjs',
  minify: true,
  // Four languages as they are written, not by escapes of six characters each.
  charset: 'utf8',
  // Not `keepNames`: it runs a call for each function at every start. What is told apart by name sets its name itself.
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
    await bundled(source, bundle);
    console.log(`${bundle} (${is})`);
  }
  await buildChunks('dist');
}

/** Bundles the function app into a file of its own, as it is deployed; for tests that must not share `dist`. */
export async function buildApp(outfile: string): Promise<void> {
  await bundled('functions/main.ts', outfile);
  await buildChunks(dirname(outfile));
}

/** Bundles one source as it is deployed or installed. */
export const bundled = (source: string, outfile: string) =>
  build({ ...settings, plugins: [leavingOut, inChunks], entryPoints: [source], outfile });

async function buildChunks(folder: string): Promise<void> {
  for (const { file, packages } of CHUNKS) {
    const parts = Object.entries(packages).map(([name, used], at) => [
      `import { ${used.join(', ')} } from '${name}';`,
      `const package${at} = { ${used.join(', ')} };`,
      `export { package${at} as '${name}' };`,
    ]);
    const contents = parts.flat().join('\n');
    const stdin = { contents, resolveDir: root, loader: 'js' } as const;
    await build({ ...settings, stdin, outfile: join(folder, file) });
  }
}

if (import.meta.main) await buildAll();
