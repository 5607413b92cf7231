import type { Alert } from '../model/alert.ts';
import type { LogSet } from '../model/log-set.ts';
import { type LogSetAnswer, logSetAnswer, type TimelineAnswer, timelineAnswer } from '../model/log-set-answer.ts';

export interface LogSetDocument extends LogSetAnswer {
  readonly timeline: readonly TimelineAnswer[];
}

/** A log set with its timeline as `--json` prints it. */
export const logSetOf = (set: LogSet, alerts: readonly Alert[]): LogSetDocument => ({
  ...logSetAnswer(set),
  timeline: timelineAnswer(set, alerts),
});
