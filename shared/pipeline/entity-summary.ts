import * as z from 'zod';
import type { Evaluation } from '../alerts/evaluate.ts';
import { findingsHealth } from '../alerts/findings-health.ts';
import { listenerHealth, monitoredHealth } from '../alerts/monitored-health.ts';
import { serverView } from '../alerts/server-view.ts';
import { certificateHealth, tunnelHealth } from '../alerts/tunnel-health.ts';
import { assessServer } from '../health/assess.ts';
import type { CheckInput } from '../health/check.ts';
import type { EntityRef } from '../model/entity.ts';
import type { Fact } from '../model/fact.ts';
import { type Check, type EntityHealth, HEALTH_STATES } from '../model/health.ts';
import type { Thresholds } from '../model/settings.ts';
import type { Millis } from '../model/time.ts';
import type { EntitySummary, Json } from '../store/ports.ts';
import type { Head } from './evaluate-entity.ts';
import type { Pipeline } from './pipeline.ts';
import { slugOf } from './slug.ts';

/** What a list row says of an entity: enough to compute its health again under other thresholds and at another time. */
export const aboutSchema = z.object({
  live: z.boolean(),
  site: z.string().nullable(),
  lastFactAt: z.number().nullable(),
  routes: z.array(z.string()),
  /** Health as last evaluated; a tunnel server's is computed anew from its check-in when read. */
  state: z.enum(HEALTH_STATES),
  detail: z.string(),
  checks: z.array(z.custom<Check>()),
  checkIn: z.custom<Fact>().nullable(),
  lastServedAt: z.number().nullable(),
  revision: z.number(),
});
export type About = z.infer<typeof aboutSchema>;

/** The list row that an evaluation leaves. */
export function entitySummary(entity: EntityRef, head: Omit<Head, 'shown'>, evaluation: Evaluation): EntitySummary {
  const { state } = evaluation;
  const view = serverView(state);
  const base = {
    live: head.live,
    site: state.site,
    lastFactAt: head.lastFactAt,
    routes: [...head.routes],
    checkIn: view.checkIn ?? null,
    lastServedAt: view.lastServedMs ?? null,
    revision: head.revision,
  };
  const health = healthOf(entity, evaluation);
  const about: About = { ...base, ...historical(head.live, health), checks: [...health.checks] };
  return { entity, slug: slugOf(entity), about: JSON.parse(JSON.stringify(about)) as { [key: string]: Json } };
}

/** The health that the fold itself tells; a tunnel server's own is computed when it is read. */
function healthOf(entity: EntityRef, { state, findings, lastFactAt }: Evaluation): EntityHealth {
  switch (entity.kind) {
    case 'tunnel':
      return tunnelHealth(state, findings);
    case 'certificate':
      return certificateHealth(state, findings);
    case 'monitored-server':
      return monitoredHealth(state, findings);
    case 'syslog-listener':
      return listenerHealth(state, findings);
    default:
      return findingsHealth(findings, lastFactAt !== undefined);
  }
}

/** A server's health at this moment under these thresholds, from its list row. */
export function serverHealthOf(about: About, thresholds: Thresholds, pipeline: Pipeline, nowMs: Millis): EntityHealth {
  if (!about.live) return { state: 'unknown', detail: 'historical', checks: [] };
  const input: CheckInput = {
    checkIn: about.checkIn ?? undefined,
    nowMs,
    thresholds,
    lastServedMs: about.lastServedAt ?? undefined,
    settings: pipeline.settings.rules,
  };
  return assessServer(input);
}

/** Known from old files only: nobody can say how it is now. */
const historical = (live: boolean, health: EntityHealth): Pick<EntityHealth, 'state' | 'detail'> =>
  live ? { state: health.state, detail: health.detail } : { state: 'unknown', detail: 'historical' };
