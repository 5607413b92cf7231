import type { Alert } from '../../model/alert.ts';
import type { Position } from '../../model/record.ts';
import { severityRank } from '../../model/severity.ts';
import type { Analysis } from '../analyze.ts';
import { counted, duration, printable, shortened, visible, wrap } from './layout.ts';
import type { EntityNames } from './names.ts';
import { clock, type Page, SEVERITY_STYLES } from './page.ts';

const MAX_FINDINGS = 200;
const MAX_EVIDENCE = 3;
const INDENT = '    ';
const LABEL_WIDTH = 9;

/** What happened, in order: since when, how long, how bad, why, where it was read, and what to do. */
export function timeline({ judgement }: Analysis, names: EntityNames, page: Page): string[] {
  const { alerts } = judgement;
  const title = page.paint('bold', 'Timeline');
  if (alerts.length === 0) return [title, 'Nothing found: these records would have raised no alert.'];
  const shown = worst(alerts);
  const hidden = alerts.length - shown.length;
  return [
    `${title}  ${countsOf(alerts)}`,
    ...shown.flatMap((alert) => ['', ...entry(alert, names, page)]),
    ...(hidden > 0 ? ['', page.paint('dim', `… and ${hidden} milder ones, which --json lists`)] : []),
  ];
}

/** The most severe ones, in order of time. */
function worst(alerts: readonly Alert[]): readonly Alert[] {
  if (alerts.length <= MAX_FINDINGS) return alerts;
  const chosen = new Set(
    [...alerts].sort((a, b) => severityRank(b.severity) - severityRank(a.severity)).slice(0, MAX_FINDINGS),
  );
  return alerts.filter((alert) => chosen.has(alert));
}

function countsOf(alerts: readonly Alert[]): string {
  const open = alerts.filter((alert) => alert.state === 'firing').length;
  const pending = alerts.filter((alert) => alert.state === 'pending').length;
  return [
    counted(alerts.length, 'finding'),
    ...(open > 0 ? [`${open} still open`] : []),
    ...(pending > 0 ? [`${pending} pending`] : []),
  ].join(', ');
}

function entry(alert: Alert, names: EntityNames, { paint, width }: Page): string[] {
  const { rule, severity, annotations, evidence } = alert;
  const head = `${clock(alert.startsAt)}  ${paint(SEVERITY_STYLES[severity], severity.padEnd(13))}  ${paint('bold', rule)}`;
  const cited = evidence.slice(0, MAX_EVIDENCE).map(placeOf);
  if (evidence.length > MAX_EVIDENCE) cited.push(`${evidence.length - MAX_EVIDENCE} more`);
  const parts: [label: string, text: string | undefined][] = [
    ['', annotations['summary']],
    ['Cause', annotations['cause']],
    ['Remedy', annotations['remedy']],
    ['Seen at', cited.join(', ')],
  ];
  return [
    ...headline([head, names.of(alert.entity), paint('dim', lasted(alert))], width),
    ...parts.flatMap(([label, text]) => (text ? labelled(label, text, width, paint) : [])),
  ];
}

/** One line where it fits; else what and how long stand below. */
function headline([head = '', ...more]: readonly string[], width: number): string[] {
  const line = [head, ...more].join('  ');
  return visible(line) <= width ? [line] : [head, `${INDENT}${more.join('  ')}`];
}

/** How it stands, and how long it lasted. */
function lasted({ state, nature, startsAt, endsAt, endedBy }: Alert): string {
  if (state === 'pending') return 'pending';
  if (endsAt === null) return 'still open';
  const length = endsAt > startsAt ? duration(endsAt - startsAt) : '';
  if (nature === 'event') return length && `over after ${length}`;
  return endedBy === 'superseded' ? `taken over after ${length}` : `resolved after ${length || '0 s'}`;
}

function labelled(label: string, text: string, width: number, paint: Page['paint']): string[] {
  const lead = label === '' ? '' : `${label.padEnd(LABEL_WIDTH)}`;
  const [first = '', ...more] = wrap(printable(text), width - INDENT.length - lead.length);
  return [
    `${INDENT}${lead === '' ? '' : paint('dim', lead)}${first}`,
    ...more.map((line) => `${INDENT}${' '.repeat(lead.length)}${line}`),
  ];
}

const placeOf = ({ source, line }: Position): string => `${shortened(printable(source), 60)}:${line}`;
