import { describe, expect, it } from 'vitest';
import { type ReconcileContext, reconcile } from '../../shared/alerts/reconcile.ts';
import type { Alert } from '../../shared/model/alert.ts';
import type { Finding } from '../../shared/model/finding.ts';
import { millisAt, type Offset, TUNNEL } from './facts.ts';

const NOW = millisAt('+1d');
const CONTEXT: ReconcileContext = {
  now: NOW,
  horizon: NOW,
  foldedFrom: Number.NEGATIVE_INFINITY,
  settled: true,
  historical: false,
};

/** A finding from one offset to another, open without one; `phase: 'pending'` waits. */
const found = (from: Offset, to: Offset | null = null, part: Partial<Finding> = {}): Finding => ({
  rule: 'tunnel.down',
  entity: TUNNEL,
  severity: 'critical',
  labels: { gateway: 'contoso', remoteIp: '203.0.113.10' },
  annotations: { summary: 's', cause: 'c', remedy: 'r' },
  startsAt: millisAt(from),
  foundAt: millisAt(from) + 300_001,
  endsAt: to === null ? null : millisAt(to),
  endedBy: to === null ? null : 'fact',
  nature: 'condition',
  phase: 'firing',
  byClock: true,
  evidence: [],
  ...part,
});
const run = (findings: Finding[], known: readonly Alert[] = [], part: Partial<ReconcileContext> = {}) =>
  reconcile(findings, known, { ...CONTEXT, ...part });
const alertsOf = (findings: Finding[]): readonly Alert[] => run(findings).alerts;
const only = (alerts: readonly Alert[]): Alert => {
  expect(alerts).toHaveLength(1);
  return alerts[0]!;
};

describe('matching', () => {
  it('keeps the id while start and end are corrected', () => {
    const before = alertsOf([found('0')]);
    const { changed } = run([found('-1h', '+1h')], before);
    expect(only(changed)).toMatchObject({
      id: before[0]?.id,
      startsAt: millisAt('-1h'),
      endsAt: millisAt('+1h'),
      state: 'resolved',
    });
  });

  it('changes nothing when nothing changed, whatever the order of stored keys', () => {
    const reordered = alertsOf([found('0')]).map(
      (alert) => Object.fromEntries(Object.entries(alert).reverse()) as unknown as Alert,
    );
    expect(run([found('0')], reordered, { now: NOW + 1 })).toMatchObject({ changed: [], dropped: [] });
  });

  it('lets the older survive of two that merge', () => {
    const before = alertsOf([found('0', '+1h'), found('+2h')]);
    const { alerts } = run([found('-1h')], before);
    const [older, younger] = before;
    expect(alerts.find((alert) => alert.id === older?.id)).toMatchObject({
      state: 'firing',
      startsAt: millisAt('-1h'),
    });
    expect(alerts.find((alert) => alert.id === younger?.id)).toMatchObject({ endedBy: 'disproved', endsAt: NOW });
  });

  it('never gives two alerts one id, also where a corrected start left its own behind', () => {
    const corrected = run([found('-1h')], alertsOf([found('0')])).alerts;
    const { alerts } = run([found('-1h', '-30m'), found('0')], corrected);
    expect(alerts.map((alert) => alert.startsAt)).toEqual([millisAt('-1h'), millisAt('0')]);
    expect(new Set(alerts.map((alert) => alert.id)).size).toBe(2);
  });

  it('touches no alert of another fingerprint', () => {
    const other = found('0', null, { labels: { gateway: 'contoso', remoteIp: '203.0.113.11' } });
    expect(run([found('0'), other], alertsOf([other])).alerts).toHaveLength(2);
  });
});

describe('what the facts no longer say', () => {
  it('disproves what fired, drops what only waited', () => {
    const fired = run([], alertsOf([found('0')]));
    expect(only(fired.changed)).toMatchObject({ state: 'resolved', endedBy: 'disproved', endsAt: NOW });
    const waited = run([], alertsOf([found('0', null, { phase: 'pending' })]));
    expect(waited).toMatchObject({ changed: [], alerts: [] });
    expect(waited.dropped).toHaveLength(1);
  });

  it('leaves alone what ended before the fold began', () => {
    const before = alertsOf([found('0', '+1h')]);
    expect(run([], before, { foldedFrom: millisAt('+1h') })).toMatchObject({
      changed: [],
      dropped: [],
      alerts: before,
    });
    expect(run([], before, { foldedFrom: millisAt('+59m') }).changed).toHaveLength(1);
  });

  it('believes no absence from a rule that broke', () => {
    const before = alertsOf([found('0')]);
    expect(run([], before, { broken: new Set(['tunnel.down']) })).toMatchObject({ changed: [], alerts: before });
  });

  it('never takes back into waiting what was told: it is disproved, and what waits is another', () => {
    const told = alertsOf([found('0')]);
    const { alerts, dropped } = run([found('+20m', null, { phase: 'pending' })], told);
    expect(alerts.map(({ state, endedBy }) => [state, endedBy])).toEqual([
      ['pending', null],
      ['resolved', 'disproved'],
    ]);
    expect(dropped).toEqual([]);
  });

  it('disproves once: the next run leaves it as it is', () => {
    const disproved = run([], alertsOf([found('0')])).alerts;
    expect(run([], disproved, { now: NOW + 1 })).toMatchObject({ changed: [], dropped: [], alerts: disproved });
  });

  it('lets it fire again when the facts say so again', () => {
    const disproved = run([], alertsOf([found('0')])).alerts;
    expect(only(run([found('0')], disproved).alerts)).toMatchObject({ state: 'firing', endsAt: null, endedBy: null });
  });
});

describe('waiting', () => {
  it('holds back what only the clock found while records may still come, and nothing that was told', () => {
    const waiting = run([found('0')], [], { settled: false });
    expect(only(waiting.alerts).state).toBe('pending');
    expect(only(run([found('0')], waiting.alerts).alerts).state).toBe('firing');
    expect(only(run([found('0')], alertsOf([found('0')]), { settled: false }).alerts).state).toBe('firing');
  });

  it('tells what a record announced at once', () => {
    expect(only(run([found('0', null, { byClock: false })], [], { settled: false }).alerts).state).toBe('firing');
  });

  it('marks what is known from old records only', () => {
    expect(only(run([found('0')], [], { historical: true }).alerts).suppressedBy).toBe('historical');
  });
});
