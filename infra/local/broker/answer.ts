import type { Typed } from 'rhea';
import { CONDITION, missing } from './refusal.ts';

/** A request to `$cbs` or `$management`, decoded. */
export interface Request {
  readonly properties: unknown;
  readonly body: unknown;
}

export interface Answer {
  readonly statusCode: number;
  readonly description: string;
  /** AMQP condition of a failure; clients prefer it to the status code. */
  readonly condition?: string;
  readonly body?: Typed;
}

export const badRequest = (description: string): Answer => ({
  statusCode: 400,
  description,
  condition: CONDITION.argument,
});

export const unauthorized = (description: string): Answer => ({
  statusCode: 401,
  description,
  condition: CONDITION.unauthorized,
});

export const notFound = (hub: string): Answer => ({
  statusCode: 404,
  description: missing(hub),
  condition: CONDITION.notFound,
});
