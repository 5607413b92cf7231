import { ok } from '../../model/result.ts';
import { bareRecord } from '../bare-record.ts';
import type { LogFormat } from './format.ts';

/**
 * What journalctl itself writes between entries (systemd's journalctl and logs-show): where the journal begins, that another boot follows,
 * that there are no entries, the cursor behind the last one. Attributes: `note`, and `bootId` where it is named.
 */
export const journalNote = {
  name: 'journal-note',
  title: 'What journalctl says itself',
  asked: { bare: true },
  claims: ({ json, text }) => json === undefined && noteIn(text) !== undefined,
  parse: (raw, ctx) =>
    ok({
      ...bareRecord('journal-note', raw, ctx.host),
      attributes: { note: noteIn(raw.text) ?? null, bootId: BOOT.exec(raw.text)?.[1] ?? null },
    }),
} satisfies LogFormat;

const BOOT = /^-- Boot ([0-9a-f]{32}) --$/;
const NOTES: readonly (readonly [note: string, pattern: RegExp])[] = [
  ['journal-begins', /^-- (?:Logs begin|Journal begins) at .{1,120} --$/],
  ['boot', BOOT],
  ['boot', /^-- Reboot --$/],
  ['no-entries', /^-- No entries --$/],
  ['cursor', /^-- cursor: s=[0-9a-f]{32};.{1,250}$/],
];

function noteIn(text: string): string | undefined {
  return text.startsWith('-- ') ? NOTES.find(([, pattern]) => pattern.test(text))?.[0] : undefined;
}
