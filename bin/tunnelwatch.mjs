#!/usr/bin/env -S node --max-semi-space-size=4 --heap-growing-percent=10 --no-maglev --v8-pool-size=1
// The offline command. In a checkout the sources run, so that no bundle of yesterday answers; Node runs TypeScript as it is, but
// not in node_modules: installed, it is the bundle. The flags keep memory down: a small young generation, garbage
// collected when a tenth has come to what lives instead of some times as much, one worker thread, one optimizing compiler.
import { existsSync } from 'node:fs';
import module from 'node:module';

const major = Number(process.versions.node.split('.')[0]);
const sources = new URL('../shared/analyze/main.ts', import.meta.url);
const bundle = new URL('../dist/tunnelwatch.cjs', import.meta.url);
const runsSources = process.features.typescript && !import.meta.url.includes('/node_modules/') && existsSync(sources);

if (major < 22 || (!runsSources && !existsSync(bundle))) {
  console.error(
    `tunnelwatch needs Node 24 and runs on ${process.version}: run "npm ci" and use "npm run analyze -- FILES".`,
  );
  process.exitCode = 1;
} else {
  // The second run starts in half of the time, without loading what strips types.
  module.enableCompileCache();
  await import(runsSources ? sources.href : bundle.href);
}
