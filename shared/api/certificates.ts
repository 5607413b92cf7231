import * as z from 'zod';
import { lastPart, parentOf } from '../model/entity.ts';
import { allRows, checkOf, checkSchema, entityFields, entityOf, iso, seenFields } from './entity-answers.ts';
import { defineOperation } from './operation.ts';
import { pageSchema } from './paging.ts';

const certificateSchema = z.strictObject({
  ...entityFields,
  server: z.string(),
  slot: z.string().describe('`agent`, `tls`, or `intermediate`.'),
  ...seenFields,
  checks: z.array(checkSchema),
});

export const listCertificates = defineOperation({
  summary: 'Certificates of tunnel servers, as their check-ins name them.',
  answer: pageSchema(certificateSchema),
  async handle(pipeline) {
    const rows = await allRows(pipeline, 'certificate');
    const items = rows.map(({ summary, about }) => ({
      ...entityOf(summary.entity, summary.slug),
      state: about.state,
      detail: about.detail,
      server: parentOf(summary.entity)?.key ?? '',
      slot: lastPart(summary.entity),
      live: about.live,
      lastFactAt: iso(about.lastFactAt),
      checks: about.checks.map(checkOf),
    }));
    return { body: { items, next: null } };
  },
});
