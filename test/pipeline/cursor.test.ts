import { expect, it } from 'vitest';
import { CURSORS, cursorId, openCursor, sourceOf } from '../../shared/pipeline/cursor.ts';
import { hourEnd } from '../../shared/pipeline/follow.ts';
import { World } from '../flow/world.ts';

it('begins a cursor anew that another version wrote and this one cannot read', async () => {
  const { pipeline, blobs } = new World(Date.parse('2026-11-22T09:00:00Z'));
  blobs.put('uploads', 'a.log', Buffer.from('one line\n'));
  const blob = (await pipeline.blobs.properties('uploads', 'a.log'))!;
  await pipeline.store.documents.put(CURSORS, cursorId('uploads', 'a.log'), { written: 'by another version' });
  const opened = await openCursor(pipeline, blob);
  expect(opened.cursor).toMatchObject({ state: 'open', offset: 0, length: 9 });
  expect(await openCursor(pipeline, blob)).toEqual(opened);
});

const SUBSCRIPTION = '/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000001';
const GATEWAY = `${SUBSCRIPTION}/RESOURCEGROUPS/RG-CONTOSO/PROVIDERS/MICROSOFT.NETWORK/VIRTUALNETWORKGATEWAYS/VNG-CONTOSO`;
const HOUR_PATH = 'y=2026/m=11/d=22/h=09/m=00/PT1H.json';

/** Clause: the archive's paths, by the hour of receipt; the second `m=` is the minute. */
it.each([
  ['a resource', `resourceId=${GATEWAY}/${HOUR_PATH}`, `archive${GATEWAY.toLowerCase()}`],
  ['a subscription', `resourceId=${SUBSCRIPTION}/${HOUR_PATH}`, `archive${SUBSCRIPTION.toLowerCase()}`],
  ['a tenant', `tenantId=00000000-0000-0000-0000-00000000000f/${HOUR_PATH}`, null],
])('knows the source and the hour of an archive of %s', (_name, blob, source) => {
  expect(sourceOf('insights-logs-tunneldiagnosticlog', blob)).toBe(
    source ?? 'insights-logs-tunneldiagnosticlog/tenantId=00000000-0000-0000-0000-00000000000f',
  );
  expect(hourEnd(blob)).toBe(Date.parse('2026-11-22T10:00:00Z'));
});

it('knows no hour of other names', () => {
  expect(hourEnd('y=2026/m=11/PT1H.json')).toBeUndefined();
  expect(hourEnd('/y=2026/m=13/d=22/h=09/m=00/PT1H.json')).toBeUndefined();
});
