import { describe, expect, it } from 'vitest';
import { assessServer, assessSite, checkInLevel } from '../../shared/health/assess.ts';
import { CHECKS } from '../../shared/health/checks/index.ts';
import type { EntityHealth, HealthState } from '../../shared/model/health.ts';
import { DEFAULT_RULE_SETTINGS, DEFAULT_THRESHOLDS } from '../../shared/model/settings.ts';
import { DAY, HOUR, MINUTE, timestampOf } from '../../shared/model/time.ts';
import { type Attributes, CHECKED_IN, checkInOf, inputOf } from './case.ts';

const GOOD: Attributes = {
  activeConnections: 120,
  throughput: 80,
  cpuUsage: 20,
  memoryUsage: 40,
  cpuCores: 4,
  diskSpaceFree: 50,
  latency: 2,
  managementAgentCertificateNotAfter: timestampOf(CHECKED_IN + 200 * DAY),
  tlsCertificateNotAfter: timestampOf(CHECKED_IN + 200 * DAY),
  tlsCertificateRevocation: 'not-revoked',
  internalNetworkAccess: 'reachable',
  registryContactedAt: timestampOf(CHECKED_IN - MINUTE),
  versionsBehind: 0,
  serverContainer: 'running',
  serverConfiguration: 'applied',
  logsUploadedAt: timestampOf(CHECKED_IN - MINUTE),
};

describe('a server', () => {
  it.each<readonly [name: string, attributes: Attributes, state: HealthState, detail: string]>([
    ['all good', {}, 'healthy', 'ok'],
    ['an unknown check does not count', { latency: null, internalNetworkAccess: 'not-configured' }, 'healthy', 'ok'],
    ['one warning', { latency: 10 }, 'warning', 'latency'],
    ['the worst one names it', { cpuUsage: 97, diskSpaceFree: 1 }, 'unhealthy', 'diskSpaceFree'],
    ['of equals the first on the page', { serverContainer: 'not-running', cpuUsage: 100 }, 'unhealthy', 'cpuUsage'],
    ['a certificate counts', { tlsCertificateRevocation: 'revoked' }, 'unhealthy', 'tlsCertificateRevocation'],
  ])('%s', (_name, attributes, state, detail) => {
    const health = assessServer(inputOf({ ...GOOD, ...attributes }));
    expect(health).toMatchObject({ state, detail });
    expect(health.checks.map(({ id }) => id)).toEqual(CHECKS.map(({ id }) => id));
  });

  it('is unknown without any check', () => {
    expect(assessServer(inputOf(undefined))).toMatchObject({ state: 'unknown', detail: 'unknown' });
  });

  it('is offline when it is silent, and only warned of while it serves', () => {
    const nowMs = CHECKED_IN + 10 * MINUTE;
    expect(assessServer(inputOf(GOOD, { nowMs }))).toMatchObject({ state: 'unhealthy', detail: 'offline' });
    const serving = assessServer(inputOf(GOOD, { nowMs, lastServedMs: nowMs - MINUTE }));
    expect(serving).toMatchObject({ state: 'warning', detail: 'lastCheckIn' });
  });

  it('fails by silence only where silence says so', () => {
    const { checks } = assessServer(inputOf(GOOD, { nowMs: CHECKED_IN + 2 * HOUR }));
    expect(checks.filter(({ state }) => state !== 'healthy').map(({ id }) => id)).toEqual([
      'lastCheckIn',
      'serverLogs',
    ]);
  });
});

describe('a site', () => {
  const servers = (states: readonly HealthState[]): EntityHealth[] =>
    states.map((state) => ({ state, detail: state, checks: [] }));

  it.each<readonly [states: readonly HealthState[], site: HealthState]>([
    [[], 'unknown'],
    [['unknown'], 'unknown'],
    [['unknown', 'healthy'], 'healthy'],
    [['healthy', 'warning', 'unknown'], 'warning'],
    [['unhealthy', 'warning', 'healthy'], 'unhealthy'],
  ])('of %j is %s', (states, site) => {
    expect(assessSite(servers(states))).toBe(site);
  });
});

describe('the level of one check-in', () => {
  const levelOf = (attributes: Attributes) =>
    checkInLevel(checkInOf({ ...GOOD, ...attributes }), DEFAULT_THRESHOLDS, DEFAULT_RULE_SETTINGS);

  it.each<readonly [name: string, attributes: Attributes, state: HealthState, worst: readonly string[]]>([
    ['all good', {}, 'healthy', []],
    [
      'every check of the worst state',
      { cpuUsage: 100, latency: 15, cpuCores: 0 },
      'unhealthy',
      ['cpuUsage', 'cpuCores'],
    ],
    ['a warning', { versionsBehind: 1 }, 'warning', ['serverVersion']],
    [
      'what has a rule of its own is left out',
      {
        tlsCertificateRevocation: 'revoked',
        tlsCertificateNotAfter: timestampOf(CHECKED_IN - DAY),
        managementAgentCertificateNotAfter: timestampOf(CHECKED_IN - DAY),
        logsUploadedAt: timestampOf(CHECKED_IN - DAY),
      },
      'healthy',
      [],
    ],
  ])('%s', (_name, attributes, state, worst) => {
    const level = levelOf(attributes);
    expect({ state: level.state, worst: level.worst.map(({ id }) => id) }).toEqual({ state, worst });
  });

  it('says what to do', () => {
    const [worst] = levelOf({ versionsBehind: 2 }).worst;
    expect(worst?.remedy).toBe('This release is out of support. Upgrade the server now.');
  });

  it('is unknown when the check-in says nothing, however recent', () => {
    const level = checkInLevel(checkInOf({}), DEFAULT_THRESHOLDS, DEFAULT_RULE_SETTINGS);
    expect(level).toMatchObject({ state: 'unknown', worst: [] });
    expect(level.unreported).toContain('cpuUsage');
  });

  it('names what was not reported, but not what was said not to count', () => {
    const { unreported } = levelOf({ latency: null, internalNetworkAccess: 'not-configured' });
    expect(unreported).toEqual(['latency']);
  });
});
