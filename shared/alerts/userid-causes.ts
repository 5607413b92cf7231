/** What a code that the User-ID agent met means, and what to do. */
export interface Explanation {
  /** The code as people look it up. */
  readonly name: string;
  readonly cause: string;
  readonly remedy: string;
}

/** The states of a connection to a monitored server that are trouble. */
export const CONDITIONS = [
  'connection-timeout',
  'kerberos-error',
  'connection-refused',
  'access-denied',
  'not-connected',
] as const;
export type Condition = (typeof CONDITIONS)[number];

const PORTS = 'WMI takes TCP 135 and then 49152 to 65535, WinRM TCP 5985 (HTTP) or 5986 (HTTPS)';
const REACH = `Ping and trace the server from the interface that the service route "UID Agent" uses (for a data-plane interface with source); ask its name server; see that the server stands among the permitted IP addresses and that nothing on the way blocks it: ${PORTS}.`;
const WINRM_GUIDE = 'Follow the steps for server monitoring by WinRM once more';
const ACCOUNT = 'in the server monitor account of the User-ID agent setup and in Active Directory';

/** What a condition means when no code says more. */
const BY_CONDITION: Readonly<Record<Condition, Explanation>> = {
  'connection-timeout': {
    name: 'Connection timeout',
    cause: 'The firewall does not reach the server: the network, the service route or a filter on the way.',
    remedy: REACH,
  },
  'kerberos-error': {
    name: 'Kerberos error',
    cause:
      'The firewall got no Kerberos ticket for the service account; user-id.log has the code (less mp-log user-id.log).',
    remedy: `Look up the code in user-id.log. Check name, password and domain of the service account ${ACCOUNT}, the Kerberos server profile, and DNS.`,
  },
  'connection-refused': {
    name: 'Connection refused',
    cause: 'WinRM on the server did not take the connection; user-id.log has the reason (less mp-log user-id.log).',
    remedy: `Look up the reason in user-id.log. Check that WinRM listens, and its certificate. ${PORTS}.`,
  },
  'access-denied': {
    name: 'Access denied',
    cause: 'The server knows the service account and refuses it.',
    remedy: `Check the service account ${ACCOUNT}: its password, and its groups (Event Log Readers, Distributed COM Users, Remote Management Users) and its right to the WMI name space CIMV2.`,
  },
  'not-connected': {
    name: 'Not connected',
    cause: 'The firewall does not read the server, and is not known to be the passive peer of an active/passive pair.',
    remedy:
      'Run `show high-availability all`: on a passive peer this is normal. Else look for NT code 0x80041003 in user-id.log (less mp-log user-id.log), and check the rights of the service account in WMI.',
  },
};

const KERBEROS_BASE = -1_765_328_384;
const KERBEROS_LAST_PROTOCOL = 127;
const KERBEROS_LAST = KERBEROS_BASE + 255;

const KERBEROS: Readonly<Record<string, Explanation>> = {
  '-1765328228': {
    name: 'KRB5_KDC_UNREACH',
    cause: 'No domain controller of the realm answers.',
    remedy:
      'Check the realm and the domain name, DNS, and the way to the domain controllers (TCP and UDP 88), most of all right after WinRM was set up.',
  },
  '-1765328366': {
    name: 'KRB5KDC_ERR_CLIENT_REVOKED',
    cause: 'The service account is disabled or locked.',
    remedy: 'Enable or unlock the service account in Active Directory, and find out what locks it.',
  },
  '-1765328378': {
    name: 'KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN',
    cause: 'The domain does not know the service account.',
    remedy: `Correct the name and the domain of the service account ${ACCOUNT}.`,
  },
  '-1765328370': {
    name: 'KRB5KDC_ERR_ETYPE_NOSUPP',
    cause: 'Firewall and domain controller share no type of encryption, as when a policy turned RC4 off.',
    remedy: 'Allow AES 128 and AES 256 for the service account in Active Directory, and set its password anew.',
  },
  '-1765328360': {
    name: 'KRB5KDC_ERR_PREAUTH_FAILED',
    cause: 'The domain controller refused the password of the service account.',
    remedy: `Enter the password again ${ACCOUNT}, and compare the account with the WinRM guide. Doing without Kerberos preauthentication has helped somebody, but weakens the account.`,
  },
  '-1765328353': {
    name: 'KRB5KRB_AP_ERR_BAD_INTEGRITY',
    cause:
      'What the domain controller sent could not be decrypted: password and key of the service account do not fit.',
    remedy: `${WINRM_GUIDE}; prefer WinRM over HTTPS, with a valid certificate on the domain controller.`,
  },
  '-1765328316': {
    name: 'KRB5KDC_ERR_WRONG_REALM',
    cause: 'The domain controller is not responsible for the realm that was asked for.',
    remedy: 'Correct the Kerberos server profile and the domain name.',
  },
  '-1765328237': {
    name: 'KRB5_KDCREP_MODIFIED',
    cause: 'The answer of the domain controller is not what was asked for; seen with WinRM over HTTP.',
    remedy: 'Write the realm in capitals and the domain name as Active Directory has it.',
  },
  '-1765328347': {
    name: 'KRB5KRB_AP_ERR_SKEW',
    cause: 'The clocks of firewall and domain controller are too far apart.',
    remedy: 'Let both take their time from NTP; five minutes is the most that Kerberos allows.',
  },
  '-1765328361': {
    name: 'KRB5KDC_ERR_KEY_EXP',
    cause: 'The password of the service account has expired.',
    remedy: `Set a new password ${ACCOUNT}, one that does not expire.`,
  },
  '-1765328377': {
    name: 'KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN',
    cause: 'The domain does not know the service that a ticket was asked for: the name of the monitored server.',
    remedy: 'Enter the server by its full name, as Active Directory has it, not by its address.',
  },
};

