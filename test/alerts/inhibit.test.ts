import { describe, expect, it } from 'vitest';
import { inhibit } from '../../shared/alerts/inhibit.ts';
import type { Alert, AlertState } from '../../shared/model/alert.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import { connect, disconnect, millisAt, type Offset, TUNNEL } from './facts.ts';
import { failures } from './ike-facts.ts';
import { LiveEntity } from './replay.ts';

/** A lost tunnel whose key exchange fails, as it stands at an instant. */
async function outageAt(now: Offset): Promise<readonly Alert[]> {
  const live = new LiveEntity(TUNNEL, DEFAULT_SETTINGS);
  live.absorb([disconnect('IN_0', '0'), ...failures(['+10s', '+20s', '+30s'])], millisAt('+30s'));
  await live.evaluate(millisAt(now));
  return live.alerts;
}

const told = (alerts: readonly Alert[]): [string, AlertState, Alert['suppressedBy']][] =>
  inhibit(alerts)
    .map(({ rule, state, suppressedBy }): [string, AlertState, Alert['suppressedBy']] => [rule, state, suppressedBy])
    .sort();

describe('a lost tunnel is one page, though its key exchange fails within seconds', () => {
  it('keeps the failing negotiation untold while tunnel.down waits for its window', async () => {
    expect(told(await outageAt('+1m'))).toEqual([
      ['ike.negotiation-failing', 'firing', 'inhibited'],
      ['tunnel.down', 'pending', null],
    ]);
  });

  it('and while it fires', async () => {
    expect(told(await outageAt('+6m'))).toEqual([
      ['ike.negotiation-failing', 'firing', 'inhibited'],
      ['tunnel.down', 'firing', null],
    ]);
  });

  it.each([
    ['tunnel.down', '+20m', 'IN_0'],
    ['tunnel.network-fault', '+2m', 'IN_0'],
    ['tunnel.failover', '+2m', 'IN_1'],
  ])('nor is it told afterwards, when %s was the page', async (rule, at, instance) => {
    const live = new LiveEntity(TUNNEL, DEFAULT_SETTINGS);
    const facts = [disconnect('IN_0', '0'), ...failures(['+10s', '+20s', '+30s']), connect(instance, at)];
    live.absorb(facts, millisAt(at));
    await live.evaluate(millisAt(at));
    expect(told(live.alerts)).toEqual([
      ['ike.negotiation-failing', 'resolved', 'inhibited'],
      [rule, 'resolved', null],
    ]);
  });

  it('what was told of it keeps its end', async () => {
    const live = new LiveEntity(TUNNEL, DEFAULT_SETTINGS);
    live.absorb(
      [disconnect('IN_0', '0'), ...failures(['+10s', '+20s', '+30s']), connect('IN_0', '+9m')],
      millisAt('+9m'),
    );
    await live.evaluate(millisAt('+9m'));
    const once = { state: 'firing', severity: 'critical', at: millisAt('+1m'), ordinal: 1 } as const;
    const alerts = live.alerts.map((alert) => ({ ...alert, told: once }));
    expect(told(alerts)).toEqual([
      ['ike.negotiation-failing', 'resolved', null],
      ['tunnel.down', 'resolved', null],
    ]);
  });

  it('tells it where the tunnel log says nothing', async () => {
    const alerts = (await outageAt('+6m')).filter(({ rule }) => rule !== 'tunnel.down');
    expect(told(alerts)).toEqual([['ike.negotiation-failing', 'firing', null]]);
  });
});
