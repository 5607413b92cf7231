import * as z from 'zod';
import type { FunctionMetadata } from './rpc.ts';

/** The library hands durations over in whole seconds: less than half of one arrives as 0, a hot loop. */
const duration = z.object({ seconds: z.int().min(0) }).transform(({ seconds }) => seconds * 1000);
/** -1 is without end. */
const maxRetryCount = z.int().min(-1);

const retrySchema = z
  .discriminatedUnion('strategy', [
    z.object({ strategy: z.literal('fixedDelay'), maxRetryCount, delayInterval: duration }),
    z.object({
      strategy: z.literal('exponentialBackoff'),
      maxRetryCount,
      minimumInterval: duration,
      maximumInterval: duration,
    }),
  ])
  .refine((policy) => policy.strategy === 'fixedDelay' || policy.minimumInterval <= policy.maximumInterval, {
    error: 'minimumInterval is longer than maximumInterval',
  });

/** A function-level retry policy; intervals in milliseconds. */
export type RetryPolicy = z.infer<typeof retrySchema>;

/** The retry policy a function was registered with, if any. @throws Error that names what is wrong with it. */
export function readRetryPolicy({ name, retryOptions }: FunctionMetadata): RetryPolicy | undefined {
  if (retryOptions === undefined || retryOptions === null) return undefined;
  const parsed = retrySchema.safeParse(retryOptions);
  if (!parsed.success) throw new Error(`function "${name}" (retry): ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/**
 * The wait before the retry `retryCount` (from 1), in milliseconds; undefined when there are no more. Exponential back-off is the
 * minimum first, then the minimum plus 1, 2, 4 … times itself, each spread by a fifth, up to the maximum.
 */
export function retryDelayMs(policy: RetryPolicy, retryCount: number, random = Math.random): number | undefined {
  if (policy.maxRetryCount !== -1 && retryCount > policy.maxRetryCount) return undefined;
  if (policy.strategy === 'fixedDelay') return policy.delayInterval;
  if (retryCount === 1) return policy.minimumInterval;
  const spread = 0.8 + 0.4 * random();
  return Math.min(policy.minimumInterval * (1 + spread * 2 ** (retryCount - 2)), policy.maximumInterval);
}
