import { styleText } from 'node:util';
import { DAY, HOUR, MINUTE, type Millis } from '../../../shared/model/time.ts';
import type { ReceivedNotification } from './receiver.ts';

type Style = Parameters<typeof styleText>[0];

export interface TextOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** When it came. */
  readonly at: Millis;
  /** Whether the terminal shows colours. */
  readonly coloured: boolean;
}

const severityStyles: Readonly<Record<ReceivedNotification['severity'], Style>> = {
  informational: 'cyan',
  warning: 'yellow',
  critical: ['red', 'bold'],
};
const labelWidth = 10;

/** A notification for a terminal: when, state, severity, what, since when, cause, what to do; and that it was verified. */
export function notificationText(notification: ReceivedNotification, options: TextOptions): string {
  const { rule, severity, state, nature, startsAt, endsAt, reason, annotations } = notification;
  const style = (format: Style, text: string) =>
    options.coloured ? styleText(format, text, { validateStream: false }) : text;
  const word = nature === 'event' ? 'EVENT' : state.toUpperCase();
  const head = [
    style('dim', clock(options.at)),
    style(state === 'resolved' && nature === 'condition' ? ['green', 'bold'] : severityStyles[severity], word),
    style(severityStyles[severity], severity),
    style('bold', rule),
    style('dim', `signature verified, reason: ${reason}`),
  ].join('  ');
  const since = Date.parse(startsAt);
  const until = endsAt === null || nature === 'event' ? '' : ` to ${clock(Date.parse(endsAt))}`;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['', annotations['summary']],
    [
      nature === 'event' ? 'at' : 'since',
      `${day(since, options.at)}${clock(since)}${until} (${ago(options.at - since)})`,
    ],
    ['cause', annotations['cause']],
    ['to do', annotations['remedy']],
  ];
  const lines = rows.flatMap(([label, text]) =>
    text === undefined
      ? []
      : wrapped(text, options.width - labelWidth).map((line, index) => {
          const title = style('dim', (index === 0 ? label : '').padEnd(labelWidth));
          return title + (label === '' ? style('bold', line) : line);
        }),
  );
  return ['', head, ...lines].join('\n');
}

/** `09:03:29` of the day, in UTC as in the logs. */
const clock = (at: Millis): string => new Date(at).toISOString().slice(11, 19);

/** The date, where it is not that of `now`. */
function day(at: Millis, now: Millis): string {
  const [date, today] = [at, now].map((time) => new Date(time).toISOString().slice(0, 10));
  return date === today ? '' : `${date} `;
}

/** How long ago, in the unit that a person would choose. */
function ago(ms: Millis): string {
  const [unit, length] = ms >= 2 * DAY ? ['days', DAY] : ms >= 2 * HOUR ? ['h', HOUR] : ['min', MINUTE];
  return `${Math.round(ms / length)} ${unit} ago`;
}

/** Lines of at most `width` characters, broken between words; a longer word has a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
