import * as z from 'zod';
import { DEFAULT_RULE_SETTINGS } from './model/settings.ts';
import { HOUR, MINUTE, SECOND } from './model/time.ts';
import type { PipelineSettings } from './pipeline/pipeline.ts';

export type StorageSetting =
  | { readonly connectionString: string }
  /** Reached by the app's managed identity. */
  | { readonly accountName: string };

export type HubSetting =
  | { readonly connectionString: string }
  /** Reached by the app's managed identity. */
  | { readonly fullyQualifiedNamespace: string };

export interface Config {
  readonly storage: StorageSetting;
  /** The stream; null where only blobs come in. */
  readonly hub: HubSetting | null;
  readonly settings: PipelineSettings;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');
const schema = z
  .object({
    TUNNELWATCH_STORAGE: z.string().min(1).optional(),
    TUNNELWATCH_STORAGE__accountName: z.string().min(3).optional(),
    TUNNELWATCH_HUB: z.string().min(1).optional(),
    TUNNELWATCH_HUB__fullyQualifiedNamespace: z.string().min(3).optional(),
    TUNNELWATCH_ALLOW_LOCAL_RECEIVERS: flag,
    TUNNELWATCH_SETTLE_SECONDS: z.coerce.number().min(0).max(3_600).default(120),
    TUNNELWATCH_HISTORY_MINUTES: z.coerce.number().min(1).max(10_080).default(60),
    TUNNELWATCH_REPEAT_MINUTES: z.coerce.number().min(5).max(10_080).default(240),
    TUNNELWATCH_BASE_URL: z.url().optional(),
    WEBSITE_HOSTNAME: z.string().optional(),
    IDENTITY_ENDPOINT: z.string().optional(),
  })
  .refine((env) => env.TUNNELWATCH_STORAGE !== undefined || env.TUNNELWATCH_STORAGE__accountName !== undefined, {
    path: ['TUNNELWATCH_STORAGE'],
    error: 'set it to a connection string, or TUNNELWATCH_STORAGE__accountName to a storage account',
  });

/**
 * Reads the app settings once, typed. Throws a ConfigError that lists every setting that is missing or wrong, by name and
 * never by value.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = schema.safeParse(env);
  if (!parsed.success) {
    const list = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new ConfigError(`app settings: ${list}`);
  }
  const values = parsed.data;
  const hosted = values.WEBSITE_HOSTNAME === undefined ? null : `https://${values.WEBSITE_HOSTNAME}`;
  return {
    storage:
      values.TUNNELWATCH_STORAGE === undefined
        ? { accountName: values.TUNNELWATCH_STORAGE__accountName ?? '' }
        : { connectionString: values.TUNNELWATCH_STORAGE },
    hub: hubOf(values.TUNNELWATCH_HUB, values.TUNNELWATCH_HUB__fullyQualifiedNamespace),
    settings: {
      rules: DEFAULT_RULE_SETTINGS,
      settleMs: values.TUNNELWATCH_SETTLE_SECONDS * SECOND,
      historyMs: Math.min(values.TUNNELWATCH_HISTORY_MINUTES * MINUTE, 7 * 24 * HOUR),
      repeatIntervalMs: values.TUNNELWATCH_REPEAT_MINUTES * MINUTE,
      allowLocalReceivers: values.TUNNELWATCH_ALLOW_LOCAL_RECEIVERS,
      blockedHosts: URL.canParse(values.IDENTITY_ENDPOINT ?? '')
        ? [new URL(values.IDENTITY_ENDPOINT ?? '').hostname]
        : [],
      baseUrl: values.TUNNELWATCH_BASE_URL ?? hosted,
    },
  };
}

function hubOf(connectionString: string | undefined, namespace: string | undefined): HubSetting | null {
  if (connectionString !== undefined) return { connectionString };
  return namespace === undefined ? null : { fullyQualifiedNamespace: namespace };
}
