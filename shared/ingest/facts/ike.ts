import ipaddr from 'ipaddr.js';
import { gatewayEntity, tunnelEntity } from '../../model/entity.ts';
import type { FactDraft } from '../../model/fact.ts';
import type { LogRecord } from '../../model/record.ts';
import { type IkeMessage, readIkeMessage } from '../azure/ike-message.ts';
import { type IkeSaying, mayTell, sayingOf } from '../azure/ike-phrases.ts';
import { propertyText, textAttribute } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

/** How much of proposals and selectors is kept: enough to compare, little enough to store. */
const MAX_DETAIL = 300;

/**
 * What starts, advances, fails or finishes a negotiation; the fold puts negotiations together by session. Everything else of this
 * largest of logs is counted only.
 *
 * - `ike.message`: a packet of a negotiation, once a minute however often it is sent again: `session`, `instance`, `direction`,
 *   `exchange`, `first` (the responder's cookie is still 0), `detail` (proposals or traffic selectors).
 * - `ike.failed`: `cause`, `phase`, `code`. `ike.established`: `phase`. `ike.closed`: `status`.
 * - `gateway.ike`: one of these three, its `outcome`, of a session whose record names no peers. The tunnels know their sessions.
 */
export const ike = {
  kinds: ['ike.message', 'ike.failed', 'ike.established', 'ike.closed', 'gateway.ike'],
  formats: ['azure-ike'],
  extract(record) {
    const said = textAttribute(record, 'message');
    const resourceId = textAttribute(record, 'resourceId');
    if (said === null || resourceId === null || record.timestamp === undefined || !mayTell(said)) return NONE;
    // Clients of a point-to-site gateway come and go: their failures are the users'.
    if (/\/p2svpngateways\//i.test(resourceId)) return NONE;
    const message = readIkeMessage(said);
    const fact = message.remote ? tunnelFact(record, message) : gatewayFact(record, message);
    if (fact === undefined) return NONE;
    const entity = message.remote
      ? tunnelEntity(resourceId, normal(message.remote.address))
      : gatewayEntity(resourceId);
    return [{ ...fact, entity }];
  },
} satisfies FactExtractor;

type Statement = Omit<FactDraft, 'entity'>;

/** The address of a point-to-site client has its first octet replaced by 0: no tunnel is there. */
function tunnelFact(record: LogRecord, message: IkeMessage): Statement | undefined {
  if (message.remote?.address.startsWith('0.')) return undefined;
  const saying = sayingOf(message);
  return saying ? outcome(`ike.${saying.type}`, record, message, saying) : step(record, message);
}

function gatewayFact(record: LogRecord, message: IkeMessage): Statement | undefined {
  const saying = message.session === undefined ? undefined : sayingOf(message);
  return saying && outcome('gateway.ike', record, message, saying);
}

function outcome(kind: string, record: LogRecord, message: IkeMessage, { type, ...saying }: IkeSaying): Statement {
  const attributes = {
    ...about(record, message),
    ...(kind === 'gateway.ike' && { outcome: type }),
    ...saying,
  };
  return { kind, time: record.timestamp ?? '', identity: Object.values(attributes), attributes };
}

const STEPS = new Set(['sa-init', 'auth', 'create-child', 'main-mode', 'quick-mode', 'traffic-selectors']);

/** Azure tries again every few seconds, and every try sends its messages again: the minute and the session tell enough. */
function step(record: LogRecord, message: IkeMessage): Statement | undefined {
  if (message.exchange === undefined || !STEPS.has(message.exchange)) return undefined;
  if (message.direction !== 'send' && message.direction !== 'received') return undefined;
  const attributes = { ...about(record, message), first: message.rCookie === '0', detail: detailOf(message) };
  const time = `${(record.timestamp ?? '').slice(0, 16)}:00.0000000Z`;
  return { kind: 'ike.message', time, identity: Object.values(attributes), attributes };
}

const about = (record: LogRecord, { session, direction, exchange }: IkeMessage) => ({
  session: session ?? null,
  instance: propertyText(record, 'instance'),
  direction: direction ?? null,
  exchange: exchange ?? null,
});

const DETAIL: Readonly<Record<string, RegExp>> = {
  'sa-init': /\b(?:polic(?:y|ies)|proposals?|cipher|encr)/i,
  'main-mode': /\b(?:polic(?:y|ies)|proposals?|cipher|encr)/i,
  'traffic-selectors': /\b(?:tsid|number of ts|startaddress|start address)/i,
};

/** The proposals of a first message, the address ranges of a selector payload: from where they begin. */
function detailOf({ exchange, text }: IkeMessage): string | null {
  const from = exchange && DETAIL[exchange] ? text.search(DETAIL[exchange]) : -1;
  return from < 0
    ? null
    : text
        .slice(from, from + MAX_DETAIL)
        .replace(/\s+/g, ' ')
        .trim();
}

/** As `tunnel.connected` spells it, so that both are facts of one tunnel. */
const normal = (address: string): string => ipaddr.process(address).toString().toLowerCase();
