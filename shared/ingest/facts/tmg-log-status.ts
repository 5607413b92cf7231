import { tmgServerEntity } from '../../model/entity.ts';
import { textAttribute } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

/** The console's status of a log, or of all: attributes `log` and `status` (`in-use`, `ready`). */
export const tmgLogStatus = {
  kinds: ['tmg.log-status'],
  formats: ['tmg-status'],
  extract(record) {
    const { timestamp, hostname } = record;
    if (timestamp === undefined || hostname === undefined) return NONE;
    const log = textAttribute(record, 'log');
    const status = textAttribute(record, 'status');
    return [
      {
        kind: 'tmg.log-status',
        entity: tmgServerEntity(hostname),
        time: timestamp,
        identity: [log, status],
        attributes: { log, status },
      },
    ];
  },
} satisfies FactExtractor;
