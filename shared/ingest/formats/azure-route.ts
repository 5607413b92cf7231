import { addressOf } from '../azure/address.ts';
import { azureFormat } from '../azure/format.ts';
import { propertyTextOf } from '../azure/properties.ts';
import { routeMessage } from '../azure/route-message.ts';

const EVENTS: Readonly<Record<string, string>> = {
  staticrouteupdate: 'static-route-update',
  bgprouteupdate: 'bgp-route-update',
  bgpconnectedevent: 'bgp-connected',
  bgpdisconnectedevent: 'bgp-disconnected',
};
const PEER_PROPERTIES = ['peerAddress', 'peerIP', 'peer', 'remoteIP'];

/**
 * VPN Gateway routes and BGP peers: RouteDiagnosticLog. Attributes: `event`, `peer`, and the prefixes `added`, `withdrawn` and
 * `routes` (of which the message says neither).
 */
export const azureRoute = azureFormat(
  'azure-route',
  'Azure VPN Gateway, route diagnostic log',
  (category) => category === 'routediagnosticlog',
  (envelope) => {
    const { peer, added, withdrawn, other } = routeMessage(envelope.message ?? '');
    const stated = PEER_PROPERTIES.flatMap((name) => addressOf(propertyTextOf(envelope, name) ?? '') ?? []);
    return {
      event: EVENTS[envelope.operationName.toLowerCase()] ?? 'unknown',
      peer: stated[0] ?? peer,
      added,
      withdrawn,
      routes: other,
    };
  },
  // Whose state it is, nobody can tell.
  ({ event, peer }) => peer === null && (event === 'bgp-connected' || event === 'bgp-disconnected'),
);
