import * as z from 'zod';
import type { SourceContext } from '../model/record.ts';
import type { RuleSettings } from '../model/settings.ts';
import { MINUTE, type Millis } from '../model/time.ts';
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
  host: z
    .string()
    .min(1)
    .max(253)
    .nullable()
    .default(null)
    .describe('The firewall or server that the records are about where they name none.'),
  staleMinutes: z.number().int().min(1).max(10_080).nullable().default(null).describe('Silence that is an alert.'),
  countingRoute: z
    .enum(['stream', 'archive', 'uploads'])
    .nullable()
    .default(null)
    .describe('The only route whose access lines are counted, where several bring the same ones.'),
});
export type SourceSettings = z.infer<typeof sourceSettingsSchema>;

export const DEFAULT_SOURCE: SourceSettings = sourceSettingsSchema.parse({});

/** A source's settings, or those that hold where none were saved. */
export const sourceSettings = async (pipeline: Pipeline, source: string): Promise<SourceSettings> =>
  (await pipeline.sources()).get(source) ?? DEFAULT_SOURCE;

/** What parsing may know of a source: year and zone go by the blob's own time, never by the wall clock. `namedHost`: by metadata or path. */
export async function sourceContext(
  pipeline: Pipeline,
  source: string,
  referenceMs: Millis,
  namedHost?: string,
): Promise<SourceContext> {
  const settings = await sourceSettings(pipeline, source);
  const host = settings.host ?? namedHost;
  return {
    zone: settings.zone,
    referenceMs,
    ...(host !== undefined && { host }),
    ...(settings.formatHint !== null && { formatHints: [settings.formatHint] }),
  };
}

/** The rule settings under which a server of this source is judged: a stale window that was set makes the source continuous. */
export function withSource(rules: RuleSettings, source: SourceSettings): RuleSettings {
  if (source.staleMinutes === null) return rules;
  return { ...rules, staleMs: source.staleMinutes * MINUTE, staleNeedsCheckIns: false };
}
