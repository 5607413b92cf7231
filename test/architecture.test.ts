import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SIDE_ROOMS = ['ingest', 'health', 'alerts', 'notify'];

/** Every import of a folder's files, with what it names: a path from the root, or a package. */
const imports = ['shared', 'functions'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[cm]?[jt]s$/.test(file))
    .flatMap((file) => importsOf(join(folder, file))),
);

function importsOf(file: string): { file: string; target: string }[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const named = text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^'";]*?\bfrom\s*'([^']+)'|\bimport\s*\(?\s*'([^']+)'/g);
  return [...named].map(([, from, bare]) => {
    const target = from ?? bare ?? '';
    const local = relative(ROOT, join(ROOT, dirname(file), target));
    return { file, target: target.startsWith('.') ? local : target };
  });
}

const wrong = (forbidden: (file: string, target: string) => boolean) =>
  imports.filter(({ file, target }) => forbidden(file, target)).map(({ file, target }) => `${file} -> ${target}`);

describe('the rooms keep apart', () => {
  it.each(SIDE_ROOMS)('%s imports no other side room', (room) => {
    const others = SIDE_ROOMS.filter((other) => other !== room).map((other) => `shared/${other}/`);
    const inRoom = imports.filter(({ file }) => file.startsWith(`shared/${room}/`));
    expect(inRoom.length, `imports found in ${room}`).toBeGreaterThan(5);
    expect(
      wrong((file, target) => file.startsWith(`shared/${room}/`) && others.some((other) => target.startsWith(other))),
    ).toEqual([]);
  });

  it('model imports only itself, zod and node:crypto', () => {
    const allowed = (target: string) =>
      target.startsWith('shared/model/') || target === 'zod' || target === 'node:crypto';
    expect(wrong((file, target) => file.startsWith('shared/model/') && !allowed(target))).toEqual([]);
  });

  it('only functions/ knows Azure Functions', () => {
    expect(wrong((file, target) => file.startsWith('shared/') && target.startsWith('@azure/functions'))).toEqual([]);
  });

  it('production code never imports the local stack or tests', () => {
    expect(wrong((_file, target) => /^(infra|test)\//.test(target))).toEqual([]);
  });
});
