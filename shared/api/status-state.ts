import * as z from 'zod';
import { MINUTE, SECOND } from '../model/time.ts';
import { StoreRefused, StoreUnavailable } from '../store/ports.ts';

/** Worst first: the whole is as bad as its worst part. */
export const STATES = ['misconfigured', 'queueing', 'pipeline behind', 'failed', 'draining', 'ready'] as const;
export type State = (typeof STATES)[number];
export const stateSchema = z.enum(STATES);

export const availabilitySchema = z.enum(['available', 'unavailable', 'misconfigured']);
export type Availability = z.infer<typeof availabilitySchema>;

/** Without storage nothing is absorbed, so that whatever comes waits where it came in. */
export const STORAGE_STATES = {
  available: 'ready',
  unavailable: 'queueing',
  misconfigured: 'misconfigured',
} as const satisfies Record<Availability, State>;

/** A route is behind when what it has absorbed is older; the follower passes every 20 s. */
export const BEHIND_AFTER_MS = 3 * MINUTE;
/** What waits and was not worked on for so long is queueing; before, it is draining. */
export const IDLE_AFTER_MS = 2 * MINUTE;

/** A part that does not answer by then is unavailable: the page must come although storage hangs. */
const PART_TIMEOUT_MS = 4 * SECOND;

export interface Part<T> {
  readonly availability: Availability;
  readonly value?: T;
}

/** Reads one part of the page; storage that is down or refuses us is an answer here, not a failure. */
export async function part<T>(read: () => Promise<T>): Promise<Part<T>> {
  const { promise: late, resolve } = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => resolve('late'), PART_TIMEOUT_MS);
  try {
    const value = await Promise.race([read(), late]);
    return value === 'late' ? { availability: 'unavailable' } : { availability: 'available', value };
  } catch (error) {
    if (error instanceof StoreUnavailable) return { availability: 'unavailable' };
    if (error instanceof StoreRefused && error.status === 403) return { availability: 'misconfigured' };
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

export const seconds = (ms: number): number => Math.round(ms / SECOND);
