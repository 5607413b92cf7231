import { expect, it } from 'vitest';
import { candidatesFor } from '../../shared/ingest/index.ts';
import { plainRecord } from '../../shared/model/record.ts';
import { corpusLines } from './corpus.ts';
import { oracle } from './oracle.ts';

const referenceMs = Date.UTC(2026, 11, 1);

it('the parse gives what plain regular expressions give, on every kind of line of the corpus', () => {
  const candidates = candidatesFor();
  const seen = new Set<string>();
  for (const text of corpusLines({ lines: 3_000, seed: 7 })) {
    const raw = { text, position: { source: 'corpus', line: 1, byte: 0 }, length: text.length, flags: [] };
    const result = candidates.parse(raw, { zone: 'UTC', referenceMs });
    if (!result?.ok) throw new Error(`expected to read ${text}`);
    const { position: _position, flags: _flags, ...record } = plainRecord(result.value);
    expect(record).toEqual(oracle(text, referenceMs));
    seen.add(record.format);
  }
  expect([...seen].sort()).toEqual([
    'mstunnel-agent',
    'mstunnel-monitor',
    'ocserv',
    'ocserv-access',
    'ocserv-telemetry',
    'panos-csv',
  ]);
});

it('the corpus is the same for the same seed only', () => {
  const lines = (seed: number) => [...corpusLines({ lines: 50, seed })];
  expect(lines(1)).toEqual(lines(1));
  expect(lines(1)).not.toEqual(lines(2));
});
