import type { Millis } from '../../model/time.ts';

/** What is known of trouble that only bad lines tell of. Plain JSON. */
export interface Quiet {
  /** Since when its source has reported without another bad line, and never been silent for the quiet window. */
  quietFrom: Millis;
  heardAt: Millis;
}

/** Another bad line. */
export function noteBad(quiet: Quiet, at: Millis): void {
  quiet.quietFrom = at;
  quiet.heardAt = at;
}

/** The source reported something else; the instant at which it had been quiet for the window, once it has. */
export function noteHeard(quiet: Quiet, at: Millis, quietMs: Millis): Millis | undefined {
  if (at - quiet.heardAt > quietMs) quiet.quietFrom = at;
  quiet.heardAt = at;
  const quietAt = quiet.quietFrom + quietMs;
  return at >= quietAt ? quietAt : undefined;
}
