import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { candidatesFor } from '../../shared/ingest/index.ts';
import { type Fixture, framed, goldenText, listFixtures } from '../fixtures/golden.ts';

const fixtures = listFixtures().map((fixture) => [`${fixture.format}/${fixture.name}`, fixture] as const);

describe('golden fixtures', () => {
  it.each(fixtures)('%s is read as its output says', (_name, fixture) => {
    const text = goldenText(fixture);
    if (!existsSync(fixture.outPath) && process.env['CI'] === undefined) writeFileSync(fixture.outPath, text);
    expect(text).toBe(readFileSync(fixture.outPath, 'utf8'));
  });
});

const candidates = candidatesFor();

const firstClaims = (fixture: Fixture): (string | undefined)[] =>
  framed(fixture).map((raw) => candidates.of(raw).find((format) => format.claims(raw))?.name);

/** The formats that stand for "anything of this shape"; the specific ones before them must not overlap. */
const GENERAL = new Set(['syslog-rfc5424', 'syslog-rfc3164', 'json-generic', 'plain-text']);

describe('confusion table', () => {
  it.each(fixtures)('every line of %s is first claimed by its own format', (_name, fixture) => {
    const claims = firstClaims(fixture);
    expect(claims.length).toBeGreaterThan(0);
    expect(new Set(claims)).toEqual(new Set([fixture.format]));
  });

  it.each(fixtures)('%s is claimed by at most one specific format', (_name, fixture) => {
    for (const raw of framed(fixture)) {
      const specific = candidates.of(raw).filter((format) => !GENERAL.has(format.name) && format.claims(raw));
      expect(specific.map((format) => format.name)).toEqual(GENERAL.has(fixture.format) ? [] : [fixture.format]);
    }
  });
});
