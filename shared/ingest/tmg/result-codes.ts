/** What a result code of the firewall engine means to a person, where it says more than "denied by a rule". */
export interface ResultCode {
  readonly symbol: string;
  readonly meaning: string;
  /** A VPN connection could not be made, or its packets were refused: what to do about it. */
  readonly vpnRemedy?: string;
}

/** The firewall engine is in lockdown mode: it refuses what would pass otherwise. */
export const LOCKDOWN = '0xC004001E';

const IPSEC_REMEDY =
  'Compare the addresses and the IPsec settings of the site-to-site network with those of the other end, then apply the configuration again.';

/** By code in our spelling, `0x` and capitals. Symbols are the vendor's (the SDK's header), texts ours. */
export const RESULT_CODES: Readonly<Record<string, ResultCode>> = {
  '0xC004000D': { symbol: 'FWX_E_POLICY_RULES_DENIED', meaning: 'no policy rule allows it' },
  '0xC0040012': { symbol: 'FWX_E_NETWORK_RULES_DENIED', meaning: 'no network rule joins the two networks' },
  '0xC0040014': {
    symbol: 'FWX_E_FWE_SPOOFING_PACKET_DROPPED',
    meaning: 'the source address cannot be on that network',
  },
  '0xC0040017': { symbol: 'FWX_E_TCP_NOT_SYN_PACKET_DROPPED', meaning: 'a TCP packet of no known connection' },
  [LOCKDOWN]: {
    symbol: 'FWX_E_FULLDENY_DROPPED',
    meaning: 'lockdown mode refuses all but what the server itself needs',
  },
  '0xC0040020': {
    symbol: 'FWX_E_UNCOMPLETED_CONNECTION_REQUEST',
    meaning: 'the client did not send its credentials in time',
    vpnRemedy: 'Look at the line to the client and whether GRE or UDP 500, 1701 and 4500 get through both ways.',
  },
  '0xC0040021': {
    symbol: 'FWX_E_CONNECTION_REQUEST_REJECTED',
    meaning: 'the logon was rejected while it was authenticated',
    vpnRemedy: 'Check the user name, the password, the dial-in permission and the RADIUS or domain server behind it.',
  },
  '0xC0040022': {
    symbol: 'FWX_E_VALIDATE_QUARANTINE_FAILED',
    meaning: 'the quarantine settings do not hold',
    vpnRemedy: 'Check the quarantine settings of the VPN clients network.',
  },
  '0xC0040023': {
    symbol: 'FWX_E_VPN_CONNECTIONS_LIMIT_EXCEEDED',
    meaning: 'more VPN clients than the limit allows',
    vpnRemedy: 'Raise the limit of VPN clients, or end sessions that nobody uses.',
  },
  '0xC004002F': {
    symbol: 'FWX_E_IPSEC_NO_ROUTE_DROPPED',
    meaning: 'a packet came through the IPsec tunnel from an address that does not belong behind it',
    vpnRemedy: 'Add the sending subnet to the addresses of the remote site, or correct the routing of the other end.',
  },
  '0xC0040032': {
    symbol: 'FWX_E_VPN_USER_MAPPING_FAILED',
    meaning: 'the VPN client could not be mapped to a Windows user',
    vpnRemedy: 'Check user mapping: the domain it assumes, and that the account exists there.',
  },
  '0xC004003E': {
    symbol: 'FWX_E_FW_IPSEC_DROPPED',
    meaning: 'the IPsec policy the firewall works with does not match',
    vpnRemedy: IPSEC_REMEDY,
  },
  '0xC004003F': {
    symbol: 'FWX_E_TRANSITION_DROPPED',
    meaning: 'dropped while a new IPsec policy takes effect; passes by itself',
  },
  '0xC0040044': {
    symbol: 'FWE_E_FAIL_TRANSACT_TO_TRANSITION_TO_IPSEC',
    meaning: 'the firewall engine could not take over the IPsec configuration',
    vpnRemedy: IPSEC_REMEDY,
  },
  '0xC0040045': {
    symbol: 'FWE_E_FAIL_TRANSACT_TO_IPSEC',
    meaning: 'the firewall engine is in a state in which it cannot change the IPsec configuration',
    vpnRemedy: IPSEC_REMEDY,
  },
};

const HEXADECIMAL = /^0x[0-9a-f]{1,8}$/i;

/** One spelling of a result code whatever its case, also of the signed number that SQL has; undefined for other texts. */
export function resultCodeOf(stated: string): string | undefined {
  if (HEXADECIMAL.test(stated)) return `0x${stated.slice(2).toUpperCase()}`;
  return /^-\d{1,10}$/.test(stated) ? `0x${(Number(stated) >>> 0).toString(16).toUpperCase()}` : undefined;
}

/** Whether a code says that a VPN connection, or the traffic in it, failed. */
export const isVpnFailure = (code: string): boolean => RESULT_CODES[code]?.vpnRemedy !== undefined;
