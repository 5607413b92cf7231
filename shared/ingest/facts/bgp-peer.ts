import { bgpPeerEntity, gatewayEntity } from '../../model/entity.ts';
import type { FactDraft } from '../../model/fact.ts';
import type { LogRecord } from '../../model/record.ts';
import { propertyText, textAttribute } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

/** Prefixes named in a fact; a full table would not fit, and says no more. */
const MAX_PREFIXES = 50;

const STATES: Readonly<Record<string, 'connected' | 'disconnected'>> = {
  'bgp-connected': 'connected',
  'bgp-disconnected': 'disconnected',
};

/**
 * A BGP peer went up or down (`bgp.connected`, `bgp.disconnected`) or its routes changed (`bgp.routes`: `added`, `withdrawn`, comma
 * between). The gateway hears of it as well (`gateway.bgp-peer`: `peer`, `state`), so that its other peers can tell whether one is
 * left. Routes that name no peer, static ones among them, are `gateway.routes`, with their `source`.
 */
export const bgpPeer = {
  kinds: ['bgp.connected', 'bgp.disconnected', 'bgp.routes', 'gateway.bgp-peer', 'gateway.routes'],
  formats: ['azure-route'],
  extract(record) {
    const resourceId = textAttribute(record, 'resourceId');
    const event = textAttribute(record, 'event') ?? '';
    if (resourceId === null || record.timestamp === undefined) return NONE;
    const peer = textAttribute(record, 'peer');
    const state = STATES[event];
    if (state !== undefined)
      return peer === null ? NONE : stateFacts(record, resourceId, peer, state, record.timestamp);
    if (event !== 'bgp-route-update' && event !== 'static-route-update') return NONE;
    const message = textAttribute(record, 'message');
    const routes = {
      added: prefixes(record, 'added'),
      withdrawn: prefixes(record, 'withdrawn'),
      other: prefixes(record, 'routes'),
    };
    const said = { time: record.timestamp, identity: [event, message] };
    if (event === 'bgp-route-update' && peer !== null)
      return [{ kind: 'bgp.routes', entity: bgpPeerEntity(resourceId, peer), ...said, attributes: routes }];
    const source = event === 'bgp-route-update' ? 'bgp' : 'static';
    return [{ kind: 'gateway.routes', entity: gatewayEntity(resourceId), ...said, attributes: { source, ...routes } }];
  },
} satisfies FactExtractor;

function stateFacts(
  record: LogRecord,
  resourceId: string,
  peer: string,
  state: 'connected' | 'disconnected',
  time: string,
): readonly FactDraft[] {
  const instance = propertyText(record, 'instance');
  const reason = textAttribute(record, 'message')?.slice(0, 300) ?? null;
  return [
    {
      kind: `bgp.${state}`,
      entity: bgpPeerEntity(resourceId, peer),
      time,
      identity: [instance],
      attributes: { instance, message: reason },
    },
    {
      kind: 'gateway.bgp-peer',
      entity: gatewayEntity(resourceId),
      time,
      identity: [peer, state, instance],
      attributes: { peer, state, instance },
    },
  ];
}

function prefixes({ attributes }: LogRecord, name: string): string {
  const listed = attributes[name];
  return Array.isArray(listed) ? listed.slice(0, MAX_PREFIXES).join(', ') : '';
}
