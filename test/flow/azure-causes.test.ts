import { describe, expect, it } from 'vitest';
import { allGateways, gatewayState } from '../../shared/api/gateways.ts';
import { HOUR, MINUTE, type Millis, SECOND } from '../../shared/model/time.ts';
import type { SyntheticRecord } from './synthetic.ts';
import { analyzed, finalAlerts, World } from './world.ts';

/** Synthetic incidents whose explanation is in another record, about another resource, that comes by itself. */
const T0: Millis = Date.UTC(2026, 10, 22, 9, 0, 0);
const SUBSCRIPTION = '/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000001';
const NETWORK = `${SUBSCRIPTION}/RESOURCEGROUPS/CONTOSO-RG/PROVIDERS/MICROSOFT.NETWORK`;
const GATEWAY = `${NETWORK}/VIRTUALNETWORKGATEWAYS/CONTOSO-VPN`;
const REMOTE_IP = '203.0.113.10';

const stamp = (at: Millis): string => new Date(at).toISOString().replace('Z', '4711Z');
const record = (at: Millis, resourceId: string, category: string, operationName: string, more: object) => ({
  at,
  line: JSON.stringify({ time: stamp(at), resourceId, category, operationName, ...more }),
});

const tunnel = (offset: Millis, status: 'Connected' | 'Disconnected', location = 'eastus2') =>
  record(T0 + offset, GATEWAY, 'TunnelDiagnosticLog', `Tunnel${status}`, {
    location,
    properties: { instance: 'GatewayTenantWorker_IN_0', remoteIP: REMOTE_IP, status },
  });
const fault = (location?: string) => [
  tunnel(-HOUR, 'Connected', location),
  tunnel(0, 'Disconnected', location),
  tunnel(40 * SECOND, 'Connected', location),
];

const serviceHealth = (offset: Millis, service = 'VPN Gateway', kind = 'maintenance') =>
  record(T0 + offset, SUBSCRIPTION.toLowerCase(), 'ServiceHealth', `Microsoft.ServiceHealth/${kind}/action`, {
    location: 'global',
    resultType: 'Active',
    properties: {
      incidentType: kind === 'maintenance' ? 'Maintenance' : 'Incident',
      stage: 'Active',
      trackingId: 'VPN1-AAA',
      impactStartTime: stamp(T0 - 10 * MINUTE),
      impactMitigationTime: stamp(T0 + HOUR),
      service,
      region: 'East US 2',
      impactedServices: JSON.stringify([{ ServiceName: service, ImpactedRegions: [{ RegionName: 'East US 2' }] }]),
    },
  });

const written = (offset: Millis, name: string, requestbody?: string) =>
  record(T0 + offset, `${NETWORK}/${name}`, 'Administrative', `Microsoft.Network/${name.split('/')[0]}/write`, {
    resultType: 'Success',
    identity: { claims: { name: 'adele@contoso.example' } },
    properties: requestbody === undefined ? {} : { requestbody },
  });

const bgp = (offset: Millis, peer: string, state: 'Connected' | 'Disconnected') =>
  record(T0 + offset, GATEWAY, 'RouteDiagnosticLog', `Bgp${state}Event`, {
    properties: { message: `BGP peer ${peer} ${state.toLowerCase()}` },
  });

/** What is told of an alert here: rule, severity, state, and the kind of its cause. */
async function live(records: readonly SyntheticRecord[], until: Millis, world = new World(T0 - 2 * HOUR)) {
  for (const { at, line } of records) {
    await world.advanceTo(Math.max(world.now, at), 10 * MINUTE);
    world.send(line);
    await world.deliver();
    await world.pump();
  }
  await world.advanceTo(until, 2 * MINUTE);
  return world.alerts();
}

const NOW = T0 + 2 * HOUR;
const said = (alerts: Awaited<ReturnType<typeof live>>) =>
  alerts
    .filter(({ endedBy }) => endedBy !== 'disproved')
    .map(({ rule, severity, annotations }) => `${rule} ${severity} ${annotations['causeKind'] ?? ''}`.trim())
    .sort();

