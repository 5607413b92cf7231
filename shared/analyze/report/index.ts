import type { Analysis } from '../analyze.ts';
import { health, sites } from './health.ts';
import { logSets } from './log-sets.ts';
import { EntityNames } from './names.ts';
import { notUnderstood } from './not-understood.ts';
import { notes } from './notes.ts';
import { overview, sources } from './overview.ts';
import type { Page } from './page.ts';
import { timeline } from './timeline.ts';

/** The report for people: what was read, how everything is, what happened and what to do, and what was not understood. */
export function reportOf(analysis: Analysis, page: Page): string {
  const names = new EntityNames(analysis.judgement.entities.map(({ entity }) => entity));
  const sections = [
    overview(analysis, page),
    sources(analysis, page),
    health(analysis, names, page),
    sites(analysis, page),
    logSets(analysis, page),
    timeline(analysis, names, page),
    notUnderstood(analysis, page),
    notes(analysis, page),
  ];
  const written = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${written.join('\n\n')}\n`;
}
