import type { Alert } from '../../model/alert.ts';
import type { EntityRef } from '../../model/entity.ts';
import { isOpen } from '../alert-query.ts';
import { encodeKey } from '../keys.ts';
import type { Owed } from '../ports.ts';
import type { Row } from './guards.ts';
import { packJson, unpackJson } from './json-columns.ts';
import type { StoredRow } from './table.ts';
import { timeText } from './time-text.ts';

/**
 * The rows of one entity share a partition, so that one transaction writes them. The digits order them: a query gives the head
 * first, so that its etag is never newer than the alerts that come on later pages.
 */
export const HEAD = '0-head';
export const ALERTS = { from: '1-alert!', to: '1-alert"' } as const;
export const OWED = { from: '2-owed!', to: '2-owed"' } as const;

export const entityPartition = (entity: EntityRef): string => `${entity.kind}!${encodeKey(entity.key)}`;
export const alertKey = (id: string): string => `${ALERTS.from}${encodeKey(id)}`;
export const owedKey = (id: string): string => `${OWED.from}${encodeKey(id)}`;

/** An alert's row; the columns beside the JSON are for filters and for people. */
export function alertRow(alert: Alert): Row {
  return { partitionKey: entityPartition(alert.entity), rowKey: alertKey(alert.id), ...alertColumns(alert) };
}

export const alertColumns = (alert: Alert) => ({
  open: isOpen(alert),
  state: alert.state,
  rule: alert.rule,
  severity: alert.severity,
  startsAt: timeText(alert.startsAt),
  ...(alert.endsAt === null ? {} : { endsAt: timeText(alert.endsAt) }),
  ...packJson(alert),
});

/** Reads an alert back; undefined for a damaged row. */
export function alertOf(row: StoredRow): Alert | undefined {
  const alert = unpackJson(row);
  const isAlert = typeof alert === 'object' && alert !== null && 'fingerprint' in alert;
  return isAlert ? (alert as unknown as Alert) : undefined;
}

export const owedRow = (owed: Owed): Row => ({
  partitionKey: entityPartition(owed.entity),
  rowKey: owedKey(owed.id),
  state: owed.state,
  ...packJson(owed),
});

/** Reads an owed notification back; undefined for a damaged row. */
export function owedOf(row: StoredRow): Owed | undefined {
  const owed = unpackJson(row);
  const isOwed = typeof owed === 'object' && owed !== null && 'alertId' in owed;
  return isOwed ? (owed as unknown as Owed) : undefined;
}
