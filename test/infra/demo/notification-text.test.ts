import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { notificationText, wrapped } from '../../../infra/local/demo/notification-text.ts';
import type { ReceivedNotification } from '../../../infra/local/demo/receiver.ts';

const at = Date.parse('2026-11-22T09:12:00Z');
const down: ReceivedNotification = {
  reason: 'first',
  rule: 'tunnel.down',
  severity: 'critical',
  state: 'firing',
  nature: 'condition',
  startsAt: '2026-11-22T09:00:00.000Z',
  endsAt: null,
  annotations: { summary: 'Tunnel is down.', cause: 'Not said.', remedy: 'Check the device, then the line before it.' },
};
const text = (notification: ReceivedNotification, width = 40) =>
  notificationText(notification, { width, at, coloured: false });

describe('a notification in the terminal', () => {
  it('says when, what, since when, why and what to do, within its width', () => {
    expect(text(down)).toBe(`
09:12:00  FIRING  critical  tunnel.down  signature verified, reason: first
          Tunnel is down.
since     09:00:00 (12 min ago)
cause     Not said.
to do     Check the device, then the
          line before it.`);
  });

  it.each([
    [
      { state: 'resolved', endsAt: '2026-11-22T09:10:00.000Z' },
      'RESOLVED',
      'since     09:00:00 to 09:10:00 (12 min ago)',
    ],
    [
      { nature: 'event', state: 'resolved', endsAt: '2026-11-22T09:00:21.000Z' },
      'EVENT',
      'at        09:00:00 (12 min ago)',
    ],
    [{ startsAt: '2026-11-04T09:12:00.000Z' }, 'FIRING', 'since     2026-11-04 09:12:00 (18 days ago)'],
  ] as const)('tells %o', (change, word, since) => {
    const lines = text({ ...down, ...change }, 80).split('\n');
    expect(lines[1]).toContain(`09:12:00  ${word}  critical`);
    expect(lines).toContain(since);
  });

  it('is the same text in colours', () => {
    const coloured = notificationText(down, { width: 40, at, coloured: true });
    expect(coloured).not.toBe(text(down));
    expect(stripVTControlCharacters(coloured)).toBe(text(down));
  });
});

describe('wrapped', () => {
  it.each([
    ['', 10, ['']],
    ['one two', 7, ['one two']],
    ['one two', 6, ['one', 'two']],
    ['a-word-too-long for it', 5, ['a-word-too-long', 'for', 'it']],
  ])('%s in %i columns', (given, width, lines) => expect(wrapped(given, width)).toEqual(lines));
});
