import type { LogSet } from '../../model/log-set.ts';
import { timelineOf } from '../../model/log-set.ts';
import type { Analysis } from '../analyze.ts';
import { counted, duration, grouped, printable, shortened, wrap } from './layout.ts';
import { clock, clockOf, type Page, SEVERITY_STYLES } from './page.ts';

const MAX_SETS = 20;
const MAX_ENTRIES = 30;
const NAME_WIDTH = 60;
const INDENT = '    ';

/** Every log set with what it holds, and its timeline in short: the findings are told in full below. */
export function logSets({ logSets: sets, judgement }: Analysis, page: Page): string[] {
  if (sets.length === 0) return [];
  const hidden = sets.length - MAX_SETS;
  return [
    `${page.paint('bold', 'Log sets')}  ${counted(sets.length, 'set')}`,
    ...sets.slice(0, MAX_SETS).flatMap((set) => ['', ...setLines(set, page), ...entries(set, judgement.alerts, page)]),
    ...(hidden > 0 ? ['', page.paint('dim', `… and ${hidden} older ones, which --json lists`)] : []),
  ];
}

function setLines(set: LogSet, { paint, width }: Page): string[] {
  const head = [
    paint('bold', printable(set.server)),
    `${clockOf(set.startsAt ?? undefined)} to ${clockOf(set.endsAt ?? undefined)}`,
    `incident ${set.incidentId === null ? 'not said' : printable(set.incidentId.value)}`,
    `verbosity ${set.verbosity === null ? 'not said' : set.verbosity.value}`,
    ...(set.uploadedAt === null ? [] : [`uploaded ${clock(set.uploadedAt)}`]),
  ];
  const { notUnderstood, bundles } = set;
  const lines = [
    `from ${shortened(printable(bundles[0] ?? ''), NAME_WIDTH)}${bundles.length > 1 ? ` and ${bundles.length - 1} more` : ''}`,
    `${counted(set.records, 'record')}: ${counts(set.byTag)}`,
    ...(Object.keys(set.byEvent).length > 0 ? [`events: ${counts(set.byEvent)}`] : []),
    `not understood: ${counted(notUnderstood.lines, 'line')}, ${counted(notUnderstood.deadLetters, 'dead letter')}`,
    ...(set.byTag['ocserv-access'] === undefined ? [] : ['ocserv-access is no part of a collection: it was added.']),
    ...((set.verbosity?.value ?? 0) > 0
      ? ['Verbose logging strains the server; a collection leaves verbosity 0, whatever it was before.']
      : []),
  ];
  return [head.join('  '), ...lines.flatMap((line) => wrap(line, width - INDENT.length)).map((line) => INDENT + line)];
}

function entries(set: LogSet, alerts: Analysis['judgement']['alerts'], { paint, width }: Page): string[] {
  const all = timelineOf(set, alerts);
  const more = all.length - MAX_ENTRIES;
  return [
    ...all.slice(0, MAX_ENTRIES).flatMap(({ at, endsAt, what, severity, summary }) => {
      const lasted = endsAt === null || endsAt <= at ? '' : ` (${duration(endsAt - at)})`;
      const lead = `${clock(at)}  ${severity === null ? what : paint(SEVERITY_STYLES[severity], what)}`;
      const [first = '', ...rest] = wrap(printable(`${summary}${lasted}`), width - 2 * INDENT.length);
      return [`${INDENT}${lead}`, ...[first, ...rest].map((line) => `${INDENT}${INDENT}${line}`)];
    }),
    ...(more > 0 ? [paint('dim', `${INDENT}… and ${more} more`)] : []),
  ];
}

const counts = (by: Readonly<Record<string, number>>): string =>
  Object.entries(by)
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${grouped(count)}`)
    .join(', ');
