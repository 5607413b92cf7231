#!/usr/bin/env -S node --max-semi-space-size=8
// The built command where there is one, else the sources, which Node runs as they are.
// The flag keeps the young generation small: a million lines then need half of the memory, and hardly more time.
import { existsSync } from 'node:fs';

const major = Number(process.versions.node.split('.')[0]);
const built = new URL('../dist/tunnelwatch.cjs', import.meta.url);

if (major < 22 || (!existsSync(built) && !process.features.typescript)) {
  console.error(
    `tunnelwatch needs Node 24 and runs on ${process.version}: run "npm ci" and use "npm run analyze -- FILES".`,
  );
  process.exitCode = 1;
} else {
  await import(existsSync(built) ? built.href : new URL('../shared/analyze/main.ts', import.meta.url).href);
}
