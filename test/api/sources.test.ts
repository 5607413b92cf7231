import { expect, it } from 'vitest';
import { openCursor } from '../../shared/pipeline/cursor.ts';
import { sourceSettings } from '../../shared/pipeline/sources.ts';
import { world } from './client.ts';

const DEFAULTS = { zone: 'UTC', formatHint: null, host: null, staleMinutes: null, countingRoute: null };

it('can be set up before anything of them is read', async () => {
  const api = world();
  const put = await api.ask('PUT', '/sources/uploads~2ffw01', { zone: 'Asia/Tokyo', formatHint: 'ocserv' });
  const saved = {
    id: 'uploads/fw01',
    slug: 'uploads~2ffw01',
    saved: true,
    seen: false,
    ...DEFAULTS,
    zone: 'Asia/Tokyo',
    formatHint: 'ocserv',
    host: null,
  };
  expect(put.json).toEqual(saved);
  expect((await api.ask('GET', '/sources')).json.items).toEqual([saved]);
  expect(await sourceSettings(api.pipeline, 'uploads/fw01')).toMatchObject({ zone: 'Asia/Tokyo' });
});

it('that were read are listed with the defaults', async () => {
  const api = world();
  api.blobs.put('uploads', 'fw01/a.log', Buffer.from('x'));
  const blob = await api.blobs.properties('uploads', 'fw01/a.log');
  await openCursor(api.pipeline, blob!);
  const source = { id: 'uploads/fw01', slug: 'uploads~2ffw01', saved: false, seen: true, ...DEFAULTS };
  expect((await api.ask('GET', '/sources')).json.items).toEqual([source]);
  expect((await api.ask('GET', '/sources/uploads~2ffw01')).json).toEqual(source);
  expect((await api.ask('GET', '/sources/uploads%2Ffw01')).json).toEqual(source);
});

it('with a name too long for a slug are found among the known', async () => {
  const api = world();
  const id = `archive/${'Provider/'.repeat(40)}x`;
  await api.ask('PUT', `/sources/${encodeURIComponent(id)}`, { staleMinutes: 30 });
  const [{ slug }] = (await api.ask('GET', '/sources')).json.items;
  expect(slug.length).toBeLessThan(300);
  expect((await api.ask('GET', `/sources/${slug}`)).json).toMatchObject({ id, staleMinutes: 30 });
  expect((await api.ask('PUT', `/sources/${slug}`, { staleMinutes: 60 })).json).toMatchObject({ id, staleMinutes: 60 });
  expect((await api.ask('PUT', `/sources/${slug}x`, {})).status).toBe(404);
});

it.each([
  ['a zone that is none', { zone: 'Mars/Olympus' }, '/zone'],
  ['an unknown format', { formatHint: 'sanskrit' }, '/formatHint'],
  ['no time at all', { staleMinutes: 0 }, '/staleMinutes'],
  ['half a minute', { staleMinutes: 0.5 }, '/staleMinutes'],
  ['an unknown route', { countingRoute: 'pigeon' }, '/countingRoute'],
  ['an unknown field', { timezone: 'UTC' }, '/timezone'],
])('are refused with %s', async (_, body, pointer) => {
  const { status, json } = await world().ask('PUT', '/sources/uploads', body);
  expect(status).toBe(422);
  expect(json.errors).toMatchObject([{ pointer }]);
});

it('are changed under a precondition when one is given', async () => {
  const api = world();
  const { headers } = await api.ask('PUT', '/sources/uploads', { zone: 'Europe/Paris' });
  const guard = { headers: { 'if-match': headers['etag'] ?? '' } };
  expect((await api.ask('PUT', '/sources/uploads', {}, guard)).json).toMatchObject({ zone: 'UTC' });
  expect((await api.ask('PUT', '/sources/uploads', {}, guard)).status).toBe(412);
});
