import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../shared/alerts/rules/index.ts';
import { type RuleCase, TAGS } from './case.ts';

const RULE_FILES = new URL('../../shared/alerts/rules/', import.meta.url);
const CASE_FILES = new URL('./rules/', import.meta.url);

/** A file that exports something with an `id` and an `on` is a rule; the others beside it are shared parts. */
const isRule = (exported: unknown): boolean =>
  typeof exported === 'object' && exported !== null && 'id' in exported && 'on' in exported;

const files = readdirSync(RULE_FILES).filter((file) => file.endsWith('.ts') && file !== 'index.ts');
const modules = await Promise.all(
  files.map(async (file) => ({ file, exported: Object.values<unknown>(await import(new URL(file, RULE_FILES).href)) })),
);
const ruleFiles = modules.filter(({ exported }) => exported.some(isRule));
const tables = readdirSync(CASE_FILES);

describe('the list of rules is complete', () => {
  it.each(ruleFiles)('$file is listed, under the name of its rule', ({ file, exported }) => {
    const rule = RULES.find((listed) => exported.includes(listed));
    expect(rule, `${file} is not listed in rules/index.ts`).toBeDefined();
    expect(file).toBe(`${rule?.id.replace('.', '-')}.ts`);
  });

  it('lists every rule once, and its runbook is an anchor of the page of findings', () => {
    expect(RULES).toHaveLength(ruleFiles.length);
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
    const page = readFileSync(new URL('README.md', RULE_FILES), 'utf8');
    const anchors = [...page.matchAll(/^#+ (\S+)$/gm)].map(([, title]) =>
      title?.toLowerCase().replace(/[^a-z0-9-]/g, ''),
    );
    expect(RULES.map(({ runbook }) => runbook).filter((runbook) => !anchors.includes(runbook))).toEqual([]);
  });
});

describe('every rule has a case table', () => {
  it.each(ruleFiles)('$file has a row of every tag', async ({ file }) => {
    const table = file.replace(/\.ts$/, '.cases.ts');
    expect(tables, `test/alerts/rules/${table} is missing`).toContain(table);
    const { cases }: { cases: readonly RuleCase[] } = await import(new URL(table, CASE_FILES).href);
    const tags = new Set(cases.map((row) => row.tag));
    expect(TAGS.filter((tag) => !tags.has(tag))).toEqual([]);
    expect(new Set(cases.map((row) => row.name)).size, 'each row has a name of its own').toBe(cases.length);
  });

  it('no table is left over', () => {
    const wanted = ruleFiles.map(({ file }) => file.replace(/\.ts$/, '.cases.ts'));
    expect(tables.filter((table) => !wanted.includes(table))).toEqual([]);
  });
});
