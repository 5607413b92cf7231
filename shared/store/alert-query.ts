import type { Alert } from '../model/alert.ts';
import { entityId } from '../model/entity.ts';
import type { AlertQuery } from './ports.ts';

/** Pending or firing. */
export const isOpen = (alert: Alert): boolean => alert.state !== 'resolved';

/** Newest start first, then id: the order of every list of alerts. */
export function compareAlerts(a: Alert, b: Alert): number {
  if (a.startsAt !== b.startsAt) return b.startsAt - a.startsAt;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** Whether an alert is among those asked for; `startsAfter` and `startsBefore` are themselves outside. */
export function matchesQuery(alert: Alert, query: AlertQuery): boolean {
  if (query.open !== undefined && query.open !== isOpen(alert)) return false;
  if (query.rule !== undefined && query.rule !== alert.rule) return false;
  if (query.severity !== undefined && query.severity !== alert.severity) return false;
  if (query.state !== undefined && query.state !== alert.state) return false;
  if (query.entity !== undefined && entityId(query.entity) !== entityId(alert.entity)) return false;
  if (query.startsAfter !== undefined && alert.startsAt <= query.startsAfter) return false;
  return query.startsBefore === undefined || alert.startsAt < query.startsBefore;
}
