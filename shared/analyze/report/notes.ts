import type { RecordFlag } from '../../model/record.ts';
import type { Analysis } from '../analyze.ts';
import { counted, grouped, printable, wrap } from './layout.ts';
import type { Page } from './page.ts';

/** What a reader must know to trust the rest: what was assumed, left out, or went wrong. */
export function notes({ tally, judgement }: Analysis, { width }: Page): string[] {
  const { later, operationsLeftOut, broken } = judgement;
  const texts: (string | false)[] = [
    later > 0 && `${counted(later, 'fact')} dated after that time ${later === 1 ? 'was' : 'were'} left out.`,
    flagged('zone-assumed') > 0 &&
      `${counted(flagged('zone-assumed'), 'time')} named no zone and ${flagged('zone-assumed') === 1 ? 'was' : 'were'} read as the zone given by --zone (default UTC).`,
    flagged('year-inferred') > 0 &&
      `${counted(flagged('year-inferred'), 'time')} named no year: the year nearest to the file's own time was taken; --year sets it.`,
    flagged('invalid-encoding') > 0 &&
      `${counted(flagged('invalid-encoding'), 'record')} had bytes that are not text; they show as �.`,
    flagged('encoding-assumed') > 0 &&
      `${counted(flagged('encoding-assumed'), 'record')} had bytes that are no UTF-8 and were read as Japanese (cp932).`,
    operationsLeftOut > 0 && `${grouped(operationsLeftOut)} gateway operations were too many to explain a tunnel.`,
    ...broken.map(({ rule, message }) => `Rule ${rule} failed, please report it: ${message}`),
  ];
  return texts.filter((text) => text !== false).flatMap((text) => wrap(`Note: ${printable(text)}`, width));

  function flagged(flag: RecordFlag): number {
    return tally.byFlag.of(flag);
  }
}
