import { expect, it } from 'vitest';
import { entityOfRecord, Reader } from '../../shared/ingest/index.ts';
import type { EntityKind } from '../../shared/model/entity.ts';
import type { LogRecord } from '../../shared/model/record.ts';
import { CONTEXT, framed, listFixtures } from '../fixtures/golden.ts';

const KIND: Readonly<Record<string, EntityKind>> = {
  azure: 'gateway',
  checkin: 'tunnel-server',
  mstunnel: 'tunnel-server',
  ocserv: 'tunnel-server',
  panos: 'firewall',
  tmg: 'tmg-server',
};

const recordsOf = (format: string): LogRecord[] => {
  const reader = new Reader({ ...CONTEXT, host: 'contoso-1' });
  return listFixtures()
    .filter((fixture) => fixture.format === format)
    .flatMap((fixture) => framed(fixture).map((raw) => reader.read(raw)))
    .flatMap((outcome) => (outcome.kind === 'record' ? [outcome.record] : []));
};

it.each([...new Set(listFixtures().map(({ format }) => format))])('%s: what its records are about', (format) => {
  const kinds = new Set(recordsOf(format).map((record) => entityOfRecord(record)?.kind));
  const kind = KIND[format.split('-', 1)[0] ?? ''];
  if (kind === undefined) expect([...kinds]).toEqual([undefined]);
  else expect([...kinds]).toContain(format === 'azure-generic' ? 'azure-subscription' : kind);
});

it('never throws on what a resource id may be', () => {
  const [record] = recordsOf('azure-tunnel');
  for (const resourceId of ['', '/', '/subscriptions//', 7, null, '/subscriptions/x/resourcegroups/'.repeat(1000)]) {
    const entity = record && entityOfRecord({ ...record, attributes: { resourceId } });
    expect(entity?.key ?? 'none').not.toBe('');
  }
});
