import { statementCheck } from '../kinds/statement.ts';

/** A certificate without any address to ask is normal for many authorities by now: nothing to know, so no warning. */
export const tlsCertificateRevocation = statementCheck(
  {
    id: 'tlsCertificateRevocation',
    title: 'TLS certificate revocation',
    ownRule: true,
    remedies: {
      warning: "Make the certificate's OCSP and CRL addresses reachable from the server.",
      unhealthy: 'Clients refuse a revoked certificate. Plan its replacement now, and find out why it was revoked.',
    },
  },
  new Map([
    ['not-revoked', ['healthy', 'the certificate is not revoked']],
    ['could-not-be-checked', ['warning', 'whether the certificate is revoked could not be checked']],
    ['revoked', ['unhealthy', 'the certificate is revoked']],
    ['no-address', ['unknown', 'the certificate names no OCSP and no CRL address']],
  ]),
);
