import type { Millis } from '../model/time.ts';
import { isoOf } from '../model/time.ts';
import type { Failure, IkeEvent } from './ike-timeline.ts';

interface Cause {
  /** What is wrong, for people. */
  readonly says: string;
  readonly remedy: string;
}

/** The causes of the key exchange log, the more telling first. */
const CAUSES: Readonly<Record<string, Cause>> = {
  'pre-shared-key': {
    says: 'the pre-shared keys of the two ends differ',
    remedy:
      'Set one shared key on the Azure connection and on the on-premises device, and mind keys that a device cuts or characters that it changes.',
  },
  signature: {
    says: 'the proof of identity could not be verified: pre-shared key or certificate differ',
    remedy: 'Compare the shared key; with certificates compare the chain, its root on the other end, and the clocks.',
  },
  certificate: {
    says: 'a certificate is missing or not accepted',
    remedy:
      'Check that the certificate has its private key, is in date, not revoked, and that the other end trusts its root.',
  },
  policy: {
    says: 'the two ends share no IPsec/IKE policy',
    remedy:
      'Compare encryption, integrity, DH and PFS group of both phases, and the IKE version, with the policy of the Azure connection; a custom policy must match exactly.',
  },
  'traffic-selectors': {
    says: 'the address ranges that the peer asks for are not those that Azure has',
    remedy:
      'Compare the local network gateway’s and the virtual network’s ranges with the device’s; a route-based gateway expects any-to-any unless policy-based traffic selectors are on.',
  },
  'phase-2': {
    says: 'the second phase (IPsec SA) came to nothing',
    remedy: 'Compare PFS group, IPsec proposals, lifetimes and traffic selectors of both ends.',
  },
  timeout: {
    says: 'the peer did not answer in time',
    remedy:
      'Check that the on-premises device is up, has the gateway’s public IP as its peer, and that UDP 500 and 4500 pass in both directions.',
  },
  other: {
    says: 'the gateway gave up, for a reason that is not in our table',
    remedy: 'Read the messages of the sample negotiation; the error code is one of Windows (ERROR_IPSEC_IKE_…).',
  },
};
const NAMES = Object.keys(CAUSES);

/** Place in the table: lower is more telling. */
export const causeRank = (cause: string): number => (NAMES.includes(cause) ? NAMES.indexOf(cause) : NAMES.length);

const knownCause = (cause: string): Cause =>
  (Object.hasOwn(CAUSES, cause) ? CAUSES[cause] : CAUSES['other']) ?? { says: cause, remedy: '' };

export const remedyOf = ({ cause }: Failure): string => knownCause(cause).remedy;

/** What is wrong, with what the gateway itself said: `the pre-shared keys of the two ends differ (0x35E9)`. */
export function causeText({ cause, code, status }: Failure): string {
  const said = [code, status === null ? null : `closed with status “${status}”`].filter((part) => part !== null);
  return said.length > 0 ? `${knownCause(cause).says} (${said.join(', ')})` : knownCause(cause).says;
}

const EXCHANGES: Readonly<Record<string, string>> = {
  'sa-init': 'IKE_SA_INIT',
  auth: 'IKE_AUTH',
  'create-child': 'CREATE_CHILD_SA',
  'main-mode': 'main mode',
  'quick-mode': 'quick mode',
  'traffic-selectors': 'a traffic selector payload',
  informational: 'an informational message',
};

/** `phase 1; started by Azure; last received IKE_AUTH`. */
export function stepText({ phase, initiator, last }: Failure): string {
  const [exchange = '', direction] = last?.split(':') ?? [];
  const name = EXCHANGES[exchange] ?? exchange;
  return [
    `phase ${phase}`,
    initiator === null ? 'started by an end that the log does not name' : `started by ${endName(initiator)}`,
    last === null ? 'no message of it seen' : `last ${direction === 'send' ? 'sent' : 'received'} ${name}`,
  ].join('; ');
}

const endName = (end: 'azure' | 'peer'): string => (end === 'azure' ? 'Azure' : 'the peer');

/** What an interruption's IKE log says around it: `09:00:12 failed (timeout), 09:00:31 established`. Undefined when nothing. */
export function eventsText(events: readonly IkeEvent[], from: Millis, to: Millis): string | undefined {
  const told = events
    .filter(({ at }) => at >= from && at <= to)
    .map(({ at, type, detail }) => `${isoOf(at).slice(11, 19)} ${type}${detail ? ` (${detail})` : ''}`);
  return told.length > 0 ? told.join(', ') : undefined;
}
