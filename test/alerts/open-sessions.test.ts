import { expect, it } from 'vitest';
import { Fold } from '../../shared/alerts/fold.ts';
import { sessionMassDisconnect } from '../../shared/alerts/rules/session-mass-disconnect.ts';
import { enginePorts } from '../../shared/engine.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import { opened, SERVER } from './facts.ts';

it('forgets sessions whose end was never logged after three days, of more than ten thousand', () => {
  const fold = new Fold(SERVER, DEFAULT_SETTINGS, enginePorts, undefined, [sessionMassDisconnect]);
  const open = (): number => {
    const { views } = JSON.parse(JSON.stringify(fold.state.rules['session.mass-disconnect']));
    const [view] = Object.values<{ open: object; openCount: number }>(views);
    expect(Object.keys(view?.open ?? {})).toHaveLength(view?.openCount ?? 0);
    return view?.openCount ?? 0;
  };
  for (let n = 0; n < 5_000; n++) fold.apply(opened(`a${n}`, '0'));
  for (let n = 0; n < 6_000; n++) fold.apply(opened(`b${n}`, '+48h'));
  expect(open()).toBe(11_000);
  fold.apply(opened('c', '+72h'));
  expect(open()).toBe(11_001);
  fold.apply(opened('d', '+73h'));
  expect(open()).toBe(6_002);
  for (let n = 0; n < 5_000; n++) fold.apply(opened(`e${n}`, '+121h'));
  expect(open()).toBe(5_002);
});
