import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fold } from '../../shared/alerts/fold.ts';
import { RULES } from '../../shared/alerts/rules/index.ts';
import { enginePorts } from '../../shared/engine.ts';
import type { EntityRef } from '../../shared/model/entity.ts';
import { compareFacts, type Fact, factMillis, latenessOf } from '../../shared/model/fact.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../shared/model/settings.ts';
import { HOUR, MINUTE, type Millis } from '../../shared/model/time.ts';
import { withRules, withThresholds } from '../alerts/case.ts';
import {
  accessed,
  badLine,
  bgp,
  change,
  checkIn,
  closed,
  connect,
  disconnect,
  GATEWAY,
  health,
  heard,
  inRegion,
  notice,
  type Offset,
  opened,
  operation,
  PEER,
  p2s,
  SERVER,
  seen,
  T0,
  TLS,
  TUNNEL,
  withdrawn,
} from '../alerts/facts.ts';
import { established, failed, gatewayFailed, ikeClosed, packet } from '../alerts/ike-facts.ts';
import { finalAlerts, LiveEntity, tidyRun } from '../alerts/replay.ts';

/** Fixed, so that a failure on one machine is one on every machine. */
const RUNS = { seed: 20261122, numRuns: 130 };

interface Incident {
  readonly entity: EntityRef;
  readonly settings: Settings;
  readonly facts: readonly Fact[];
  readonly now: Millis;
}

/** Instants of an incident: whole seconds, often the same or at the edges of windows, over a span of some hours. */
const offsetIn = (hours: number): fc.Arbitrary<Offset> =>
  fc
    .oneof(
      { weight: 3, arbitrary: fc.nat({ max: 20 * 60 }) },
      { weight: 2, arbitrary: fc.nat({ max: hours * 3600 }) },
      { weight: 1, arbitrary: fc.constantFrom(0, 1, 60, 180, 300, 301, 600, 900, 1800, 3600) },
    )
    .map((seconds) => `+${seconds}s`);

const instance = fc.constantFrom('IN_0', 'IN_1');

/** What is said of its region, its health and its neighbourhood, beside its own log. */
const announcement = (hours: number): fc.Arbitrary<Fact> =>
  fc.oneof(
    fc
      .record({
        saidAt: offsetIn(hours),
        from: offsetIn(hours),
        until: fc.option(offsetIn(hours)),
        trackingId: fc.constantFrom('A', 'B'),
        regions: fc.constantFrom('', 'eastus2', 'westeurope'),
        canceled: fc.boolean(),
      })
      .map(({ saidAt, ...said }) => notice(saidAt, said)),
    offsetIn(hours).map((at) => health('Unavailable', at)),
    offsetIn(hours).map((at) => change('connections/write', at, { resourceGroup: 'contoso-rg' })),
    offsetIn(hours).map((at) => inRegion('eastus2', operation('ValidateGatewayConfiguration', at))),
  );
const tunnelFact = (hours: number): fc.Arbitrary<Fact> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.tuple(instance, offsetIn(hours)).map(([name, at]) => disconnect(name, at)) },
    { weight: 6, arbitrary: fc.tuple(instance, offsetIn(hours)).map(([name, at]) => connect(name, at)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('HostMaintenanceEvent', 'reset', 'SetGatewayConfiguration'), offsetIn(hours))
        .map(([name, at]) => operation(name, at)),
    },
    { weight: 1, arbitrary: announcement(hours) },
  );

/** A failing key exchange, of few sessions, so that records of one meet. */
const session = fc.constantFrom('s1', 's2', 's3', 's4', 's5', 's6');
const cause = fc.constantFrom('pre-shared-key', 'policy', 'timeout', 'phase-2');
const phase = fc.constantFrom<1 | 2 | null>(1, 2, null);
const ikeFact = (hours: number): fc.Arbitrary<Fact> =>
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc
        .tuple(session, offsetIn(hours), cause, phase)
        .map(([name, at, why, stated]) => failed(name, at, { cause: why, phase: stated })),
    },
    { weight: 2, arbitrary: fc.tuple(session, offsetIn(hours)).map(([name, at]) => gatewayFailed(name, at)) },
    {
      weight: 1,
      arbitrary: fc.tuple(session, offsetIn(hours), phase).map(([name, at, of]) => established(name, at, of)),
    },
    { weight: 2, arbitrary: fc.tuple(session, offsetIn(hours)).map(([name, at]) => ikeClosed(name, at)) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(
          session,
          offsetIn(hours),
          fc.constantFrom('send sa-init', 'received sa-init', 'received traffic-selectors'),
        )
        .map(([name, at, said]) => packet(name, said, at, { first: said !== 'received sa-init', detail: said })),
    },
  );
/** Mostly the key exchange, and what the tunnel log says now and then. */
const negotiationFacts = (hours: number): fc.Arbitrary<Fact> =>
  fc.oneof({ weight: 6, arbitrary: ikeFact(hours) }, { weight: 1, arbitrary: tunnelFact(hours) });

