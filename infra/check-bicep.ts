import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const templates = ['main.bicep', 'azd.bicep', 'azd.bicepparam'] as const;

/** How the compiler is started: on its own, or by the Azure CLI where that has it installed. */
const compilers = [
  { command: 'bicep', probe: ['--version'], build: ['build'], buildParams: ['build-params'], file: [] },
  {
    command: 'az',
    probe: ['bicep', 'version'],
    build: ['bicep', 'build'],
    buildParams: ['bicep', 'build-params'],
    file: ['--file'],
  },
] as const;

export interface BicepCheck {
  /** False when this machine has no compiler: then nothing was checked. */
  readonly ran: boolean;
  /** What the compiler found wrong, warnings too, one line each. */
  readonly problems: readonly string[];
}

/**
 * Compiles every template with the Bicep compiler of the given PATH. A warning counts as a problem: what is right anyway is
 * silenced in the template, with its reason.
 */
export function checkBicep(folder: string, env: NodeJS.ProcessEnv = process.env): BicepCheck {
  const compiler = compilers.find(({ command, probe }) => spawnSync(command, probe, { env }).status === 0);
  if (!compiler) return { ran: false, problems: [] };
  const problems: string[] = [];
  for (const template of templates) {
    const build = template.endsWith('.bicepparam') ? compiler.buildParams : compiler.build;
    const { status, stderr } = spawnSync(compiler.command, [...build, ...compiler.file, template, '--stdout'], {
      cwd: folder,
      // azd.bicepparam reads what azd sets.
      env: { AZURE_ENV_NAME: 'check', AZURE_LOCATION: 'westeurope', ...env },
      encoding: 'utf8',
    });
    const said = stderr.split('\n').filter((line) => /\b(?:error|warning)\b/i.test(line));
    if (status !== 0 && said.length === 0) said.push(`${template}: ${compiler.command} ended with ${status}`);
    problems.push(...said);
  }
  return { ran: true, problems };
}

if (import.meta.main) {
  const { ran, problems } = checkBicep(fileURLToPath(new URL('.', import.meta.url)));
  for (const problem of problems) console.error(problem);
  if (!ran)
    console.log('check:bicep: NOT CHECKED, this machine has no Bicep compiler (`bicep`, or `az bicep install`)');
  else console.log(`check:bicep: ${problems.length === 0 ? 'ok' : `${problems.length} problems`}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
