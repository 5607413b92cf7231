import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CHANNELS, channelOf } from '../../../shared/notify/channels/index.ts';

const SOURCES = new URL('../../../shared/notify/channels/', import.meta.url);
const names = (folder: URL, ending: string) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .filter((name) => name !== 'index' && name !== 'channel')
    .sort();

it('lists every channel file once, under its own name, each with tests', () => {
  const kinds = CHANNELS.map((channel) => channel.kind);
  expect(names(SOURCES, '.ts')).toEqual(kinds.toSorted());
  expect(names(new URL('./', import.meta.url), '.test.ts')).toEqual(kinds.toSorted());
});

it('finds a channel by its kind', () => {
  expect(channelOf('native')?.title).toContain('tunnelwatch');
  expect(channelOf('fax')).toBeUndefined();
});
