import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repositoryDir } from './host-process.ts';

const read = (path: string): string => readFileSync(join(repositoryDir, path), 'utf8');

/** Every setting by its path, as text. */
function settings(value: unknown, path = ''): [path: string, value: string][] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, inner]) => settings(inner, path === '' ? key : `${path}.${key}`));
}

it('each line of host.json is explained, with the value that it has', () => {
  const rows = [...read('infra/README.md').matchAll(/^\| `([\w.]+)` \| `([^`]+)` \| \S.*\|$/gm)];
  expect(rows.map(([, path, value]) => [path, value])).toEqual(settings(JSON.parse(read('host.json'))));
});
