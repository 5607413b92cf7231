import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Child, startChild } from '../../infra/local/child.ts';

export const repositoryDir = fileURLToPath(new URL('../..', import.meta.url));
export const temporaryDir = (): string => mkdtempSync(join(tmpdir(), 'tunnelwatch-test-'));

/** Bundles `fixture-app.ts`, or another one beside it, the way the product is bundled. */
export async function bundleFixtureApp(outfile: string, source = 'fixture-app.ts'): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, source)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['@azure/functions-core'],
    logLevel: 'error',
  });
}

/** Whether a process is there; a zombie would count, but its parent reaps it. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export interface HostProcess extends Child {
  readonly url: string;
  readonly lines: readonly string[];
}

/** A real host process on a free port; rejects with what it wrote when it ends before it listens. */
export async function startHostProcess(options: {
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}): Promise<HostProcess> {
  const lines: string[] = [];
  const { promise: listening, resolve } = Promise.withResolvers<number>();
  const child = startChild({
    script: join(repositoryDir, 'infra/local/functions-host/main.ts'),
    args: ['--port', '0', ...options.args],
    env: {
      ...process.env,
      TUNNELWATCH_HOST_FUNCTION_KEY: 'function-key',
      TUNNELWATCH_HOST_MASTER_KEY: 'master-key',
      ...options.env,
    },
    onOutput: (line) => {
      lines.push(line);
      const [, port] = /^listening (\d+)$/.exec(line) ?? [];
      if (port !== undefined) resolve(Number(port));
    },
    onErrorOutput: (line) => lines.push(line),
  });
  const port = await Promise.race([listening, child.exited.then(() => undefined)]);
  if (port === undefined) throw new Error(lines.join('\n'));
  return { ...child, url: `http://127.0.0.1:${port}`, lines };
}
