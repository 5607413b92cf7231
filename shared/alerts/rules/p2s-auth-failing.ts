import { stoppedRequests } from './p2s-requests.ts';

/** Point-to-site users cannot sign in. */
export const p2sAuthFailing = stoppedRequests({
  id: 'p2s.auth-failing',
  title: 'Point-to-site authentication fails',
  runbook: 'p2sauth-failing',
  stopped: 'before',
  cause:
    'Requests arrive and are not authenticated: the identity provider (Microsoft Entra ID, RADIUS), a certificate that ended, or conditional access.',
  remedy:
    'Check the provider that the gateway is set to: the tenant, audience and issuer of Microsoft Entra ID, whether the RADIUS servers answer, whether the root certificate is still valid; then what changed there.',
});
