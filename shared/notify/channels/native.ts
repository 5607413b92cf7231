import type { Alert } from '../../model/alert.ts';
import { LABELS } from '../../model/finding.ts';
import type { Notification } from '../../model/notification.ts';
import { isoOf } from '../../model/time.ts';
import { messageOf } from '../message.ts';
import type { Receiver } from '../receiver.ts';
import type { Channel, Links } from './channel.ts';

/** Standard Webhooks advises bodies below 20 KB; the alert's link leads to the rest. */
const MAX_BYTES = 20 * 1024;

/**
 * What may go, in this order, until the body fits: evidence first, since the alert's page has it, then long text. The last
 * step always fits: a dozen texts of 120 characters, twice, at six bytes each when all of it needs escaping.
 */
const REDUCTIONS: readonly ((alert: Alert) => Alert)[] = [
  (alert) => alert,
  (alert) => ({ ...alert, evidence: alert.evidence.slice(0, 10) }),
  (alert) => ({ ...alert, evidence: [] }),
  (alert) => shortened(alert, 800),
  (alert) => shortened(alert, 120),
];

/**
 * The native format: JSON after the payload advice of Standard Webhooks (`type`, `timestamp`, `data`). `data.title` and
 * `data.text` are for people, everything else for programs. Times are ISO 8601 UTC; `endsAt` is null while it lasts.
 */
export const native = {
  kind: 'native',
  title: 'tunnelwatch webhook (JSON, signed by Standard Webhooks)',
  isSigned: true,
  render(notification, receiver, links) {
    let body = '';
    for (const [step, reduce] of REDUCTIONS.entries()) {
      const reduced = { ...notification, alert: reduce(notification.alert) };
      body = JSON.stringify(payload(reduced, receiver, links, step > 0));
      if (Buffer.byteLength(body) <= MAX_BYTES) break;
    }
    return { body, contentType: 'application/json; charset=utf-8' };
  },
} satisfies Channel;

function payload(notification: Notification, receiver: Receiver, links: Links, isTruncated: boolean): object {
  const { alert } = notification;
  const state = alert.state === 'resolved' ? 'resolved' : 'firing';
  return {
    type: `alert.${state}`,
    timestamp: isoOf(notification.createdAt),
    data: {
      id: alert.id,
      notificationId: notification.id,
      reason: notification.reason,
      rule: alert.rule,
      severity: alert.severity,
      state,
      nature: alert.nature,
      entity: alert.entity,
      startsAt: isoOf(alert.startsAt),
      endsAt: alert.endsAt === null ? null : isoOf(alert.endsAt),
      endedBy: alert.endedBy,
      labels: alert.labels,
      annotations: alert.annotations,
      evidence: alert.evidence.map(({ source, line, byte }) => ({ source, line, byte })),
      ...messageOf(notification, receiver.language),
      url: links.alert ?? null,
      runbook: links.runbook ?? null,
      truncated: isTruncated,
    },
  };
}

/** Without evidence, with the three annotations that every rule gives, each text cut to `length` characters. */
function shortened(alert: Alert, length: number): Alert {
  const clip = (text: string) => (text.length > length ? `${text.slice(0, length).toWellFormed()}…` : text);
  const kept = (names: readonly string[], texts: Readonly<Record<string, string>>) =>
    Object.fromEntries(names.flatMap((name) => (texts[name] === undefined ? [] : [[name, clip(texts[name])]])));
  return {
    ...alert,
    entity: { kind: alert.entity.kind, key: clip(alert.entity.key) },
    labels: kept(LABELS, alert.labels),
    annotations: kept(['summary', 'cause', 'remedy'], alert.annotations),
    evidence: [],
  };
}
