import { describe, expect, it } from 'vitest';
import { evaluate } from '../../shared/alerts/evaluate.ts';
import { inhibit } from '../../shared/alerts/inhibit.ts';
import { serverView } from '../../shared/alerts/server-view.ts';
import { certificateHealth, tunnelHealth } from '../../shared/alerts/tunnel-health.ts';
import { enginePorts } from '../../shared/engine.ts';
import type { EntityRef } from '../../shared/model/entity.ts';
import type { Fact } from '../../shared/model/fact.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import {
  checkIn,
  connect,
  disconnect,
  every,
  heard,
  millisAt,
  type Offset,
  opened,
  SERVER,
  seen,
  TLS,
  TUNNEL,
} from './facts.ts';
import { tidied, tidyRun } from './replay.ts';

const at = (entity: EntityRef, facts: readonly Fact[], now: Offset) =>
  evaluate({ entity, facts: tidied(facts), settings: DEFAULT_SETTINGS, ports: enginePorts, horizon: millisAt(now) });

const PAIR = [connect('IN_0', '-1d'), connect('IN_1', '-1d')];
const FLAPS = every('+1m', '0', '+4m').flatMap((offset) => [
  disconnect('IN_0', offset),
  connect('IN_0', `${offset}5s`),
]);

describe('the health of a tunnel', () => {
  it.each<[string, Fact[], Offset, string, string | null]>([
    ['unknown', [], '+1h', 'unknown', null],
    ['up', [connect('IN_0', '0')], '+1h', 'healthy', 'connected'],
    ['disconnected', [disconnect('IN_0', '0')], '+5m', 'warning', 'disconnected'],
    ['down', [disconnect('IN_0', '0')], '+6m', 'unhealthy', 'disconnected'],
    ['degraded', [...PAIR, disconnect('IN_0', '0')], '+6m', 'warning', 'connected'],
    ['flapping', FLAPS, '+6m', 'unhealthy', 'connected'],
    ['up', FLAPS, '+2h', 'healthy', 'connected'],
  ])('%s', async (detail, facts, now, state, value) => {
    const { state: folded, findings } = await at(TUNNEL, facts, now);
    const health = tunnelHealth(folded, findings);
    expect(health).toMatchObject({ state, detail, checks: [{ id: 'connection', state, value }] });
  });
});

describe('the health of a certificate', () => {
  it.each<[string, Fact[], Offset, string]>([
    ['unknown', [], '+1h', 'unknown'],
    ['valid', [seen({ notAfter: '+60d' }, '0')], '+1d', 'healthy'],
    ['expiring', [seen({ notAfter: '+60d' }, '0')], '+31d', 'warning'],
    ['expired', [seen({ notAfter: '+60d' }, '0')], '+61d', 'unhealthy'],
  ])('%s', async (detail, facts, now, state) => {
    const { state: folded, findings } = await at(TLS, facts, now);
    expect(certificateHealth(folded, findings)).toMatchObject({ state, detail, checks: [{ id: 'validity', state }] });
  });
});

describe('what the rules remember of a server', () => {
  it('is its last check-in and when it last served', async () => {
    const last = checkIn('+5m', { cpuUsage: 50 });
    const { state } = await at(SERVER, [checkIn('0'), last, opened('a', '+6m'), heard('+7m')], '+8m');
    expect(serverView(state)).toEqual({ checkIn: last, lastServedMs: millisAt('+6m') });
  });

  it('is nothing of a server that was never heard of', async () => {
    expect(serverView((await at(SERVER, [], '0')).state)).toEqual({ checkIn: undefined, lastServedMs: undefined });
  });
});

describe('a wider alert', () => {
  it('mutes what it explains, and no longer than it fires', async () => {
    const bad = [checkIn('0', { cpuUsage: 100 }), checkIn('+5m', { cpuUsage: 100 })];
    const muted = async (facts: Fact[], now: Offset) =>
      inhibit(await tidyRun(SERVER, facts, DEFAULT_SETTINGS, millisAt(now))).map(({ rule, suppressedBy }) => [
        rule,
        suppressedBy,
      ]);
    expect(await muted(bad, '+11m')).toEqual([
      ['server.health', 'inhibited'],
      ['server.offline', null],
    ]);
    expect(await muted([...bad, checkIn('+12m', { cpuUsage: 100 })], '+13m')).toEqual([
      ['server.health', null],
      ['server.offline', null],
    ]);
  });
});
