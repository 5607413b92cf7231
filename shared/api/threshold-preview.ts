import * as z from 'zod';
import { preview } from '../health/preview.ts';
import { scopeThresholdsSchema } from '../health/thresholds.ts';
import { tunnelServerEntity } from '../model/entity.ts';
import { slugOf } from '../pipeline/slug.ts';
import { allRows, healthStateSchema } from './entity-answers.ts';
import { defineOperation } from './operation.ts';
import { isProblem } from './problem.ts';
import { watermarks } from './servers.ts';
import { scopeSchema } from './threshold-answers.ts';
import { scopeAnswerOf, scopeOf, withScope } from './threshold-scopes.ts';

const fromTo = { before: healthStateSchema, after: healthStateSchema };

export const previewThresholds = defineOperation({
  summary: 'Which servers would change state if a scope had these thresholds. Nothing is saved.',
  body: z
    .strictObject({
      ...scopeThresholdsSchema.shape,
      scope: z
        .union(
          [
            z.literal('tenant'),
            z.strictObject({ site: z.string().min(1) }).describe('A site, by slug or name.'),
            z.strictObject({ server: z.string().min(1) }).describe('A tunnel server, by slug.'),
          ],
          { error: 'expected "tenant", {"site": …} or {"server": …}' },
        )
        .default('tenant'),
    })
    .describe('The body of a PUT, and the scope it would be put to.'),
  answer: z.strictObject({
    scope: scopeSchema,
    items: z.array(
      z.strictObject({
        id: z.string(),
        slug: z.string(),
        ...fromTo,
        checks: z.array(z.strictObject({ id: z.string(), ...fromTo })),
      }),
    ),
    unchanged: z.int().describe('Servers whose state stays as it is.'),
  }),
  problems: ['not-found'],
  async handle(pipeline, { body: { scope, ...pairs } }) {
    const place = await scopeOf(pipeline, scope === 'tenant' ? {} : scope);
    if (isProblem(place)) return place;
    const rows = (await allRows(pipeline, 'tunnel-server')).filter(({ about }) => about.live);
    const watermark = watermarks(pipeline);
    const servers = await Promise.all(
      rows.map(async (row) => ({
        id: row.summary.entity.key,
        site: row.about.site ?? undefined,
        checkIn: row.about.checkIn ?? undefined,
        lastServedMs: row.about.lastServedAt ?? undefined,
        nowMs: await watermark(row),
        settings: pipeline.settings.rules,
      })),
    );
    const { overrides } = await pipeline.thresholds.current();
    const changes = preview(servers, overrides, withScope(overrides, place.scope, pairs));
    const items = changes.map(({ server, before, after, checks }) => ({
      id: server,
      slug: slugOf(tunnelServerEntity(server)),
      before,
      after,
      checks: [...checks],
    }));
    return { body: { scope: scopeAnswerOf(place.scope), items, unchanged: servers.length - items.length } };
  },
});
