import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_REMEDIES, type HealthCheck } from '../../shared/health/check.ts';
import { CHECKS } from '../../shared/health/checks/index.ts';
import { type CheckCase, inputOf } from './case.ts';

const FOLDER = new URL('../../shared/health/checks/', import.meta.url);
const CASES = new URL('./checks/', import.meta.url);

interface Entry {
  readonly file: string;
  readonly check: HealthCheck | undefined;
  readonly cases: readonly CheckCase[];
}

/** Each file of the folder with the check it exports and its case table: what is missing shows as undefined or empty. */
const files = readdirSync(FOLDER).filter((file) => file !== 'index.ts');
const tables = new Set(readdirSync(CASES));
const entries: Entry[] = await Promise.all(
  files.map(async (file) => {
    const exported: unknown[] = Object.values(await import(new URL(file, FOLDER).href));
    const check = CHECKS.find((listed) => exported.includes(listed));
    const table = file.replace(/\.ts$/, '.cases.ts');
    const { cases = [] }: { cases?: readonly CheckCase[] } = tables.has(table)
      ? await import(new URL(table, CASES).href)
      : {};
    return { file, check, cases };
  }),
);

describe('the list of checks is complete', () => {
  it.each(entries)('$file is listed, and has a case for every state it can have', ({ file, check, cases }) => {
    expect(check, `${file} is not listed in checks/index.ts`).toBeDefined();
    expect(file).toBe(`${check?.id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`);
    const own = (['warning', 'unhealthy'] as const).filter((state) => check?.remedy(state) !== DEFAULT_REMEDIES[state]);
    const states = new Set(cases.map((row) => row.expect.state));
    expect([...states].sort(), `states in the case table of ${file}`).toEqual(['healthy', 'unknown', ...own].sort());
  });

  it('lists every check once, and no case table is left over', () => {
    expect(new Set(CHECKS.map(({ id }) => id)).size).toBe(files.length);
    expect(CHECKS.length).toBe(files.length);
    expect(tables.size).toBe(files.length);
  });
});

it('has the rows of the health page in its order', () => {
  expect(CHECKS.map(({ id }) => id)).toEqual(
    `lastCheckIn activeConnections throughput cpuUsage memoryUsage cpuCores diskSpaceFree latency
    managementAgentCertificate tlsCertificate tlsCertificateRevocation internalNetworkAccess upgradeability serverVersion
    serverContainer serverConfiguration serverLogs`.split(/\s+/),
  );
  const idsOf = (chosen: (check: HealthCheck) => boolean) => CHECKS.filter(chosen).map(({ id }) => id);
  expect(idsOf(({ editable }) => editable)).toEqual(['cpuUsage', 'memoryUsage', 'diskSpaceFree', 'latency']);
  expect(idsOf(({ ownRule }) => ownRule)).toEqual([
    'lastCheckIn',
    'managementAgentCertificate',
    'tlsCertificate',
    'tlsCertificateRevocation',
    'serverLogs',
  ]);
});

describe.each(entries)('$file', ({ check, cases }) => {
  it.each(cases)('$name', ({ given, input, expect: expected }) => {
    const assessed = check?.assess(inputOf(given, input));
    expect(assessed).toMatchObject({ id: check?.id, unit: check?.unit, ...expected });
    expect(assessed?.reason).not.toBe('');
  });
});
