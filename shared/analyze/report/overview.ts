import { isoOf } from '../../model/time.ts';
import type { Analysis } from '../analyze.ts';
import { byteSize, counted, grouped, printable, shortened, table, wrap } from './layout.ts';
import { clockOf, type Page } from './page.ts';

const MAX_SOURCES = 30;
const NAME_WIDTH = 40;
const TITLE = 'tunnelwatch analyze';

/** What was read, in three lines. */
export function overview({ tally, judgement, now }: Analysis, { paint, width }: Page): string[] {
  const sources = tally.sources.length + tally.moreSources;
  const counts = [
    counted(sources, 'source'),
    byteSize(tally.bytes),
    counted(tally.lines, 'line'),
    counted(tally.records, 'record'),
    counted(judgement.facts, 'fact'),
    counted(tally.deadLetters, 'dead letter'),
  ];
  const judged = now === undefined ? 'the last record of the sources that tell of a system' : isoOf(now);
  return [
    ...wrap(`${TITLE}  ${counts.join(' · ')}`, width).map((line) => line.replace(TITLE, paint('bold', TITLE))),
    ...wrap(`Times are UTC. Absence (down, offline, stale) is judged up to ${judged}.`, width).map((line) =>
      paint('dim', line),
    ),
  ];
}

/** A row per source: how much was read of it, as which formats, from when to when. A folder common to all is said once. */
export function sources({ tally }: Analysis, { paint, width }: Page): string[] {
  const shown = tally.sources.slice(0, MAX_SOURCES);
  const folder = commonFolder(shown.map(({ name }) => name));
  const rows = shown.map((source) => [
    shortened(printable(source.name.slice(folder.length)), NAME_WIDTH),
    grouped(source.lines),
    clockOf(source.first),
    clockOf(source.last),
    formatsOf(source.byFormat, source.deadLetters) || 'empty',
  ]);
  if (rows.length === 0) return [];
  const columns = [
    { title: 'SOURCE' },
    { title: 'LINES', align: 'right' },
    { title: 'FROM' },
    { title: 'TO' },
    { title: 'FORMATS' },
  ] as const;
  const [titles = '', ...lines] = table(columns, rows, width);
  const more = tally.sources.length + tally.moreSources - rows.length;
  const all = rows.length > 1 ? wrap(`All: ${formatsOf(tally.byFormat, tally.deadLetters)}`, width) : [];
  const partly = formatsOf(tally.partlyByFormat, 0);
  return [
    ...(folder === '' ? [] : [paint('dim', `In ${printable(folder)}`)]),
    paint('dim', titles),
    ...lines,
    ...(more > 0 ? [paint('dim', `… and ${counted(more, 'source')} more`)] : []),
    ...all,
    ...(partly === '' ? [] : wrap(`Read in part: ${partly}`, width)),
  ];
}

/** The longest folder that all paths begin with, its slash included; empty for one path or none in common. */
function commonFolder([first = '', ...others]: readonly string[]): string {
  if (others.length === 0) return '';
  let end = first.lastIndexOf('/') + 1;
  while (end > 0 && !others.every((other) => other.startsWith(first.slice(0, end)))) {
    end = first.lastIndexOf('/', end - 2) + 1;
  }
  return first.slice(0, end);
}

function formatsOf(byFormat: Iterable<[string, number]>, deadLetters: number): string {
  const parts = [...byFormat].sort((a, b) => b[1] - a[1]).map(([format, count]) => `${format} ${grouped(count)}`);
  if (deadLetters > 0) parts.push(`dead letters ${grouped(deadLetters)}`);
  return parts.join(', ');
}
