import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FACT_EXTRACTORS, FORMATS } from '../../shared/ingest/index.ts';
import { listFixtures } from '../fixtures/golden.ts';

const INGEST = join(import.meta.dirname, '../../shared/ingest');
const NOT_FORMATS = ['format.ts', 'index.ts'];
const NOT_FACTS = ['attribute.ts', 'panos-head.ts', 'fact-kind.ts', 'index.ts'];

const filesIn = (folder: string, except: readonly string[]): string[] =>
  readdirSync(join(INGEST, folder))
    .filter((file) => !except.includes(file))
    .sort();

describe('formats', () => {
  it('lists every file of the folder, each under the name of its file', () => {
    expect(FORMATS.map((format) => `${format.name}.ts`).sort()).toEqual(filesIn('formats', NOT_FORMATS));
  });

  it('has a fixture for every format', () => {
    const covered = new Set(listFixtures().map((fixture) => fixture.format));
    expect([...covered].sort()).toEqual(FORMATS.map((format) => format.name).sort());
  });

  it('ends with the one that takes any text', () => {
    expect(FORMATS.at(-1)?.name).toBe('plain-text');
  });
});

describe('facts', () => {
  const exported = async () => {
    const modules = filesIn('facts', NOT_FACTS).map((file): Promise<unknown> => import(join(INGEST, 'facts', file)));
    return (await Promise.all(modules)).flatMap((module) => Object.values(Object(module)));
  };

  it('lists every extractor that a file of the folder exports', async () => {
    const extractors = (await exported()).filter(
      (value) => typeof value === 'object' && value !== null && 'extract' in value,
    );
    expect(new Set(extractors)).toEqual(new Set(FACT_EXTRACTORS));
    expect(extractors.length).toBe(FACT_EXTRACTORS.length);
  });

  it('has an extractor in every file', async () => {
    const sources = filesIn('facts', NOT_FACTS).map((file) => readFileSync(join(INGEST, 'facts', file), 'utf8'));
    expect(sources.filter((source) => !source.includes('FactExtractor'))).toEqual([]);
  });

  it('knows the formats that it names', () => {
    const names = new Set(FORMATS.map((format) => format.name));
    expect(FACT_EXTRACTORS.flatMap(({ formats }) => formats).filter((format) => !names.has(format))).toEqual([]);
  });

  it('has every kind of fact in some fixture output', () => {
    const outputs = listFixtures().map((fixture) => readFileSync(fixture.outPath, 'utf8'));
    const kinds = [...new Set(FACT_EXTRACTORS.flatMap((extractor) => extractor.kinds))];
    expect(kinds.filter((kind) => !outputs.some((output) => output.includes(`"kind": "${kind}"`)))).toEqual([]);
  });
});