const INCIDENTS: readonly { name: string; records: readonly SyntheticRecord[]; expected: readonly string[] }[] = [
  { name: 'nothing explains it', records: fault(), expected: ['tunnel.network-fault warning'] },
  {
    name: 'maintenance announced for the region, told of before',
    records: [serviceHealth(-5 * MINUTE), ...fault()],
    expected: ['tunnel.network-fault informational maintenance'],
  },
  {
    name: 'the same, told of after the alert: the subscription wakes its tunnels',
    records: [...fault(), serviceHealth(50 * MINUTE)],
    expected: ['tunnel.network-fault informational maintenance'],
  },
  {
    name: 'maintenance where the gateway is not',
    records: [...fault('westeurope'), serviceHealth(50 * MINUTE)],
    expected: ['tunnel.network-fault warning'],
  },
  {
    name: 'maintenance of another service',
    records: [...fault(), serviceHealth(50 * MINUTE, 'App Service')],
    expected: ['tunnel.network-fault warning'],
  },
  {
    name: 'an incident',
    records: [...fault(), serviceHealth(50 * MINUTE, 'VPN Gateway', 'incident')],
    expected: ['tunnel.network-fault warning service-incident'],
  },
  {
    name: 'a connection written whose body names the gateway',
    records: [
      ...fault(),
      written(2 * MINUTE, 'connections/CN-1', JSON.stringify({ virtualNetworkGateway1: { id: GATEWAY } })),
    ],
    expected: ['tunnel.network-fault warning configuration-change'],
  },
  {
    name: 'a local network gateway written whose body names the device',
    records: [
      ...fault(),
      written(2 * MINUTE, 'localNetworkGateways/LNG-1', JSON.stringify({ gatewayIpAddress: REMOTE_IP })),
    ],
    expected: ['tunnel.network-fault warning configuration-change'],
  },
  {
    name: 'a local network gateway of another device',
    records: [
      ...fault(),
      written(2 * MINUTE, 'localNetworkGateways/LNG-2', JSON.stringify({ gatewayIpAddress: '203.0.113.99' })),
    ],
    expected: ['tunnel.network-fault warning'],
  },
  {
    name: 'one BGP peer of two',
    records: [
      bgp(-HOUR, '10.1.0.4', 'Connected'),
      bgp(-HOUR, '10.1.0.5', 'Connected'),
      bgp(0, '10.1.0.4', 'Disconnected'),
    ],
    expected: ['bgp.peer-down warning'],
  },
  {
    name: 'and then the other: the gateway wakes its peers',
    records: [
      bgp(-HOUR, '10.1.0.4', 'Connected'),
      bgp(-HOUR, '10.1.0.5', 'Connected'),
      bgp(0, '10.1.0.4', 'Disconnected'),
      bgp(20 * MINUTE, '10.1.0.5', 'Disconnected'),
    ],
    expected: ['bgp.peer-down critical', 'bgp.peer-down critical'],
  },
];

describe('causes that another record tells', () => {
  it.each(INCIDENTS)('$name', async ({ records, expected }) => {
    const alerts = await live(records, NOW);
    expect(said(alerts)).toEqual(expected);
    const files = {
      'a.json': records
        .map(({ line }) => line)
        .reverse()
        .join('\n'),
    };
    expect(await analyzed(files, NOW)).toEqual(finalAlerts(alerts));
  });
});

it('a policy-based gateway, which has neither tunnel nor IKE logs, is at rest', async () => {
  const policyBased = `${NETWORK}/VIRTUALNETWORKGATEWAYS/POLICY-VPN`;
  const records = [
    record(T0 - HOUR, policyBased, 'GatewayDiagnosticLog', 'SetGatewayConfiguration', {
      properties: { message: 'done', operationStatus: 'Success' },
    }),
    record(T0, policyBased, 'RouteDiagnosticLog', 'StaticRouteUpdate', {
      properties: { message: 'Static route 192.168.10.0/24 added' },
    }),
  ];
  expect(await live(records, T0 + 6 * HOUR)).toEqual([]);
});

it('a gateway is as bad as its BGP peers, and known by them alone', async () => {
  const world = new World(T0 - 2 * HOUR);
  const states = async () => (await allGateways(world.pipeline)).map(gatewayState);
  await live([bgp(-HOUR, '10.1.0.4', 'Connected'), bgp(-HOUR, '10.1.0.5', 'Connected')], T0, world);
  expect(await states()).toEqual(['healthy']);
  await live([bgp(MINUTE, '10.1.0.4', 'Disconnected')], T0 + 10 * MINUTE, world);
  expect(await states()).toEqual(['warning']);
  await live([bgp(12 * MINUTE, '10.1.0.5', 'Disconnected')], T0 + 20 * MINUTE, world);
  expect(await states()).toEqual(['unhealthy']);
});
