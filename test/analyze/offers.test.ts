import { describe, expect, it } from 'vitest';
import { Offers } from '../../shared/analyze/offers.ts';
import { compareFacts } from '../../shared/model/fact.ts';
import { GATEWAY, many, operation, TUNNEL } from '../alerts/facts.ts';
import { gatewayFailed } from '../alerts/ike-facts.ts';

describe('what a gateway offers its tunnels', () => {
  it('is bounded by kind, so that a long failing key exchange hides no maintenance', () => {
    const offers = new Offers();
    const facts = [...many(20_005, (n) => gatewayFailed(`s${n}`, `+${n}s`)), operation('HostMaintenanceEvent', '+9h')];
    expect([...offers.noting(GATEWAY, facts.sort(compareFacts))]).toHaveLength(20_006);
    expect(offers.leftOut).toBe(5);
    expect(offers.to(TUNNEL)).toHaveLength(20_001);
    expect(offers.to(TUNNEL).at(-1)?.kind).toBe('gateway.operation');
  });
});
