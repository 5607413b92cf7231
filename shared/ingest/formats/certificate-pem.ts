import { X509Certificate } from 'node:crypto';
import type { RawRecord } from '../../model/record.ts';
import { fail, ok } from '../../model/result.ts';
import { timestampOf } from '../../model/time.ts';
import { bareRecord } from '../bare-record.ts';
import type { LogFormat } from './format.ts';

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

/**
 * A certificate that somebody uploaded, in PEM, or in DER and made PEM (`archive/der.ts`). `role` is leaf, intermediate or root;
 * `endpoint` is the name it is for: the first DNS name, else the common name.
 */
export const certificatePem = {
  name: 'certificate-pem',
  title: 'X.509 certificate',
  asked: { bare: true },
  claims: ({ text, json }) => json === undefined && text.startsWith(BEGIN) && text.includes(END),
  parse(raw, ctx) {
    const certificate = certificateIn(raw);
    if (certificate === undefined) return fail('invalid-certificate', 'expected an X.509 certificate in PEM');
    const attributes = attributesOf(certificate);
    if (attributes === undefined) return fail('invalid-certificate', 'expected dates in the certificate');
    return ok({
      ...bareRecord('certificate-pem', raw, ctx.host),
      body: `certificate of ${attributes.endpoint ?? attributes.subject}`,
      attributes,
    });
  },
} satisfies LogFormat;

function certificateIn({ text }: RawRecord): X509Certificate | undefined {
  try {
    return new X509Certificate(text.slice(0, text.indexOf(END) + END.length));
  } catch {
    return undefined;
  }
}

function attributesOf(certificate: X509Certificate) {
  const { subject, issuer, ca, validFrom, validTo, fingerprint256, subjectAltName = '' } = certificate;
  // The text says when a date is none; the ready-made Date then holds what was in memory.
  const notBefore = Date.parse(validFrom);
  const notAfter = Date.parse(validTo);
  if (Number.isNaN(notBefore) || Number.isNaN(notAfter)) return undefined;
  const dnsName = /\bDNS:([^,\s]+)/.exec(subjectAltName)?.[1];
  const commonName = /^CN=(.+)$/m.exec(subject)?.[1];
  return {
    subject: subject.replaceAll('\n', ', '),
    issuer: issuer.replaceAll('\n', ', '),
    endpoint: dnsName ?? commonName ?? null,
    role: !ca ? 'leaf' : subject === issuer ? 'root' : 'intermediate',
    notBefore: timestampOf(notBefore),
    notAfter: timestampOf(notAfter),
    thumbprint: fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}
