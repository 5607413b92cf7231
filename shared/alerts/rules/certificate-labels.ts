import { type EntityRef, lastPart, parentOf } from '../../model/entity.ts';
import { type Fact, factMillis, type Scalar } from '../../model/fact.ts';
import type { Labels } from '../../model/finding.ts';
import type { Position } from '../../model/record.ts';
import { DAY, type Millis, millisOf } from '../../model/time.ts';

/** A certificate as last seen in its slot. */
export interface Seen {
  readonly notAfter: Millis;
  readonly notBefore: Millis | null;
  readonly thumbprint: string | null;
  readonly seenAt: Millis;
  /** When it took the place of another one: no trouble of its own began there before. Null for the first one seen. */
  readonly replacedAt: Millis | null;
  readonly evidence: Position;
}

/** A start unknown: the lifetime of a 90-day certificate, so that a third is the page's 30 days. */
const ASSUMED_LIFETIME: Millis = 90 * DAY;

export const certificateLabels = (entity: EntityRef, site: string | null): Labels => ({
  server: parentOf(entity)?.key ?? entity.key,
  certificate: lastPart(entity),
  ...(site === null ? {} : { site }),
});

/** The certificate a `certificate.seen` fact shows after `before`, or undefined when its dates cannot be read. */
export function seenIn(fact: Fact, before: Seen | null): Seen | undefined {
  if (fact.kind !== 'certificate.seen') return undefined;
  const { thumbprint } = fact.attributes;
  const notAfter = instantOf(fact.attributes['notAfter']);
  const notBefore = instantOf(fact.attributes['notBefore']);
  if (notAfter === null) return undefined;
  const seen: Seen = {
    notAfter,
    // An end before the start says nothing about the lifetime.
    notBefore: notBefore !== null && notBefore < notAfter ? notBefore : null,
    thumbprint: typeof thumbprint === 'string' ? thumbprint.toLowerCase() : null,
    seenAt: factMillis(fact),
    replacedAt: before?.replacedAt ?? null,
    evidence: fact.evidence,
  };
  return before && isAnother(seen, before) ? { ...seen, replacedAt: seen.seenAt } : seen;
}

function instantOf(stated: Scalar | undefined): Millis | null {
  const ms = typeof stated === 'string' ? millisOf(stated) : Number.NaN;
  return Number.isFinite(ms) ? ms : null;
}

/** Another certificate in the slot: another end, or another thumbprint where both are told. */
export const isAnother = (a: Seen, b: Seen): boolean =>
  a.notAfter !== b.notAfter || (a.thumbprint !== null && b.thumbprint !== null && a.thumbprint !== b.thumbprint);

const lifetimeOf = (seen: Seen): Millis =>
  seen.notBefore === null ? ASSUMED_LIFETIME : seen.notAfter - seen.notBefore;

/** When it begins to expire: the smaller of 30 days and a third of its lifetime is left. */
export const expiringFrom = (seen: Seen, expiringMs: Millis): Millis =>
  seen.notAfter - Math.min(expiringMs, Math.floor(lifetimeOf(seen) / 3));

/** When that becomes critical: a tenth of the lifetime, or less than the warning, is left. */
export const criticalFrom = (seen: Seen, expiringMs: Millis): Millis =>
  Math.max(expiringFrom(seen, expiringMs), seen.notAfter - Math.floor(lifetimeOf(seen) / 10));

const TITLES: Readonly<Record<string, string>> = {
  tls: 'TLS certificate',
  intermediate: 'intermediate certificate',
};

export const slotTitle = (entity: EntityRef): string => TITLES[lastPart(entity)] ?? 'management agent certificate';

/** The agent's certificate renews itself; the others are somebody's to renew. */
export const renewsItself = (entity: EntityRef): boolean => lastPart(entity) === 'agent';