/** Disconnect after disconnect, each with its connect, at a steady period. */
const flaps: fc.Arbitrary<Fact[]> = fc
  .tuple(fc.integer({ min: 4, max: 7 }), fc.nat({ max: 3600 }), fc.integer({ min: 10, max: 400 }), instance, instance)
  .map(([count, from, period, lost, back]) =>
    Array.from({ length: count }, (_, n) => from + n * period).flatMap((second) => [
      disconnect(lost, `+${second}s`),
      connect(back, `+${second + 5}s`),
    ]),
  );
const tunnelFacts = (hours: number): fc.Arbitrary<Fact[]> =>
  fc.oneof({ weight: 5, arbitrary: tunnelFact(hours).map((fact) => [fact]) }, { weight: 1, arbitrary: flaps });

const user = fc.constantFrom('a', 'b', 'c', 'd');
const level = fc.constantFrom(20, 60, 96, 100);
const serverFact = (hours: number): fc.Arbitrary<Fact> => {
  const at = offsetIn(hours);
  return fc.oneof(
    { weight: 6, arbitrary: fc.tuple(at, level).map(([time, cpuUsage]) => checkIn(time, { cpuUsage })) },
    { weight: 4, arbitrary: at.map(heard) },
    { weight: 1, arbitrary: at.map(accessed) },
    { weight: 3, arbitrary: fc.tuple(user, at).map(([name, time]) => opened(name, time)) },
    { weight: 3, arbitrary: fc.tuple(user, at, fc.boolean()).map(([name, time, dpd]) => closed(name, time, { dpd })) },
    { weight: 1, arbitrary: at.map((time) => badLine('mstunnel.podman-checkup-failed', time)) },
    { weight: 1, arbitrary: at.map((time) => badLine('mstunnel.tun-device', time)) },
    { weight: 1, arbitrary: at.map((time) => badLine('mstunnel.datetime-parse', time)) },
  );
};

const bgpFacts = (hours: number): fc.Arbitrary<Fact[]> =>
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .tuple(
          fc.constantFrom('connected' as const, 'disconnected' as const),
          offsetIn(hours),
          fc.constantFrom('10.1.0.4', '10.1.0.5'),
          fc.option(instance),
        )
        .map(([state, at, peer, name]) => bgp(state, at, peer, name)),
    },
    { weight: 1, arbitrary: offsetIn(hours).map((at) => [withdrawn(at, '10.2.0.0/16')]) },
  );

const STEPS = ['requested', 'authenticated', 'connected', 'failed', 'disconnected'] as const;
const p2sFact = (hours: number): fc.Arbitrary<Fact> =>
  fc
    .tuple(fc.constantFrom(...STEPS), fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), offsetIn(hours))
    .map(([step, session, at]) => p2s(step, session, at));

/** Log lines without a gap, until they stop. */
const lines: fc.Arbitrary<Fact[]> = fc
  .tuple(fc.integer({ min: 6, max: 9 }), fc.nat({ max: 3600 }))
  .map(([count, from]) => Array.from({ length: count }, (_, n) => heard(`+${from + n * 600}s`)));
const serverFacts = (hours: number): fc.Arbitrary<Fact[]> =>
  fc.oneof({ weight: 8, arbitrary: serverFact(hours).map((fact) => [fact]) }, { weight: 1, arbitrary: lines });

/** Low counts, so that a few sessions are many. */
const FEW_SESSIONS = { massDisconnectCount: 2, dpdCount: 2 };

const certificateFact: fc.Arbitrary<Fact> = fc
  .tuple(offsetIn(3), fc.constantFrom('aa', 'bb'), fc.integer({ min: -2, max: 6 }), fc.boolean())
  .map(([at, thumbprint, hours, dated]) =>
    seen(
      { thumbprint, notAfter: `${hours < 0 ? '-' : '+'}${Math.abs(hours)}h`, ...(dated && { notBefore: '-9d' }) },
      at,
    ),
  );

const incidentOf = (
  entity: EntityRef,
  fact: fc.Arbitrary<Fact | Fact[]>,
  settings: Settings,
  hours: number,
): fc.Arbitrary<Incident> =>
  fc
    .tuple(fc.array(fact, { minLength: 1, maxLength: 30 }), fc.nat({ max: 2 * 3600 }))
    .map(([facts, after]) => ({ entity, settings, facts: facts.flat(), now: T0 + hours * HOUR + after * 1000 }));

const SERVER_SETTINGS: Settings = {
  ...withThresholds({ '+20m': { cpuUsage: { healthy: 50, unhealthy: 75 } }, '+2h': {} }),
  rules: { ...DEFAULT_SETTINGS.rules, ...FEW_SESSIONS },
};

