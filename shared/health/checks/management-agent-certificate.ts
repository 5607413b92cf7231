import { certificateCheck } from '../kinds/certificate.ts';

export const managementAgentCertificate = certificateCheck(
  {
    id: 'managementAgentCertificate',
    title: 'Management agent certificate',
    remedies: {
      warning:
        'This certificate renews itself, so a warning means that renewal failed. See that the server reaches Intune, and update it.',
      unhealthy:
        'The agent cannot reach Intune with an expired certificate. Reinstall Microsoft Tunnel, which enrols the agent again.',
    },
  },
  ['>=', 30],
);
