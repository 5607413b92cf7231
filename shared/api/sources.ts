import * as z from 'zod';
import { FORMATS } from '../ingest/index.ts';
import { allCursors } from '../pipeline/cursor.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { DEFAULT_SOURCE, SOURCES, type SourceSettings, sourceSettingsSchema } from '../pipeline/sources.ts';
import { decodeKey, encodeKey } from '../store/keys.ts';
import type { StoredDocument } from '../store/ports.ts';
import { checkPreconditions, etagOf } from './etag.ts';
import { type Answer, defineOperation } from './operation.ts';
import { pageSchema } from './paging.ts';
import { isProblem, type Problem, problem } from './problem.ts';

const formatNames = FORMATS.map(({ name }) => name);
const settingsSchema = sourceSettingsSchema
  .extend({
    formatHint: z
      .enum(formatNames, { error: `expected one of ${formatNames.join(', ')}, or null` })
      .nullable()
      .default(null)
      .describe('Format to try first.'),
  })
  .describe('Settings of a log source. They hold for records read from then on.');

const sourceSchema = z.strictObject({
  id: z.string().describe('Name of the source: `uploads/fw01` is the folder fw01 of the container uploads.'),
  slug: z.string().describe('The same as a part of a path.'),
  saved: z.boolean().describe('False while it works with the defaults.'),
  seen: z.boolean().describe('True once a blob of it was read.'),
  ...sourceSettingsSchema.shape,
});

const answerOf = (id: string, settings: SourceSettings | undefined, seen: boolean): z.infer<typeof sourceSchema> => ({
  id,
  slug: encodeKey(id),
  saved: settings !== undefined,
  seen,
  ...(settings ?? DEFAULT_SOURCE),
});

export const listSources = defineOperation({
  summary: 'Log sources that were read or have settings.',
  answer: pageSchema(sourceSchema),
  async handle(pipeline) {
    const [saved, seen] = await Promise.all([savedSources(pipeline), seenSources(pipeline)]);
    const ids = [...new Set([...saved.keys(), ...seen])].sort();
    return { body: { items: ids.map((id) => answerOf(id, saved.get(id), seen.has(id))), next: null } };
  },
});

export const getSource = defineOperation({
  summary: 'Settings of one log source; the defaults while none were saved.',
  answer: sourceSchema,
  problems: ['not-found'],
  async handle(pipeline, { param }) {
    const id = await sourceId(pipeline, param('id'));
    if (isProblem(id)) return id;
    const stored = await pipeline.store.documents.get(SOURCES, id);
    const seen = (await seenSources(pipeline)).has(id);
    if (!stored && !seen) return problem('not-found', 'expected a source that GET /api/sources lists');
    return sourceAnswer(id, stored, seen);
  },
});

export const putSource = defineOperation({
  summary: 'Sets zone, format hint, stale window and counting route of a log source, for records read from then on.',
  body: settingsSchema,
  answer: sourceSchema,
  problems: ['not-found'],
  conditional: 'optional',
  async handle(pipeline, { request, body, param }) {
    const id = await sourceId(pipeline, param('id'));
    if (isProblem(id)) return id;
    for (;;) {
      const stored = await pipeline.store.documents.get(SOURCES, id);
      const etag = stored?.etag ?? null;
      const refused = checkPreconditions(request.headers, { stored: etag, required: false, always: true });
      if (refused) return refused;
      const put = await pipeline.store.documents.put(SOURCES, id, { ...body }, etag);
      if (put === 'conflict') continue;
      pipeline.forgetSources();
      const seen = (await seenSources(pipeline)).has(id);
      return { body: answerOf(id, body, seen), headers: { etag: etagOf(put.etag) } };
    }
  },
});

function sourceAnswer(
  id: string,
  stored: StoredDocument | undefined,
  seen: boolean,
): Answer<z.infer<typeof sourceSchema>> {
  const settings = stored && sourceSettingsSchema.safeParse(stored.body);
  return {
    body: answerOf(id, settings?.success ? settings.data : undefined, seen),
    headers: { etag: etagOf(stored?.etag ?? null) },
  };
}

/**
 * The source that a path names: by its slug, which is its name in key text, or by the name itself with `%2F` for its slashes.
 * A source may be set up before anything of it was read. Names too long for a slug that reads back are looked up.
 */
async function sourceId(pipeline: Pipeline, part: string): Promise<string | Problem> {
  const isShortened = part.includes('~~');
  if (!isShortened) return (decodeKey(part) ?? part.replaceAll(/%2f/gi, '/')).normalize('NFC');
  const known = [...(await savedSources(pipeline)).keys(), ...(await seenSources(pipeline))];
  const found = known.find((id) => encodeKey(id) === part);
  return found ?? problem('not-found', 'expected a source that GET /api/sources lists');
}

async function seenSources(pipeline: Pipeline): Promise<Set<string>> {
  const seen = new Set<string>();
  for await (const { cursor } of allCursors(pipeline)) seen.add(cursor.source.normalize('NFC'));
  return seen;
}

async function savedSources(pipeline: Pipeline): Promise<Map<string, SourceSettings>> {
  const saved = new Map<string, SourceSettings>();
  let after: string | undefined;
  do {
    const page = await pipeline.store.documents.list(SOURCES, after === undefined ? {} : { after });
    for (const { id, body } of page.items) {
      const settings = sourceSettingsSchema.safeParse(body);
      if (settings.success) saved.set(id, settings.data);
    }
    after = page.next;
  } while (after !== undefined);
  return saved;
}
