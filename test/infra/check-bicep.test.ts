import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkBicep } from '../../infra/check-bicep.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-bicep-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A PATH with nothing on it but a command that does as the script says. */
function pathWith(command: string, script: string): NodeJS.ProcessEnv {
  writeFileSync(join(folder, command), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { PATH: folder };
}

describe('the check of the templates', () => {
  it('says that it did not run where there is no compiler', () => {
    expect(checkBicep(folder, { PATH: folder })).toEqual({ ran: false, problems: [] });
  });

  it('does not count an Azure CLI that has no Bicep', () => {
    expect(checkBicep(folder, pathWith('az', 'exit 1')).ran).toBe(false);
  });

  it.each([
    { command: 'bicep', given: 'build main.bicep --stdout' },
    { command: 'az', given: 'bicep build --file main.bicep --stdout' },
  ])('compiles every template with $command', ({ command, given }) => {
    const env = pathWith(command, 'echo "error: $*" >&2; exit 0');
    const { ran, problems } = checkBicep(folder, env);
    expect(ran).toBe(true);
    expect(problems[0]).toBe(`error: ${given}`);
    expect(problems).toHaveLength(3);
    expect(problems[2]).toMatch(/build-params .*azd\.bicepparam/);
  });

  it('takes a warning for a problem, and no notice', () => {
    const env = pathWith('bicep', 'echo "main.bicep(1,1) : Warning BCP081: x" >&2; echo "A new version is out" >&2');
    expect(checkBicep(folder, env).problems).toEqual(Array(3).fill('main.bicep(1,1) : Warning BCP081: x'));
  });

  it('does not take silence for success', () => {
    const env = pathWith('bicep', '[ "$1" = --version ] || exit 3');
    expect(checkBicep(folder, env).problems).toContain('main.bicep: bicep ended with 3');
  });
});