/** Positive codes are errors of the firewall's own system: 145 is ETIMEDOUT on MIPS, 110 on others. */
const SYSTEM_ERRORS: Readonly<Record<string, readonly [name: string, cause: string]>> = {
  '11': ['EAGAIN', 'The domain controller could not be asked just then: temporarily unavailable.'],
  '16': ['EBUSY', 'The firewall was busy with the connection to the domain controller.'],
  '110': ['ETIMEDOUT', 'The domain controller did not answer in time.'],
  '111': ['ECONNREFUSED', 'The domain controller refused the connection.'],
  '145': ['ETIMEDOUT', 'The domain controller did not answer in time.'],
  '146': ['ECONNREFUSED', 'The domain controller refused the connection.'],
};
const TEST_ACCOUNT =
  '`test authentication authentication-profile NAME username ACCOUNT password` tries the service account';

function explainKerberos(code: string): Explanation {
  const known = KERBEROS[code];
  if (known) return known;
  const { remedy } = BY_CONDITION['kerberos-error'];
  const number = Number(code);
  if (number > 0) {
    const [name, cause] = SYSTEM_ERRORS[code] ?? [`errno ${code}`, `The firewall's own system reported error ${code}.`];
    return { name, cause, remedy: name === 'EBUSY' ? `${WINRM_GUIDE}; ${TEST_ACCOUNT}.` : REACH };
  }
  const protocol = number - KERBEROS_BASE;
  if (protocol >= 0 && protocol <= KERBEROS_LAST_PROTOCOL) {
    return { name: `Kerberos ${protocol}`, cause: `Kerberos protocol error ${protocol} (RFC 4120, 7.5.9).`, remedy };
  }
  const isLibrary = number > KERBEROS_BASE && number <= KERBEROS_LAST;
  const cause = isLibrary ? "An error of the firewall's Kerberos library." : 'An error that we do not know.';
  return { name: `error ${code}`, cause, remedy };
}

/** What libcurl says when a connection did not come about at all (response code 0). */
const WINRM_REASONS: readonly (readonly [RegExp, string, string])[] = [
  [
    /resolve (?:host|proxy)/i,
    'The name of the server is not known to the name servers of the firewall.',
    'Correct the name of the monitored server, or the DNS settings of the firewall and their service route.',
  ],
  [
    /given CA cert/i,
    'The firewall does not trust who issued the certificate of the server, as after its renewal by another authority.',
    'Import the root and intermediate certificates into the certificate profile of the User-ID connection.',
  ],
  [
    /peer certificate|remote key was not OK/i,
    'The certificate of the server does not fit: its name, or constraints that its chain lacks.',
    'Issue a certificate with the name of the server as it is monitored, and see that the authorities in its chain have basic constraints.',
  ],
  [
    /connect to server|connect\(\)|refused/i,
    'Nothing takes the connection at the port of WinRM.',
    `See that WinRM listens on the server. ${REACH}`,
  ],
  [/time ?d? ?out|timeout/i, 'The server did not answer in time.', REACH],
];

function explainWinrm(status: string, reason: string): Explanation {
  if (status === '401') {
    return {
      name: 'HTTP 401',
      cause: 'WinRM did not accept the sign-in of the firewall.',
      remedy: `${WINRM_GUIDE}. Prefer HTTPS, with a valid certificate that WinRM of the domain controller is set to use.`,
    };
  }
  if (status !== '0') return { ...BY_CONDITION['connection-refused'], name: `HTTP ${status}` };
  const known = WINRM_REASONS.find(([pattern]) => pattern.test(reason));
  if (known) return { name: reason, cause: known[1], remedy: known[2] };
  return { ...BY_CONDITION['connection-refused'], name: reason === '' ? 'no connection' : reason };
}

const DENIED: Readonly<Record<string, Explanation>> = {
  '500': {
    name: 'HTTP 500',
    cause: 'WinRM knows the service account, which lacks groups of Active Directory.',
    remedy: `Put the service account into the groups that WinRM needs. ${BY_CONDITION['access-denied'].remedy}`,
  },
  NT_STATUS_ACCESS_DENIED: {
    name: 'NT_STATUS_ACCESS_DENIED',
    cause:
      'The account lacks rights, or the hardening of DCOM (Windows update KB5014692) refuses the WMI of this PAN-OS release.',
    remedy: `${BY_CONDITION['access-denied'].remedy} Since KB5014692, use WinRM in place of WMI, or a PAN-OS release that goes with it.`,
  },
};

const NOT_CONNECTED: Readonly<Record<string, Explanation>> = {
  '0x80041003': {
    name: 'NT code 0x80041003',
    cause: 'WMI on the server refuses the service account.',
    remedy:
      'Give the service account "Enable Account" and "Remote Enable" for the name space CIMV2 in the WMI control of the server, and see that it is in Distributed COM Users and Event Log Readers.',
  },
};

/** What is known of a condition, from its code and the reason beside it where they were seen. */
export function explain(condition: Condition, code: string | null, reason: string | null): Explanation {
  const general = BY_CONDITION[condition];
  if (code === null) return general;
  switch (condition) {
    case 'kerberos-error':
      return explainKerberos(code);
    case 'connection-refused':
      return /^\d+$/.test(code) ? explainWinrm(code, reason ?? '') : { ...general, name: code };
    case 'access-denied':
      return DENIED[code.toUpperCase()] ?? { ...general, name: code };
    case 'not-connected':
      return NOT_CONNECTED[code.toLowerCase()] ?? { ...general, name: code };
    case 'connection-timeout':
      return { ...general, name: code };
    default:
      return condition satisfies never;
  }
}
