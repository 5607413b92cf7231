import type { RawRecord } from '../../model/record.ts';
import { fail, ok } from '../../model/result.ts';
import { clockOf } from '../syslog/clock.ts';
import { instantOf, type Stamp } from '../syslog/stamp.ts';
import { civilOf, DAY_PATTERN, TIME_PATTERN } from '../tmg/civil.ts';
import type { LogFormat } from './format.ts';

const LABELS = [
  'Firewall log(?:ging)?(?: status)?',
  'Web proxy log(?:ging)?(?: status)?',
  'Log(?:ging)? (?:queue )?status',
  'Log queue',
  'ファイアウォール ?ログ(?:の状態)?',
  'Web ?プロキシ ?ログ(?:の状態)?',
  'ログの状態',
  'ログ ?キュー(?:の状態)?',
].join('|');
const STATES = 'Queue (?:is )?in use|キューを使用中|Ready|準備完了';
const ISO = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,7})?(?:Z|[+-]\d\d:?\d\d)?`;

/** Time and host if somebody wrote them before it, what the console calls the log, its status. */
const LINE = new RegExp(
  `^\\s*(?:(?:(?<iso>${ISO})|(?<day>${DAY_PATTERN})[ ,]+(?<time>${TIME_PATTERN}))[ ,\\t]+)?(?:(?<host>[A-Za-z0-9][\\w.-]{0,62})[:,]?\\s+)??(?<label>${LABELS})\\s*[:：=,\\s]\\s*[["「]?(?<state>${STATES})[\\]"」]?[.。]?\\s*$`,
  'iu',
);
/** Without its log only the text that nothing else would say. */
const ALONE = /^\s*[["「]?(?:Queue (?:is )?in use|キューを使用中)[\]"」]?[.。]?\s*$/i;
const MAX_LENGTH = 300;

/**
 * The status that TMG's console shows for its logs, in English and Japanese: `Queue in use`, `キューを使用中`, `Ready`, `準備完了`.
 * Attributes: `log` (`firewall`, `web`, or null when it is of all), `status` (`in-use`, `ready`).
 */
export const tmgStatus = {
  name: 'tmg-status',
  title: 'TMG log status',
  asked: { bare: true },
  claims: (raw) =>
    raw.json === undefined && raw.text.length <= MAX_LENGTH && (LINE.test(raw.text) || ALONE.test(raw.text)),
  parse(raw, ctx) {
    const said = partsOf(raw);
    if (said === undefined) return fail('no-log-status', 'expected the status of a log');
    const time = clockOf(ctx).resolve(stampOf(said));
    return ok({
      format: 'tmg-status',
      position: raw.position,
      flags: [...raw.flags, ...time.flags],
      timestamp: time.timestamp,
      precision: time.precision,
      severity: undefined,
      hostname: said['host'] ?? ctx.host,
      appName: undefined,
      procId: undefined,
      body: raw.text,
      attributes: { log: logOf(said['label'] ?? ''), status: statusOf(said['state'] ?? '') },
    });
  },
} satisfies LogFormat;

type Parts = Readonly<Record<string, string | undefined>>;

const partsOf = ({ text }: RawRecord): Parts | undefined =>
  LINE.exec(text)?.groups ?? (ALONE.test(text) ? { state: 'Queue in use' } : undefined);

function stampOf({ iso, day, time }: Parts): Stamp | undefined {
  if (iso !== undefined) return instantOf(iso);
  return day === undefined || time === undefined ? undefined : civilOf(day, time, 'month-first');
}

const logOf = (label: string): string | null =>
  /firewall|ファイアウォール/i.test(label) ? 'firewall' : /^web/i.test(label) ? 'web' : null;

const statusOf = (state: string): string => (/ready|準備完了/i.test(state) ? 'ready' : 'in-use');
