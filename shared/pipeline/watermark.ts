import * as z from 'zod';
import type { Millis } from '../model/time.ts';
import type { Pipeline } from './pipeline.ts';

/**
 * How far each route's records are absorbed. One document per route in `progress`: a route is drained while nothing of it
 * waits, and then the wall clock is its watermark; else the time of the oldest thing that waits. Written by whoever reads
 * the route: the follower for `archive`, uploads by their cursors, a hub partition by its own row.
 */
export const progressSchema = z.object({
  route: z.string(),
  /** Everything of the route that existed at this instant is absorbed. */
  absorbedTo: z.number(),
  /** Nothing waits: the clock may run on without a new record. */
  drained: z.boolean(),
});
export type Progress = z.infer<typeof progressSchema>;

export const PROGRESS = 'progress';

/** The lowest watermark over the routes that feed an entity. A route nobody reported on is taken as drained. */
export async function watermarkOf(pipeline: Pipeline, routes: readonly string[]): Promise<Millis> {
  return lowestOf(await readProgress(pipeline), routes, pipeline.now());
}

/** The same, of progress rows that were read already; `now` is when they were. */
export function lowestOf(all: readonly Progress[], routes: readonly string[], now: Millis): Millis {
  let watermark = now;
  for (const progress of all) {
    const feeds = routes.some((route) => progress.route === route || progress.route.startsWith(`${route}/`));
    if (feeds && !progress.drained) watermark = Math.min(watermark, progress.absorbedTo);
  }
  return watermark;
}

export async function readProgress(pipeline: Pipeline): Promise<Progress[]> {
  const all: Progress[] = [];
  let after: string | undefined;
  do {
    const page = await pipeline.store.documents.list(PROGRESS, after === undefined ? {} : { after });
    for (const { body } of page.items) {
      const parsed = progressSchema.safeParse(body);
      if (parsed.success) all.push(parsed.data);
    }
    after = page.next;
  } while (after !== undefined);
  return all;
}
