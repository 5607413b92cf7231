import { copyFileSync, cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildApp } from '../../../infra/build.ts';
import { repositoryDir } from '../../infra/host-process.ts';

export interface DeployedApp {
  /** To be removed: the folder above it, which holds nothing else. */
  readonly root: string;
  /** What Azure would have: the built app without node_modules, here or in any folder above. */
  readonly dir: string;
}

/** Builds the app and copies into an empty folder what `.funcignore` lets through. */
export async function deployApp(): Promise<DeployedApp> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'tunnelwatch-deployed-')));
  const [built, dir] = [join(root, 'built'), join(root, 'app')];
  await buildApp(join(built, 'dist/main.cjs'));
  for (const file of ['host.json', 'package.json', 'README.md']) cpSync(join(repositoryDir, file), join(built, file));
  for (const file of letThrough(built)) {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    copyFileSync(join(built, file), join(dir, file));
  }
  return { root, dir };
}

/** `.funcignore` leaves everything out but what a line with `!` names. */
function letThrough(folder: string): string[] {
  const lines = readFileSync(join(repositoryDir, '.funcignore'), 'utf8').split('\n');
  const files = lines.filter((line) => line.startsWith('!/') && !line.endsWith('/')).map((line) => line.slice(2));
  return files.flatMap((pattern) => globSync(pattern, { cwd: folder })).sort();
}