/** Each with the rules that the runs must have met, or they prove little. */
const INCIDENTS: readonly { name: string; incident: fc.Arbitrary<Incident>; meets: readonly string[] }[] = [
  {
    name: 'a tunnel',
    incident: incidentOf(TUNNEL, tunnelFacts(6), DEFAULT_SETTINGS, 6),
    meets: ['tunnel.degraded', 'tunnel.down', 'tunnel.failover', 'tunnel.flapping', 'tunnel.network-fault'],
  },
  {
    name: 'a tunnel whose key exchange fails',
    incident: incidentOf(TUNNEL, negotiationFacts(2), DEFAULT_SETTINGS, 2),
    meets: ['ike.negotiation-failing', 'tunnel.down'],
  },
  {
    // Days, so that snapshots are taken on the way.
    name: 'a tunnel whose key exchange fails, over days',
    incident: incidentOf(TUNNEL, fc.oneof(negotiationFacts(1), negotiationFacts(120)), DEFAULT_SETTINGS, 120),
    meets: ['ike.negotiation-failing', 'tunnel.down'],
  },
  {
    // Days, so that snapshots are taken on the way.
    name: 'a tunnel over days',
    incident: incidentOf(TUNNEL, tunnelFacts(120), DEFAULT_SETTINGS, 120),
    meets: ['tunnel.degraded', 'tunnel.down', 'tunnel.failover', 'tunnel.flapping', 'tunnel.network-fault'],
  },
  {
    name: 'a BGP peer over days',
    incident: incidentOf(PEER, fc.oneof(bgpFacts(3), bgpFacts(100)), DEFAULT_SETTINGS, 100),
    meets: ['bgp.peer-down'],
  },
  {
    name: 'point-to-site requests',
    incident: incidentOf(GATEWAY, p2sFact(2), withRules({ p2sCount: 2 }), 2),
    meets: ['p2s.auth-failing', 'p2s.connect-failing'],
  },
  {
    name: 'a tunnel server',
    incident: incidentOf(SERVER, serverFacts(5), SERVER_SETTINGS, 5),
    meets: [
      'logs.stale',
      'mstunnel.datetime-parse',
      'mstunnel.podman-checkup-failed',
      'mstunnel.tun-device',
      'server.health',
      'server.offline',
      'session.dpd-timeouts',
      'session.mass-disconnect',
    ],
  },
  {
    name: 'a certificate',
    incident: incidentOf(TLS, certificateFact, DEFAULT_SETTINGS, 6),
    meets: ['certificate.expired', 'certificate.expiring'],
  },
];

/** How a fact comes in: how late, as a share of what is allowed, and whether it is evaluated then, with which lag of the watermark. */
const arrival = fc.record({
  lateBy: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.99, noNaN: true })),
  lagMs: fc.oneof(fc.constant(0), fc.nat({ max: 30 * MINUTE })),
  evaluates: fc.boolean(),
});
/** Every fact comes once or, by another route, twice. */
const routes = fc.array(fc.array(arrival, { minLength: 1, maxLength: 2 }), { minLength: 30, maxLength: 30 });

const identityOf = ({ rule, labels, startsAt }: ReturnType<typeof finalAlerts>[number]): string =>
  JSON.stringify([rule, labels, startsAt]);

describe('any delay within its lateness, any batches, any watermarks give the tidy alerts', () => {
  it.each(INCIDENTS)('$name', async ({ incident, meets }) => {
    const met = new Set<string>();
    const sameAlerts = fc.asyncProperty(incident, routes, async ({ entity, settings, facts, now }, ways) => {
      const lateness = latenessOf(entity.kind);
      const incoming = facts
        .flatMap((fact, index) => (ways[index % ways.length] ?? []).map((way) => ({ fact, ...way })))
        .map((one) => ({ ...one, at: Math.min(now, factMillis(one.fact) + Math.floor(one.lateBy * lateness)) }))
        .sort((a, b) => a.at - b.at);
      const live = new LiveEntity(entity, settings);
      for (const { fact, at, lagMs, evaluates } of incoming) {
        live.absorb([fact], at);
        if (evaluates) await live.evaluate(at, at - lagMs);
      }
      await live.evaluate(now);
      const tidy = finalAlerts(await tidyRun(entity, facts, settings, now));
      expect(finalAlerts(live.alerts)).toEqual(tidy);
      for (const { rule } of tidy) met.add(rule);

      const again = await live.evaluate(now);
      expect([...again.changed, ...again.dropped]).toEqual([]);
      expect(new Set(live.alerts.map(({ id }) => id)).size).toBe(live.alerts.length);
      expect(new Set(tidy.map(identityOf)).size).toBe(tidy.length);
    });
    await fc.assert(sameAlerts, RUNS);
    expect([...met].sort()).toEqual(expect.arrayContaining([...meets]));
  });
});

describe('a rule that is asked for its next instant only after it was told of something misses none', () => {
  const alwaysAsked = RULES.map((rule) => ({ ...rule, dueByOthers: true as const }));

  it.each(INCIDENTS)('$name', ({ incident }) => {
    const sameFindings = fc.property(incident, ({ entity, settings, facts, now }) => {
      const inOrder = [...new Map(facts.map((fact) => [fact.id, fact])).values()].sort(compareFacts);
      const [seldom, always] = [RULES, alwaysAsked].map((rules) => {
        const fold = new Fold(entity, settings, enginePorts, undefined, rules);
        for (const fact of inOrder) fold.apply(fact);
        fold.advanceTo(now);
        return { findings: fold.findings(), due: fold.nextDue() };
      });
      expect(seldom).toEqual(always);
    });
    fc.assert(sameFindings, RUNS);
  });
});
