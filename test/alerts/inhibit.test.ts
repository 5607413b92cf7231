import { describe, expect, it } from 'vitest';
import { inhibit } from '../../shared/alerts/inhibit.ts';
import type { Alert, AlertState } from '../../shared/model/alert.ts';
import { DEFAULT_SETTINGS } from '../../shared/model/settings.ts';
import { disconnect, millisAt, type Offset, TUNNEL } from './facts.ts';
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

  it('tells it where the tunnel log says nothing', async () => {
    const alerts = (await outageAt('+6m')).filter(({ rule }) => rule !== 'tunnel.down');
    expect(told(alerts)).toEqual([['ike.negotiation-failing', 'firing', null]]);
  });
});
