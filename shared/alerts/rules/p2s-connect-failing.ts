import { stoppedRequests } from './p2s-requests.ts';

/** Point-to-site users sign in and still get no connection. */
export const p2sConnectFailing = stoppedRequests({
  id: 'p2s.connect-failing',
  title: 'Point-to-site connections fail after authentication',
  runbook: 'p2sconnect-failing',
  stopped: 'after',
  cause:
    'Users are authenticated and get no connection: the address pool is used up, the connections of the gateway size are, or protocol and policy disagree.',
  remedy:
    'Compare the address pool and the connection limit of the gateway size with the number of connected users, then the tunnel type and the policy that clients were given.',
});
