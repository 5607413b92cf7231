import { tmgServerEntity } from '../../model/entity.ts';
import { numberOf, textAttribute } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

/**
 * What lay in the log queue when somebody looked. Attributes: `files` (their count), `oldest` and `next` (the two oldest, by name),
 * `oldestAt` (when the oldest was last written), `complete` (false: there may be more).
 */
export const tmgLogQueue = {
  kinds: ['tmg.log-queue'],
  formats: ['tmg-llq'],
  extract(record) {
    const { timestamp, hostname } = record;
    const files = numberOf(record.attributes['files']);
    const complete = record.attributes['complete'] === true;
    if (timestamp === undefined || hostname === undefined || files === null || (files === 0 && !complete)) return NONE;
    const oldest = textAttribute(record, 'oldest');
    const next = textAttribute(record, 'next');
    return [
      {
        kind: 'tmg.log-queue',
        entity: tmgServerEntity(hostname),
        time: timestamp,
        identity: [files, oldest, next],
        attributes: { files, oldest, oldestAt: textAttribute(record, 'oldestAt'), next, complete },
      },
    ];
  },
} satisfies FactExtractor;
