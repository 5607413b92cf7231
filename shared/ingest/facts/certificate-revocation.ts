import { certificateEntity } from '../../model/entity.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';
import { checkInOf } from './server-checkin.ts';

/** What a check-in says of its TLS certificate's revocation: `status` in the words of the check-in's schema. */
export const certificateRevocation = {
  kinds: ['certificate.revocation'],
  formats: ['checkin'],
  extract(record) {
    const status = checkInOf(record)['tlsCertificateRevocation'];
    if (typeof status !== 'string' || record.timestamp === undefined || record.hostname === undefined) return NONE;
    return [
      {
        kind: 'certificate.revocation',
        entity: certificateEntity(record.hostname, 'tls'),
        time: record.timestamp,
        identity: [status],
        attributes: { status },
      },
    ];
  },
} satisfies FactExtractor;
