import type { Fact } from '../model/fact.ts';
import type { Millis } from '../model/time.ts';
import type { FoldState } from './fold.ts';

/** What the rules of a tunnel server remember, for its health: the last check-in and when it last served a client. */
export interface ServerView {
  readonly checkIn: Fact | undefined;
  readonly lastServedMs: Millis | undefined;
}

/** Reads the last check-in and the last sign of service out of a fold's state; a state without them gives neither. */
export function serverView(state: FoldState): ServerView {
  const health = state.rules['server.health'] as { checkIns?: Fact[] } | undefined;
  const offline = state.rules['server.offline'] as { servedAt?: Millis | null } | undefined;
  return { checkIn: health?.checkIns?.at(-1), lastServedMs: offline?.servedAt ?? undefined };
}
