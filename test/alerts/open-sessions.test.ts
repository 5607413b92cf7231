import { expect, it } from 'vitest';
import { Fold } from '../../shared/alerts/fold.ts';
import { sessionMassDisconnect } from '../../shared/alerts/rules/session-mass-disconnect.ts';
import { enginePorts } from '../../shared/engine.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import { opened, SERVER } from './facts.ts';

it('forgets the oldest of very many sessions, whose end was never logged, and knows the others still', () => {
  const fold = new Fold(SERVER, DEFAULT_SETTINGS, enginePorts, undefined, [sessionMassDisconnect]);
  const open = (): string[] => {
    const { views } = JSON.parse(JSON.stringify(fold.snapshot().rules['session.mass-disconnect']));
    const [view] = Object.values<{ open: object }>(views);
    return Object.keys(view?.open ?? {});
  };
  for (let n = 0; n < 6_000; n++) fold.apply(opened(`a${n}`, '0'));
  for (let n = 0; n < 4_000; n++) fold.apply(opened(`b${n}`, '+48h'));
  expect(open()).toHaveLength(10_000);
  fold.apply(opened('c', '+49h'));
  const kept = open();
  expect(kept).toHaveLength(5_000);
  expect(kept.filter((session) => session.startsWith('a'))).toHaveLength(999);
  expect(kept).toEqual(expect.arrayContaining(['b0', 'b3999', 'c']));
});

it('takes no longer for each of sixty thousand sessions than for the first', () => {
  const fold = new Fold(SERVER, DEFAULT_SETTINGS, enginePorts, undefined, [sessionMassDisconnect]);
  const startedAt = performance.now();
  for (let n = 0; n < 60_000; n++) fold.apply(opened(`a${n}`, `+${n * 5}s`));
  // Going through all of them at each would take minutes.
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});
