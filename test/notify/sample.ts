import type { Alert, Told } from '../../shared/model/alert.ts';
import type { Notification } from '../../shared/model/notification.ts';
import { HOUR } from '../../shared/model/time.ts';
import { type Receiver, receiverSchema } from '../../shared/notify/receiver.ts';

/** The moment the tests call now. Everything here is synthetic. */
export const NOW = Date.UTC(2026, 10, 22, 9, 0, 0);

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

const GATEWAY = '/subscriptions/0/resourcegroups/contoso/providers/microsoft.network/virtualnetworkgateways/gw1';

export function alertOf(changes: Partial<Alert> = {}): Alert {
  return {
    id: '5f0c1f7b',
    fingerprint: 'aa11',
    rule: 'tunnel.down',
    entity: { kind: 'tunnel', key: `${GATEWAY}|203.0.113.7` },
    severity: 'critical',
    state: 'firing',
    nature: 'condition',
    startsAt: NOW - 2 * HOUR,
    foundAt: NOW - 2 * HOUR + 300_000,
    endsAt: null,
    endedBy: null,
    byClock: true,
    labels: { gateway: 'gw1', remoteIp: '203.0.113.7' },
    annotations: {
      summary: 'Tunnel 203.0.113.7: down',
      cause: 'Pre-shared key mismatch',
      remedy: 'Set the same key on both sides.',
    },
    evidence: [{ source: 'insights-logs-tunneldiagnosticlog/PT1H.json', line: 12, byte: 3400 }],
    knownAt: NOW,
    updatedAt: NOW,
    told: null,
    suppressedBy: null,
    acknowledged: null,
    ...changes,
  };
}

/** What a receiver was told an hour ago: firing, once, as critical, unless said otherwise. */
export const toldOf = (changes: Partial<Told> = {}): Told => ({
  state: 'firing',
  severity: 'critical',
  at: NOW - HOUR,
  ordinal: 1,
  ...changes,
});

export const notificationFor = (alert: Alert, changes: Partial<Notification> = {}): Notification => ({
  id: `${alert.id}-first-1`,
  reason: 'first',
  alert,
  createdAt: NOW,
  ...changes,
});

export const receiverOf = (changes: Record<string, unknown> = {}): Receiver =>
  receiverSchema.parse({
    id: 'on-call',
    url: 'https://hooks.contoso.example/alerts',
    secrets: [{ setting: 'ON_CALL_SECRET' }],
    ...changes,
  });
