import { statementCheck } from '../kinds/statement.ts';

export const serverContainer = statementCheck(
  {
    id: 'serverContainer',
    title: 'Server container',
    remedies: {
      unhealthy: 'No client can connect. Start it with `mst-cli server start`; if it stops again, read its log.',
    },
  },
  new Map([
    ['running', ['healthy', 'the server container is running']],
    ['not-running', ['unhealthy', 'the server container is not running']],
  ]),
);
