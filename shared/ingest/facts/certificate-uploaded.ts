import { certificateEntity } from '../../model/entity.ts';
import { textAttribute } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

const SLOT_BY_ROLE = { leaf: 'tls', intermediate: 'intermediate' } as const;

/** A certificate that somebody uploaded, seen when its file was written, in the slot of its endpoint. Roots are nobody's to renew. */
export const certificateUploaded = {
  kinds: ['certificate.seen'],
  formats: ['certificate-pem'],
  extract(record) {
    const endpoint = textAttribute(record, 'endpoint');
    const role = textAttribute(record, 'role');
    if (endpoint === null || record.timestamp === undefined || (role !== 'leaf' && role !== 'intermediate'))
      return NONE;
    const notAfter = textAttribute(record, 'notAfter');
    const thumbprint = textAttribute(record, 'thumbprint');
    return [
      {
        kind: 'certificate.seen',
        entity: certificateEntity(endpoint, SLOT_BY_ROLE[role]),
        time: record.timestamp,
        identity: [thumbprint, notAfter],
        attributes: {
          notAfter,
          notBefore: textAttribute(record, 'notBefore'),
          thumbprint,
          subject: textAttribute(record, 'subject'),
          server: endpoint.toLowerCase(),
          site: null,
        },
      },
    ];
  },
} satisfies FactExtractor;
