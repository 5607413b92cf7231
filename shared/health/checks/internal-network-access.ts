import { statementCheck } from '../kinds/statement.ts';

export const internalNetworkAccess = statementCheck(
  {
    id: 'internalNetworkAccess',
    title: 'Internal network access',
    remedies: {
      unhealthy:
        'The server does not reach the internal URL, so its clients will not either. Look at DNS, routes and firewalls between the two.',
      unknown: 'Set an internal URL for the site, so that the server can try it.',
    },
  },
  new Map([
    ['reachable', ['healthy', 'the internal URL is reachable']],
    ['unreachable', ['unhealthy', 'the internal URL is not reachable']],
    ['not-configured', ['unknown', 'no internal URL is set, so this does not count']],
  ]),
);
