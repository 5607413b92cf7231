import type { Analysis } from '../analyze.ts';
import { counted, grouped, printable, shortened, table } from './layout.ts';
import type { Page } from './page.ts';

const MAX_SHAPES = 15;
const SHAPE_WIDTH = 100;

/** Lines of a kind differ at their ends, so those go. */
const cut = (text: string): string => (text.length > SHAPE_WIDTH ? `${text.slice(0, SHAPE_WIDTH - 1)}…` : text);

/** Dead letters, and readable lines that no format knows: how many, what they look like, where the first ones are. */
export function notUnderstood({ tally }: Analysis, { paint, width }: Page): string[] {
  const { deadLetters, rejected, unknown } = tally;
  const title = paint('bold', 'Not understood');
  if (deadLetters === 0 && unknown.total === 0) return [`${title}  nothing: every line was read`];
  return [title, ...deadLetterLines(), ...unknownLines()];

  function deadLetterLines(): string[] {
    if (deadLetters === 0) return [];
    const rows = rejected.map(({ position, reason, detail }) => [
      `  ${shortened(printable(position.source), 40)}:${position.line}`,
      `byte ${grouped(position.byte)}`,
      printable(`${reason}: ${detail}`),
    ]);
    const [, ...lines] = table([{ title: '' }, { title: '' }, { title: '' }], rows, width);
    const more = deadLetters - rejected.length;
    return [
      `${counted(deadLetters, 'dead letter')} (nothing could read them):`,
      ...lines,
      ...(more > 0 ? [paint('dim', `  … and ${grouped(more)} more`)] : []),
    ];
  }

  function unknownLines(): string[] {
    if (unknown.total === 0) return [];
    const ranked = unknown.ranked();
    const rows = ranked
      .slice(0, MAX_SHAPES)
      .map(({ shape, count, first }) => [
        grouped(count),
        `${shortened(printable(first.source), 30)}:${first.line}`,
        cut(printable(shape)) || '(blank)',
      ]);
    const columns = [{ title: '  LINES', align: 'right' }, { title: 'FIRST AT' }, { title: 'SHAPE' }] as const;
    const [titles = '', ...lines] = table(columns, rows, width);
    const more = ranked.length - rows.length;
    return [
      `${counted(unknown.total, 'line')} of no known format, by shape:`,
      paint('dim', titles),
      ...lines,
      ...(more > 0 ? [paint('dim', `  … and ${counted(more, 'rarer shape')}`)] : []),
    ];
  }
}
