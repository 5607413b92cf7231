/** One thing that the User-ID process wrote: `Error: function(file.c:line): message`. */
export interface UseridStatement {
  readonly level: string;
  readonly function: string;
  readonly message: string;
  /** What was tried when it failed: a Kerberos ticket, a query by WinRM, a query of the event log by WMI. */
  readonly failed: 'kerberos' | 'winrm' | 'log-query' | null;
  /** Kerberos code, HTTP status, or name or number of the NT status. */
  readonly code: string | null;
  /** What was said beside the code; null for `(null)` too. */
  readonly reason: string | null;
  readonly server: string | null;
  readonly vsys: string | null;
}

const STATEMENT = /(?:\b([A-Za-z]{1,12}):\s+)?\b(pan_\w{1,60}) ?\([\w.-]{1,60}\.c(?:pp|c)?:\d{1,7}\):\s*/g;

/** Every statement in a text; of a paragraph that lost its line breaks there are several. */
export function statementsIn(text: string): readonly UseridStatement[] {
  const found = [...text.matchAll(STATEMENT)];
  return found.map((match, i) => {
    const message = text.slice(match.index + match[0].length, found[i + 1]?.index ?? text.length).trim();
    return { level: (match[1] ?? '').toLowerCase(), function: match[2] ?? '', message, ...failureIn(message) };
  });
}

type Failure = Pick<UseridStatement, 'failed' | 'code' | 'reason' | 'server' | 'vsys'>;

const NONE: Failure = { failed: null, code: null, reason: null, server: null, vsys: null };
const KERBEROS = /failed to get krb5 tgt ticket with error (-?\d{1,10})/;
const WINRM = /Connection failed\. response code = (\d{1,3}), error: (.{0,300}?)(?: in vsys ?(\w*))?$/;
const LOG_QUERY = /log query for (\S{1,253}) failed: NTSTATUS: (NT code 0x[0-9a-f]{1,8}|\w{1,80})(?: - (.{0,300}))?$/i;

function failureIn(message: string): Failure {
  const kerberos = KERBEROS.exec(message);
  if (kerberos !== null) return { ...NONE, failed: 'kerberos', code: kerberos[1] ?? null };
  const winrm = WINRM.exec(message);
  if (winrm !== null) {
    const [, code = null, text = '', vsys = ''] = winrm;
    const reason = text === '' || text === '(null)' ? null : text;
    return { ...NONE, failed: 'winrm', code, reason, vsys: /^\d+$/.test(vsys) ? `vsys${vsys}` : vsys || null };
  }
  const query = LOG_QUERY.exec(message);
  if (query === null) return NONE;
  const [, server = null, status = '', reason = null] = query;
  return { ...NONE, failed: 'log-query', code: status.replace(/^NT code /i, '').replace(/^0X/, '0x'), reason, server };
}
