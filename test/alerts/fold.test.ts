import { describe, expect, it } from 'vitest';
import { Fold } from '../../shared/alerts/fold.ts';
import { type AlertRule, defineRule } from '../../shared/alerts/rules/rule.ts';
import { enginePorts } from '../../shared/engine.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import { connect, disconnect, many, millisAt, TUNNEL } from './facts.ts';

/** A rule of the test, about tunnels; quiet unless told otherwise. */
const rule = (id: string, part: Partial<AlertRule>): AlertRule =>
  defineRule({ id, title: id, runbook: id, entityKind: 'tunnel', start: () => null, on: () => {}, ...part });

const counting = (events: string[]): AlertRule =>
  rule('test.counting', { on: (event) => void events.push(event.type === 'fact' ? event.fact.kind : event.type) });

const foldOf = (rules: AlertRule[]): Fold => new Fold(TUNNEL, DEFAULT_SETTINGS, enginePorts, undefined, rules);
const fails = (): never => {
  throw new Error('a bug');
};

describe('a rule that throws', () => {
  it('neither silences the others nor vanishes', () => {
    const events: string[] = [];
    const fold = foldOf([rule('test.broken', { on: fails }), counting(events)]);
    fold.apply(connect('IN_0', '0'));
    fold.apply(disconnect('IN_0', '+1m'));
    expect(events.filter((type) => type.startsWith('tunnel.'))).toEqual(['tunnel.connected', 'tunnel.disconnected']);
    expect(fold.broken).toEqual([{ rule: 'test.broken', message: 'a bug' }]);
  });

  it.each<[string, Partial<AlertRule>]>([
    ['at its instant', { dueAt: () => millisAt('+1m'), on: (event) => (event.type === 'clock' ? fails() : undefined) }],
    ['when asked for its instant', { dueAt: fails }],
  ])('stands still %s, and the clock runs on', (_, part) => {
    const fold = foldOf([rule('test.broken', part)]);
    fold.apply(connect('IN_0', '0'));
    fold.advanceTo(millisAt('+1h'));
    expect(fold.state.at).toBe(millisAt('+1h'));
    expect(fold.broken).toEqual([{ rule: 'test.broken', message: 'a bug' }]);
  });
});

describe('the clock', () => {
  it('gives a rule its instants between two facts, in order, and none after the horizon', () => {
    const seen: number[] = [];
    const next = rule('test.next', {
      on: (event, _state, { at }) => {
        if (event.type === 'clock') seen.push(at);
      },
      dueAt: () => (seen.at(-1) ?? millisAt('0')) + 60_000,
    });
    const fold = foldOf([next]);
    fold.apply(connect('IN_0', '0'));
    fold.apply(connect('IN_1', '+2m30s'));
    expect(seen).toEqual(['+1m', '+2m'].map(millisAt));
    fold.advanceTo(millisAt('+4m'));
    expect(seen).toEqual(['+1m', '+2m', '+3m', '+4m'].map(millisAt));
    expect(fold.nextDue()).toBe(millisAt('+5m'));
  });

  it.each([{ dueByOthers: true as const, gets: ['+3m'] }, { gets: [] }])(
    'is asked for again by a rule that goes by others, whatever happened: $gets',
    ({ gets, ...part }) => {
      const seen: number[] = [];
      let instant: number | undefined;
      const first = rule('test.first', {
        on: (event) => {
          if (event.type === 'clock') instant = millisAt('+3m');
        },
        dueAt: () => (instant === undefined ? millisAt('+1m') : undefined),
      });
      const second = rule('test.second', {
        ...part,
        on: (event, _state, { at }) => {
          if (event.type === 'clock') seen.push(at);
        },
        dueAt: () => (seen.length === 0 ? instant : undefined),
      });
      const fold = foldOf([first, second]);
      fold.apply(connect('IN_0', '0'));
      fold.advanceTo(millisAt('+1h'));
      expect(seen).toEqual(gets.map(millisAt));
    },
  );

  it('stops a rule that asks for the same instant for ever', () => {
    const fold = foldOf([rule('test.stuck', { dueAt: () => millisAt('0') })]);
    expect(() => fold.advanceTo(millisAt('+1h'))).toThrow('same instant');
  });
});

describe('a long fold', () => {
  it('keeps every finding, but its snapshot only those that something can still change', () => {
    const faults = many(200, (n) => disconnect('IN_0', `+${n}h`)).flatMap((fact, n) => [
      fact,
      connect('IN_0', `+${n}h10s`),
    ]);
    const fold = new Fold(TUNNEL, DEFAULT_SETTINGS, enginePorts);
    for (const fact of faults) fold.apply(fact);
    expect(fold.snapshot().drafts.map((draft) => draft.startsAt)).toEqual(['+198h', '+199h'].map(millisAt));
    expect(fold.findings().filter((finding) => finding.rule === 'tunnel.network-fault')).toHaveLength(200);
  });

  it('drops a snapshot of another version instead of misreading it', () => {
    const old = { ...new Fold(TUNNEL, DEFAULT_SETTINGS, enginePorts).snapshot(), version: 0, at: millisAt('+1d') };
    expect(new Fold(TUNNEL, DEFAULT_SETTINGS, enginePorts, old).state.at).toBeLessThan(millisAt('0'));
  });
});
