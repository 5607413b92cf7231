import * as z from 'zod';
import type { BindingInfo, FunctionMetadata } from './rpc.ts';

/** The triggers this host runs, by what the library registers for them. */
const triggerSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('httpTrigger'),
    authLevel: z.enum(['anonymous', 'function', 'admin']),
    methods: z.array(z.string().transform((method) => method.toUpperCase())),
    route: z.string().optional(),
  }),
  z.object({
    type: z.literal('timerTrigger'),
    schedule: z.string(),
    runOnStartup: z.boolean().default(false),
    useMonitor: z.boolean().default(true),
  }),
  z.object({ type: z.literal('queueTrigger'), queueName: z.string(), connection: z.string() }),
  z.object({
    type: z.literal('eventHubTrigger'),
    eventHubName: z.string(),
    consumerGroup: z.string().default('$Default'),
    connection: z.string(),
    // Any other loses events: text that is not JSON fails its batch, empty ones are dropped, big numbers are rounded.
    cardinality: z.literal('many', { error: 'the local host knows cardinality "many" only' }),
    dataType: z.literal('binary', { error: 'the local host knows dataType "binary" only' }),
  }),
]);

export type Trigger = z.infer<typeof triggerSchema>;
export type HttpTrigger = Extract<Trigger, { type: 'httpTrigger' }>;
export type TimerTrigger = Extract<Trigger, { type: 'timerTrigger' }>;
export type QueueTrigger = Extract<Trigger, { type: 'queueTrigger' }>;
export type EventHubTrigger = Extract<Trigger, { type: 'eventHubTrigger' }>;

/**
 * The trigger of a function, with `%SETTING%` in its texts replaced by the app setting, as the platform does.
 * @throws Error when the function has no trigger, or a binding that this host does not run.
 */
export function readTrigger(metadata: FunctionMetadata, settings: NodeJS.ProcessEnv): Trigger {
  const others = Object.values(metadata.bindings).filter(({ type }) => !/trigger$/i.test(type) && type !== 'http');
  if (others.length > 0) {
    throw new Error(
      `function "${metadata.name}": the local host has no binding "${others.map(({ type }) => type).join('", "')}"`,
    );
  }
  const binding = Object.values(metadata.bindings).find((candidate) => /trigger$/i.test(candidate.type));
  if (!binding) throw new Error(`function "${metadata.name}" has no trigger`);
  const parsed = triggerSchema.safeParse(withSettings(binding, settings));
  if (!parsed.success) {
    throw new Error(`function "${metadata.name}" (${binding.type}): ${z.prettifyError(parsed.error)}`);
  }
  if (metadata.retryOptions && parsed.data.type !== 'eventHubTrigger') {
    throw new Error(`function "${metadata.name}": the local host has retry policies for event hubs only`);
  }
  return parsed.data;
}

const withSettings = (binding: BindingInfo, settings: NodeJS.ProcessEnv): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(binding).map(([option, value]) => [
      option,
      typeof value === 'string' ? value.replaceAll(/%([^%]+)%/g, (whole, name) => settings[name] ?? whole) : value,
    ]),
  );
