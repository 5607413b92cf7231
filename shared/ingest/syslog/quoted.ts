import type { RawRecord } from '../../model/record.ts';
import { readHeader } from './header.ts';

/** A tunnel server's tag in the middle of a line; the first test, since nearly no line has one. */
const TAG = /\b(?:ocserv(?:-access)?|mstunnel[-_](?:agent|monitor)) ?\[\d+\] ?:/;
/** Where a stamp may begin behind a bullet, a bracket or the words of a sentence. */
const STAMP = /(?<=[\s:•*\]>-])(?:[A-Z][a-z]{2} {1,2}\d{1,2} \d|\d{1,2}월 +\d{1,2}일 +\d|\d{4}-\d\d-\d\dT\d)/g;
const MAX_LEAD = 120;

/**
 * A log line that somebody quoted: `For example: - Oct 20 19:32:15 host ocserv[1]: …`. The line as it was logged, flagged
 * `best-effort`; undefined when there is none in it. Tickets and manuals hold such lines, and bundles hold tickets.
 */
export function quotedLine({ text, position, length, flags }: RawRecord): RawRecord | undefined {
  if (!TAG.test(text)) return undefined;
  for (const { index } of text.slice(0, MAX_LEAD).matchAll(STAMP)) {
    const logged = text.slice(index);
    if (readHeader(logged)?.appName !== undefined)
      return { text: logged, position, length, flags: [...flags, 'best-effort'] };
  }
  return undefined;
}
