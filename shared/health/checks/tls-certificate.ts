import { certificateCheck } from '../kinds/certificate.ts';

export const tlsCertificate = certificateCheck(
  {
    id: 'tlsCertificate',
    title: 'TLS certificate',
    remedies: {
      warning: 'The certificate that clients see expires soon. Renew it and install it on the server.',
      unhealthy: 'Clients refuse an expired certificate. Install a renewed one on the server now.',
    },
  },
  ['>', 30],
);
