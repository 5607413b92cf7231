import { firewallEntity } from '../../model/entity.ts';
import { statementsIn, type UseridStatement } from '../panos/userid-statement.ts';
import { wholeSecond } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

/**
 * The User-ID process of a firewall could not read a monitored server, which its line rarely names. Attributes: `condition` (the status
 * that the server then shows), `code`, `reason`, `server`, `vsys`.
 */
export const useridError = {
  kinds: ['userid.error'],
  formats: ['panos-userid-log'],
  extract({ body, timestamp, hostname, flags }) {
    if (timestamp === undefined || hostname === undefined) return NONE;
    return statementsIn(body).flatMap((statement) => {
      const condition = conditionOf(statement);
      if (condition === undefined) return NONE;
      const { code, reason, server, vsys } = statement;
      return [
        {
          kind: 'userid.error',
          entity: firewallEntity(hostname),
          // The ticks of lines without a time are their order.
          time: flags.includes('no-time') ? timestamp : wholeSecond(timestamp),
          identity: [condition, code, reason, server, vsys],
          attributes: { condition, code, reason, server: server?.toLowerCase() ?? null, vsys },
        },
      ];
    });
  },
} satisfies FactExtractor;

/** NT statuses of the Samba client, by the state that the server then shows. 0x80041003 is WMI's own refusal, and shows as not connected. */
const CONDITION_BY_STATUS: Readonly<Record<string, string>> = {
  NT_STATUS_ACCESS_DENIED: 'access-denied',
  NT_STATUS_LOGON_FAILURE: 'access-denied',
  NT_STATUS_ACCOUNT_DISABLED: 'access-denied',
  NT_STATUS_ACCOUNT_LOCKED_OUT: 'access-denied',
  NT_STATUS_PASSWORD_EXPIRED: 'access-denied',
  NT_STATUS_IO_TIMEOUT: 'connection-timeout',
  NT_STATUS_HOST_UNREACHABLE: 'connection-timeout',
  NT_STATUS_NETWORK_UNREACHABLE: 'connection-timeout',
  NT_STATUS_CONNECTION_REFUSED: 'connection-refused',
  '0x80041003': 'not-connected',
};

function conditionOf({ failed, code }: UseridStatement): string | undefined {
  if (failed === 'kerberos') return 'kerberos-error';
  if (failed === 'winrm') return code === '500' ? 'access-denied' : 'connection-refused';
  if (failed !== 'log-query' || code === null) return undefined;
  return CONDITION_BY_STATUS[code.startsWith('0x') ? code.toLowerCase() : code.toUpperCase()];
}
