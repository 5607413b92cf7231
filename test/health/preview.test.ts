import { describe, expect, it } from 'vitest';
import { type PreviewServer, preview } from '../../shared/health/preview.ts';
import { NO_OVERRIDES, type Overrides } from '../../shared/health/thresholds.ts';
import { type Attributes, inputOf } from './case.ts';

const server = (id: string, site: string, attributes: Attributes): PreviewServer => {
  const { thresholds: _, ...input } = inputOf(attributes);
  return { id, site, ...input };
};

const SERVERS = [
  server('tunnel-1', 'Oslo', { cpuUsage: 60 }),
  server('tunnel-2', 'Lyon', { cpuUsage: 60 }),
  server('tunnel-3', 'Oslo', { cpuUsage: 60, diskSpaceFree: 1 }),
  server('tunnel-4', 'Oslo', {}),
];
const strict = { cpuUsage: { healthy: 50, unhealthy: 60 } };

describe('a preview of thresholds', () => {
  it('lists the servers whose state changes, with the checks behind it', () => {
    const after: Overrides = { ...NO_OVERRIDES, tenant: strict };
    const checks = [{ id: 'cpuUsage', before: 'healthy', after: 'unhealthy' }];
    expect(preview(SERVERS, NO_OVERRIDES, after)).toEqual([
      { server: 'tunnel-1', before: 'healthy', after: 'unhealthy', checks },
      { server: 'tunnel-2', before: 'healthy', after: 'unhealthy', checks },
    ]);
    expect(preview(SERVERS, after, NO_OVERRIDES)[0]).toMatchObject({ before: 'unhealthy', after: 'healthy' });
  });

  it('keeps to the scope that changes', () => {
    const changed = (after: Partial<Overrides>) =>
      preview(SERVERS, NO_OVERRIDES, { ...NO_OVERRIDES, ...after }).map((change) => change.server);
    expect(changed({ sites: { Lyon: strict } })).toEqual(['tunnel-2']);
    expect(changed({ servers: { 'tunnel-1': strict } })).toEqual(['tunnel-1']);
    expect(changed({})).toEqual([]);
  });
});
