import { type CertificateSlot, certificateEntity } from '../../model/entity.ts';
import type { FactDraft } from '../../model/fact.ts';
import type { LogRecord } from '../../model/record.ts';
import { isObject } from '../json/records.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';
import { CERTIFICATE_FIELDS, checkInOf, timeOf } from './server-checkin.ts';

/** A certificate of a server, as its check-in states it. Another thumbprint is a renewal. */
export const certificateSeen = {
  kinds: ['certificate.seen'],
  formats: ['checkin'],
  extract(record) {
    const drafts = CERTIFICATE_FIELDS.map(([name, slot]) => draftOf(record, checkInOf(record)[name], slot));
    return drafts.every((draft) => draft === undefined) ? NONE : drafts.filter((draft) => draft !== undefined);
  },
} satisfies FactExtractor;

function draftOf(record: LogRecord, certificate: unknown, slot: CertificateSlot): FactDraft | undefined {
  if (!isObject(certificate) || record.timestamp === undefined || record.hostname === undefined) return undefined;
  const notAfter = timeOf(certificate['notAfter']);
  if (notAfter === undefined) return undefined;
  const thumbprint = text(certificate['thumbprint'])?.toLowerCase() ?? null;
  return {
    kind: 'certificate.seen',
    entity: certificateEntity(record.hostname, slot),
    time: record.timestamp,
    identity: [thumbprint, notAfter],
    attributes: {
      notAfter,
      notBefore: timeOf(certificate['notBefore']) ?? null,
      thumbprint,
      subject: text(certificate['subject']),
      server: record.hostname.toLowerCase(),
      site: text(checkInOf(record)['site']),
    },
  };
}

const text = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
