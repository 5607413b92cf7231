import { subscriptionEntity } from '../../model/entity.ts';
import { DAY, millisOf, parseTime, type Timestamp, timestampOf } from '../../model/time.ts';
import type { ServiceNotice } from '../azure/service-health.ts';
import { textAttribute } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';

const SERVICE = /\bvpn gateway\b/i;
/** An announcement comes up to this long after what it is about began, and then still counts from then. */
const LATEST = DAY;
const OVER = /^(?:complete|completed|resolved|canceled|cancelled|rca)$/i;
const CANCELED = /^cancell?ed$/i;

/**
 * Azure announced maintenance or an incident of its VPN gateways somewhere: ServiceHealth. The record names no gateway, so the fact is
 * the subscription's, and a tunnel is concerned by its region. Attributes: `type`, `trackingId`, `regions` (one spelling each, comma
 * between; empty: all), `title`, `stage`, `from`, `until` (null: open), `saidAt`, `canceled`. It counts from when its impact began,
 * as far as that is at most a day before the record and not after it. What is `Complete` ended with its record at the
 * latest, whatever end it states: one with an end two weeks ahead was seen.
 */
export const serviceHealth = {
  kinds: ['subscription.service-health'],
  formats: ['azure-activity'],
  extract(record) {
    const notice = noticeOf(record.attributes['notice']);
    const subscription = subscriptionEntity(textAttribute(record, 'resourceId') ?? '');
    const saidAt = record.timestamp;
    if (!notice || notice.synthetic || !subscription || saidAt === undefined) return NONE;
    if (notice.type !== 'maintenance' && notice.type !== 'incident') return NONE;
    const impacted = notice.impacted.filter(({ service }) => SERVICE.test(service));
    if (impacted.length === 0) return NONE;
    const everywhere = impacted.some(({ regions }) => regions.length === 0);
    const regions = everywhere ? '' : [...new Set(impacted.flatMap((one) => one.regions))].sort().join(',');
    const { type, trackingId, title, stage } = notice;
    const from = timeOf(notice.impactStart) ?? saidAt;
    const until = untilOf(notice, saidAt);
    const canceled = CANCELED.test(stage ?? '');
    return [
      {
        kind: 'subscription.service-health',
        entity: subscription,
        time: within(from, timestampOf(millisOf(saidAt) - LATEST), saidAt),
        identity: [trackingId, type, regions, saidAt, stage],
        attributes: { type, trackingId, regions, title, stage, from, until, saidAt, canceled },
      },
    ];
  },
} satisfies FactExtractor;

function untilOf({ stage, impactEnd }: ServiceNotice, saidAt: Timestamp): Timestamp | null {
  const stated = timeOf(impactEnd);
  if (!OVER.test(stage ?? '')) return stated ?? null;
  return stated === undefined || stated > saidAt ? saidAt : stated;
}

const timeOf = (text: string | null): Timestamp | undefined =>
  text === null ? undefined : parseTime(text.trim())?.timestamp;

const within = (time: Timestamp, least: Timestamp, most: Timestamp): Timestamp =>
  time < least ? least : time > most ? most : time;

/** Its format put it there. */
const noticeOf = (value: unknown): ServiceNotice | undefined =>
  typeof value === 'object' && value !== null ? (value as ServiceNotice) : undefined;
