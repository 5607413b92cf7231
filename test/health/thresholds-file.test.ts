import { describe, expect, it } from 'vitest';
import { readThresholdsFile } from '../../shared/health/thresholds-file.ts';
import { DEFAULT_RULE_SETTINGS } from '../../shared/model/settings.ts';

const pair = { healthy: 8, unhealthy: 4 };

describe('a thresholds file', () => {
  it('may say nothing', () => {
    expect(readThresholdsFile({})).toEqual({
      ok: true,
      value: { overrides: { tenant: {}, sites: {}, servers: {} }, rules: DEFAULT_RULE_SETTINGS },
    });
  });

  it('sets bounds by scope, servers by host name in any case, and single rule settings', () => {
    const file = {
      tenant: { diskSpaceFree: pair },
      sites: { Oslo: { diskSpaceFree: pair } },
      servers: { 'Tunnel-1': { diskSpaceFree: pair } },
      rules: { downWindowMs: 600_000, activeActiveGateways: ['/SUBSCRIPTIONS/Contoso'] },
    };
    const { tenant, sites } = file;
    expect(readThresholdsFile(file)).toEqual({
      ok: true,
      value: {
        overrides: { tenant, sites, servers: { 'tunnel-1': { diskSpaceFree: pair } } },
        rules: { ...DEFAULT_RULE_SETTINGS, downWindowMs: 600_000, activeActiveGateways: ['/subscriptions/contoso'] },
      },
    });
  });

  it.each([
    ['no object', [], '', 'expected an object with any of tenant, sites, servers, rules'],
    ['an unknown part', { tenants: {} }, '/tenants', 'unknown field'],
    ['a metric nobody edits', { tenant: { cpuCores: pair } }, '/tenant/cpuCores', 'unknown field'],
    [
      'half a pair',
      { sites: { 'a/b': { latency: { healthy: 1 } } } },
      '/sites/a~1b/latency/unhealthy',
      'missing: a pair is set whole',
    ],
    ['crossed', { servers: { a: { latency: pair } } }, '/servers/a/latency/unhealthy', 'healthy must be <= unhealthy'],
    ['one server twice', { servers: { a: {}, A: {} } }, '/servers/A', 'names the same server twice'],
    ['no scopes', { sites: 'Oslo' }, '/sites', 'expected an object of thresholds by site'],
    ['an unknown setting', { rules: { downWindow: 5 } }, '/rules/downWindow', 'unknown field'],
    ['half a millisecond', { rules: { downWindowMs: 0.5 } }, '/rules/downWindowMs', 'expected whole milliseconds'],
    ['a negative window', { rules: { staleMs: -1 } }, '/rules/staleMs', 'must be 0 or more'],
    ['no count', { rules: { badCheckIns: 0 } }, '/rules/badCheckIns', 'must be 1 or more'],
    ['a share in percent', { rules: { dpdShare: 50 } }, '/rules/dpdShare', 'must be 1 or less'],
    ['a window in text', { rules: { staleMs: '1h' } }, '/rules/staleMs', 'expected whole milliseconds'],
    [
      'windows crossed with a default',
      { rules: { failoverWindowMs: 300_001 } },
      '/rules/failoverWindowMs',
      'failoverWindowMs must be <= downWindowMs',
    ],
    ['a default crossed', { rules: { flapCount: 1 } }, '/rules/flapCount', 'flapQuietCount must be <= flapCount'],
    [
      'gateways as text',
      { rules: { activeActiveGateways: 'a' } },
      '/rules/activeActiveGateways',
      'expected a list of ARM ids',
    ],
  ])('%s is refused at its field', (_name, data, pointer, message) => {
    expect(readThresholdsFile(data)).toEqual({ ok: false, error: [{ pointer, message }] });
  });

  it('takes no prototype from a site of that name', () => {
    const read = readThresholdsFile(JSON.parse('{"sites":{"__proto__":{"latency":{"healthy":1,"unhealthy":2}}}}'));
    expect(read.ok && Object.getPrototypeOf(read.value.overrides.sites)).toBe(Object.prototype);
    expect(read.ok && 'latency' in read.value.overrides.sites).toBe(false);
  });
});
