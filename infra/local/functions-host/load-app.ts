import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { getProgrammingModel, hostSide, type RegisteredFunction } from './core-module.ts';

const coreModuleUrl = new URL('./core-module.ts', import.meta.url).href;

/**
 * Loads the built app as the worker does, with `@azure/functions-core` answered by this host, and runs its start hooks.
 * @throws what the app throws while loading: nothing of it would run in Azure either.
 */
export async function loadApp(appPath: string): Promise<readonly RegisteredFunction[]> {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === '@azure/functions-core' ? { url: coreModuleUrl, shortCircuit: true } : next(specifier, context),
  });
  createRequire(import.meta.url)(appPath);
  const capabilities = await getProgrammingModel().getCapabilities?.({});
  if (capabilities?.['HttpUri'] !== undefined)
    throw new Error('the local host has no HTTP streaming (enableHttpStream)');
  const functions = hostSide.functions();
  await hostSide.runHooks('appStart', { functionAppDirectory: fileURLToPath(new URL('.', `file://${appPath}`)) });
  hostSide.finishStartup();
  return functions;
}
