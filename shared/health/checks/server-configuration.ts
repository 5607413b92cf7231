import { statementCheck } from '../kinds/statement.ts';

export const serverConfiguration = statementCheck(
  {
    id: 'serverConfiguration',
    title: 'Server configuration',
    remedies: {
      unhealthy:
        "The server goes on with older settings. Read the agent's log for the setting it refused, and correct it.",
    },
  },
  new Map([
    ['applied', ['healthy', 'the configuration is applied']],
    ['failed', ['unhealthy', 'the configuration could not be applied']],
  ]),
);
