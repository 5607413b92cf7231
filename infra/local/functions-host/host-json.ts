import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';

/** `hh:mm:ss`, optionally with days or fractions, to milliseconds. */
const timeSpan = z
  .string()
  .regex(/^(\d+\.)?\d{1,2}:\d{2}:\d{2}(\.\d+)?$/, 'expected hh:mm:ss')
  .transform((text) => {
    const [, days = '0', hours, minutes, seconds] = /^(?:(\d+)\.)?(\d+):(\d+):([\d.]+)$/.exec(text) ?? [];
    return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  });

const span = (defaultMs: number) => timeSpan.optional().transform((ms) => ms ?? defaultMs);

const queues = z.object({
  /** Default of a development host; in Azure it is a minute, and the platform wakes the app on new messages. */
  maxPollingInterval: span(2_000),
  visibilityTimeout: span(0),
  batchSize: z.int().min(1).max(32).default(16),
  newBatchThreshold: z.int().min(0).optional(),
  maxDequeueCount: z.int().min(1).default(5),
  messageEncoding: z.enum(['base64', 'none']).default('base64'),
});

const eventHubs = z.object({
  maxEventBatchSize: z.int().min(1).default(100),
  prefetchCount: z.int().min(0).default(300),
  loadBalancingUpdateInterval: span(30_000),
  /** How long a partition of a host that died stays taken. */
  partitionOwnershipExpirationInterval: span(120_000),
  // What would change when a batch is given out or checkpointed stops the start instead of being ignored.
  minEventBatchSize: z.literal(1).optional(),
  batchCheckpointFrequency: z.literal(1).optional(),
  initialOffsetOptions: z.object({ type: z.literal('fromStart') }).optional(),
});

/** The settings of host.json that this host keeps; unknown ones are left alone. */
const hostJson = z.object({
  version: z.literal('2.0').default('2.0'),
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default('api') }).prefault({}),
      queues: queues.prefault({}),
      eventHubs: eventHubs.prefault({}),
    })
    .prefault({}),
});

export type HostJson = z.infer<typeof hostJson>;
export type QueueSettings = HostJson['extensions']['queues'];
export type EventHubSettings = HostJson['extensions']['eventHubs'];

/** Reads host.json; a missing file gives the platform's defaults. @throws Error that names the wrong setting. */
export function readHostJson(path: string): HostJson {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '{}';
  const parsed = hostJson.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
