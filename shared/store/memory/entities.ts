import type { Alert } from '../../model/alert.ts';
import { type EntityRef, entityId } from '../../model/entity.ts';
import { compareAlerts, isOpen, matchesQuery } from '../alert-query.ts';
import { encodeKey } from '../keys.ts';
import { pageOf } from '../paging.ts';
import type { EntityStore, EntitySummary, Json, OutboxStore, Owed } from '../ports.ts';

interface EntityRows {
  etag: string;
  head: Json;
  summary: EntitySummary;
  readonly alerts: Map<string, Alert>;
  readonly owed: Map<string, { owed: Owed; etag: string }>;
}

const rowKey = (entity: EntityRef): string => encodeKey(entityId(entity));
const alertPosition = (alert: Alert): string =>
  `${String(Number.MAX_SAFE_INTEGER - alert.startsAt).padStart(17, '0')}!${alert.id}`;

/** Heads, alerts and outbox share their rows, as one transaction writes them. */
export function memoryEntities(nextEtag: () => string): { entities: EntityStore; outbox: OutboxStore } {
  const rows = new Map<string, EntityRows>();
  const allAlerts = () => [...rows.values()].flatMap((row) => [...row.alerts.values()]);

  const entities: EntityStore = {
    async read(entity, endedSince) {
      const row = rows.get(rowKey(entity));
      if (row === undefined) return undefined;
      const alerts = [...row.alerts.values()].filter((alert) => isOpen(alert) || (alert.endsAt ?? 0) >= endedSince);
      return structuredClone({ etag: row.etag, head: row.head, alerts });
    },
    async commit(change) {
      const before = rows.get(rowKey(change.entity));
      if (before?.etag !== change.etag) return 'conflict';
      const row: EntityRows = before ?? {
        etag: '',
        head: null,
        summary: change.summary,
        alerts: new Map(),
        owed: new Map(),
      };
      const { head, summary, alerts, owed } = structuredClone(change);
      rows.set(rowKey(change.entity), row);
      Object.assign(row, { etag: nextEtag(), head, summary });
      for (const id of change.dropped) row.alerts.delete(id);
      for (const alert of alerts) row.alerts.set(alert.id, alert);
      // A row that is already there is further along.
      for (const one of owed) if (!row.owed.has(one.id)) row.owed.set(one.id, { owed: one, etag: nextEtag() });
      return 'committed';
    },
    async list(kind, options = {}) {
      const prefix = options.keyPrefix?.normalize('NFC') ?? '';
      const summaries = [...rows.values()]
        .map((row) => row.summary)
        .filter(({ entity }) => entity.kind === kind && entity.key.normalize('NFC').startsWith(prefix))
        .sort((a, b) => (encodeKey(a.entity.key) < encodeKey(b.entity.key) ? -1 : 1));
      return structuredClone(pageOf(summaries, ({ entity }) => encodeKey(entity.key), options));
    },
    async bySlug(kind, slug) {
      const found = [...rows.values()].find(({ summary }) => summary.entity.kind === kind && summary.slug === slug);
      return structuredClone(found?.summary);
    },
    async alerts(query) {
      const found = allAlerts().filter((alert) => matchesQuery(alert, query));
      return structuredClone(pageOf(found.sort(compareAlerts), alertPosition, query));
    },
    async alert(id) {
      return structuredClone(allAlerts().find((alert) => alert.id === id));
    },
  };

  const outbox: OutboxStore = {
    async read(entity, id) {
      return structuredClone(rows.get(rowKey(entity))?.owed.get(id));
    },
    async list(entity) {
      const owed = [...(rows.get(rowKey(entity))?.owed.values() ?? [])].map((row) => row.owed);
      return structuredClone(owed.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)));
    },
    async save(owed, etag) {
      const row = rows.get(rowKey(owed.entity))?.owed.get(owed.id);
      if (row?.etag !== etag) return 'conflict';
      Object.assign(row, { owed: structuredClone(owed), etag: nextEtag() });
      return 'saved';
    },
  };
  return { entities, outbox };
}
