import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Imports the app's entry in a process of its own, with the local host's side of the contract, and prints what registered. */
const script = `
  import { registerHooks } from 'node:module';
  import { pathToFileURL } from 'node:url';
  const core = pathToFileURL('infra/local/functions-host/core-module.ts').href;
  registerHooks({
    resolve: (name, context, next) =>
      name === '@azure/functions-core' ? { url: core, shortCircuit: true } : next(name, context),
  });
  await import(pathToFileURL('functions/main.ts').href);
  const { hostSide } = await import(core);
  console.log(JSON.stringify(hostSide.functions().map(({ metadata }) => metadata)));
`;

const registrations = z.array(
  z.object({ name: z.string(), bindings: z.record(z.string(), z.looseObject({ type: z.string() })) }),
);

/** Every trigger that the app registers, as the host is told: what the deployment must have for it. */
export function registeredTriggers(): Array<{ type: string; [option: string]: unknown }> {
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: repository,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const found = registrations.parse(JSON.parse(printed.trim().split('\n').at(-1) ?? ''));
  return found.flatMap(({ bindings }) => Object.values(bindings)).filter(({ type }) => /trigger$/i.test(type));
}
