import type { Alert } from '../../shared/model/alert.ts';
import type { EntityRef } from '../../shared/model/entity.ts';
import { type Fact, makeFact } from '../../shared/model/fact.ts';
import { type Millis, timestampOf } from '../../shared/model/time.ts';
import type { EntityChange, Owed, StoredFact } from '../../shared/store/ports.ts';

/** Synthetic: nothing here was ever seen in a real log. */
export const NOW: Millis = Date.UTC(2026, 10, 22, 9, 3, 29);

export const server: EntityRef = { kind: 'tunnel-server', key: 'tunnel-01.contoso.example' };

export const oddKeys = [
  'A',
  'a',
  '/subscriptions/0/resourcegroups/contoso/providers/microsoft.network/virtualnetworkgateways/hub|203.0.113.7',
  "it's 100 % #1?",
  '..',
  '.',
  'back\\slash',
  'tab\tand\u0000nul\u0085',
  'Straße',
  'strasse',
  '\u202etxet',
  'caf\u00e9',
  'cafe',
  '~41',
  '!',
  '東京',
  'lone\ud800',
  'lone\ufffd',
  'x'.repeat(300),
  'x'.repeat(301),
  'x'.repeat(1_100),
  `${'x'.repeat(1_100)}y`,
  'É'.repeat(400),
  '"',
  ' ',
] as const;

export function factAt(ms: Millis, what: string, entity: EntityRef = server, ticks = '0000'): Fact {
  const time = timestampOf(ms).replace(/\d{4}Z$/, `${ticks}Z`);
  const draft = { kind: 'server.checkin', entity, time, identity: [what], attributes: { what } };
  return makeFact(draft, { source: 'uploads/synthetic.log', line: 1, byte: 0 }, []);
}

export const stored = (fact: Fact): StoredFact => ({ fact, arrivedAt: NOW, route: 'uploads' });

export function alertOf(id: string, change: Partial<Alert> = {}): Alert {
  return {
    id,
    fingerprint: `fingerprint of ${id}`,
    rule: 'server.health',
    entity: server,
    severity: 'warning',
    state: 'firing',
    nature: 'condition',
    startsAt: NOW,
    foundAt: NOW,
    endsAt: null,
    endedBy: null,
    byClock: false,
    labels: { server: 'tunnel-01.contoso.example' },
    annotations: { summary: 'Synthetic trouble', cause: 'unknown', remedy: 'none' },
    evidence: [{ source: 'uploads/synthetic.log', line: 1, byte: 0 }],
    knownAt: NOW,
    updatedAt: NOW,
    told: null,
    suppressedBy: null,
    acknowledged: null,
    ...change,
  };
}

export const resolvedAlert = (id: string, startsAt: Millis, endsAt: Millis): Alert =>
  alertOf(id, { state: 'resolved', startsAt, endsAt, endedBy: 'fact' });

export function owedOf(id: string, alertId: string, change: Partial<Owed> = {}): Owed {
  return {
    id,
    entity: server,
    alertId,
    receiver: 'on-call',
    notification: { id, text: 'synthetic' },
    state: 'owed',
    attempts: 0,
    nextAt: NOW,
    createdAt: NOW,
    lastResult: null,
    ...change,
  };
}

export function changeOf(change: Partial<EntityChange> = {}): EntityChange {
  const entity = change.entity ?? server;
  return {
    entity,
    etag: undefined,
    head: { revision: 1 },
    alerts: [],
    dropped: [],
    owed: [],
    summary: { entity, slug: `slug-of-${entity.key}`, about: { live: true } },
    ...change,
  };
}
