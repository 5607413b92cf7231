import * as z from 'zod';
import { tunnelServerEntity } from '../model/entity.ts';
import type { Result } from '../model/result.ts';
import { DEFAULT_RULE_SETTINGS, type RuleSettings } from '../model/settings.ts';
import { type FieldError, validate } from './field-errors.ts';
import { ruleSettingsSchema } from './rule-settings.ts';
import { type Overrides, scopeThresholdsSchema } from './thresholds.ts';

const scopes = (what: string) =>
  z.record(z.string(), scopeThresholdsSchema, { error: `expected an object of thresholds by ${what}` });

/** Host names have no case: two spellings of one server would leave open which of them counts. */
const serverScopes = scopes('server').superRefine((servers, context) => {
  const seen = new Set<string>();
  for (const name of Object.keys(servers)) {
    const { key } = tunnelServerEntity(name);
    if (seen.has(key)) context.addIssue({ code: 'custom', path: [name], message: 'names the same server twice' });
    seen.add(key);
  }
});

/**
 * The file of `analyze --thresholds FILE`: bounds by scope, and the rule settings to change, by the names they have in
 * `RuleSettings` (windows in ms).
 * @example { "tenant": { "cpuUsage": { "healthy": 80, "unhealthy": 95 } }, "rules": { "downWindowMs": 600000 } }
 */
export const thresholdsFileSchema = z.strictObject(
  {
    tenant: scopeThresholdsSchema.exactOptional(),
    sites: scopes('site').exactOptional(),
    servers: serverScopes.exactOptional(),
    rules: ruleSettingsSchema.exactOptional(),
  },
  { error: 'expected an object with any of tenant, sites, servers, rules' },
);

export interface ThresholdsFile {
  readonly overrides: Overrides;
  readonly rules: RuleSettings;
}

/** Reads the parsed JSON of a thresholds file; what it does not name keeps its default. */
export function readThresholdsFile(data: unknown): Result<ThresholdsFile, readonly FieldError[]> {
  const read = validate(thresholdsFileSchema, data);
  if (!read.ok) return read;
  const { tenant = {}, sites = {}, servers = {}, rules = {} } = read.value;
  const named = Object.entries(servers).map(([name, pairs]) => [tunnelServerEntity(name).key, pairs] as const);
  const overrides = { tenant, sites, servers: Object.fromEntries(named) };
  return { ok: true, value: { overrides, rules: { ...DEFAULT_RULE_SETTINGS, ...rules } } };
}
