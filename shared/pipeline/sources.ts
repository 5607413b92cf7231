import { z } from 'zod';
import type { SourceContext } from '../model/record.ts';
import type { Millis } from '../model/time.ts';
import type { Pipeline } from './pipeline.ts';

export const SOURCES = 'sources';

const zone = z.string().refine((name) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}, 'expected an IANA time zone, such as Europe/Paris');

/** What may be set for a log source. It holds for records read from then on. */
export const sourceSettingsSchema = z.strictObject({
  zone: zone.default('UTC').describe('IANA zone of times that state none.'),
  formatHint: z.string().nullable().default(null).describe('Format to try first.'),
  staleMinutes: z.number().int().min(1).max(10_080).nullable().default(null).describe('Silence that is an alert.'),
  countingRoute: z.enum(['stream', 'archive', 'uploads']).nullable().default(null),
});
export type SourceSettings = z.infer<typeof sourceSettingsSchema>;

export const DEFAULT_SOURCE: SourceSettings = sourceSettingsSchema.parse({});

/** A source's settings, its own or the nearest folder's above it; a row that cannot be read counts as not there. */
export async function sourceSettings(pipeline: Pipeline, source: string): Promise<SourceSettings> {
  const stored = await pipeline.store.documents.get(SOURCES, source);
  const parsed = stored && sourceSettingsSchema.safeParse(stored.body);
  return parsed?.success ? parsed.data : DEFAULT_SOURCE;
}

/** What parsing may know of a source: year and zone go by the blob's own time, never by the wall clock. */
export async function sourceContext(pipeline: Pipeline, source: string, referenceMs: Millis): Promise<SourceContext> {
  const settings = await sourceSettings(pipeline, source);
  const base = { zone: settings.zone, referenceMs };
  return settings.formatHint === null ? base : { ...base, formatHints: [settings.formatHint] };
}
