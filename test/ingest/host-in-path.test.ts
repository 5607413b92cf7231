import { describe, expect, it } from 'vitest';
import { hostInPath } from '../../shared/ingest/index.ts';

describe('the machine that a path names', () => {
  it.each([
    ['fw-1/user-id.log', 'fw-1'],
    ['/srv/logs/fw-1/var/log/pan/user-id.log', 'fw-1'],
    ['fw-1/2026/11/22/state.txt', 'fw-1'],
    ['fw-1/y=2026/m=11/d=22/state.txt', 'fw-1'],
    ['C:\\logs\\TMG01\\ISALOG.w3c', 'TMG01'],
    ['./fw-1/mp-log/user-id.log', 'fw-1'],
    ['user-id.log', undefined],
    ['./user-id.log', undefined],
    ['/var/log/user-id.log', undefined],
    ['uploads/2026/user-id.log', undefined],
    ['', undefined],
  ])('%s', (path, host) => {
    expect(hostInPath(path)).toBe(host);
  });
});
