import { execFileSync } from 'node:child_process';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';

interface ScriptOptions {
  readonly nodeFlags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a script, one beside this unless its whole path is given, in a process of its own and returns the JSON that it prints. */
export function runScript<Result>(
  script: string,
  parameters: readonly string[],
  { nodeFlags = [], env = {} }: ScriptOptions = {},
): Result {
  const path = isAbsolute(script) ? script : fileURLToPath(new URL(script, import.meta.url));
  const printed = execFileSync(process.execPath, [...nodeFlags, path, ...parameters], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return JSON.parse(printed) as Result;
}
