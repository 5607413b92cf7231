import type { Result } from '../../../shared/model/result.ts';

/** An AMQP error as it goes over the wire: clients decide by `condition` whether they try again. */
export interface Refusal {
  readonly condition: string;
  readonly description: string;
}

/** The conditions in use: AMQP 1.0 part 2.8.15 to 2.8.18, and the ones that Event Hubs adds. */
export const CONDITION = {
  notFound: 'amqp:not-found',
  unauthorized: 'amqp:unauthorized-access',
  notImplemented: 'amqp:not-implemented',
  limitExceeded: 'amqp:resource-limit-exceeded',
  decodeError: 'amqp:decode-error',
  internalError: 'amqp:internal-error',
  stolen: 'amqp:link:stolen',
  messageTooLarge: 'amqp:link:message-size-exceeded',
  connectionForced: 'amqp:connection:forced',
  argument: 'com.microsoft:argument-error',
  argumentOutOfRange: 'com.microsoft:argument-out-of-range',
} as const;

/** Wraps a refusal as a failed result. */
export const refuse = (condition: string, description: string): Result<never, Refusal> => ({
  ok: false,
  error: { condition, description },
});

/** What is said of a hub or consumer group that does not exist: clients know this case by the service's wording, not by its condition. */
export const missing = (node: string): string => `The messaging entity '${node}' could not be found.`;
