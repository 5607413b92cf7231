import { expect, it } from 'vitest';
import { CURSORS, cursorId, openCursor } from '../../shared/pipeline/cursor.ts';
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
