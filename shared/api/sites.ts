import * as z from 'zod';
import { digest } from '../model/fact.ts';
import { worstOf } from '../model/health.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { allRows, healthStateSchema, stateCounts, stateCountsSchema } from './entity-answers.ts';
import { defineOperation } from './operation.ts';
import { pageSchema } from './paging.ts';
import { type Problem, problem } from './problem.ts';
import { allServersNow, type ServerNow } from './servers.ts';

/** A site's name as a part of a path; eight hex digits keep look-alikes apart. */
export function siteSlug(name: string): string {
  const readable = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60);
  return `${readable === '' ? 'site' : readable}-${digest(['site', name]).slice(0, 8)}`;
}

/**
 * The name of a site that a path names by its slug or by itself. Sites are what servers say and what thresholds were set for. The
 * platform leaves `%2F` in a path as it is.
 */
export async function siteByPath(pipeline: Pipeline, part: string): Promise<string | Problem> {
  const { overrides } = await pipeline.thresholds.current();
  const said = (await allRows(pipeline, 'tunnel-server')).flatMap(({ about }) => about.site ?? []);
  const names = new Set([...said, ...Object.keys(overrides.sites)]);
  if (names.has(part)) return part;
  const plain = part.replaceAll(/%2f/gi, '/');
  const found = [...names].find((name) => name === plain || siteSlug(name) === part);
  return found ?? problem('not-found', 'expected a site that GET /api/sites lists, by its slug or its name');
}

export const bySite = (servers: readonly ServerNow[]): Map<string, ServerNow[]> =>
  Map.groupBy(
    servers.filter(({ about }) => about.site !== null),
    ({ about }) => about.site ?? '',
  );

const siteSchema = z.strictObject({
  id: z.string().describe("The site's name."),
  slug: z.string(),
  state: healthStateSchema,
  servers: stateCountsSchema,
});

/** The sites that servers name, each as bad as its worst server; unknown servers do not count. */
export const sitesOf = (servers: readonly ServerNow[]): z.infer<typeof siteSchema>[] =>
  [...bySite(servers)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, of]) => {
      const states = of.map(({ health }) => health.state);
      return { id, slug: siteSlug(id), state: worstOf(states), servers: stateCounts(states) };
    });

export const listSites = defineOperation({
  summary: 'Sites, each as bad as its worst tunnel server.',
  answer: pageSchema(siteSchema),
  async handle(pipeline) {
    return { body: { items: sitesOf(await allServersNow(pipeline)), next: null } };
  },
});
