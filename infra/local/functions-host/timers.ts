import { Cron } from 'croner';
import type { TimerTrigger } from './bindings.ts';
import type { RegisteredFunction } from './core-module.ts';
import type { Invoker } from './invoke.ts';
import type { TimerStatus, TimerStatuses } from './timer-status.ts';

export interface TimerFunction {
  readonly fn: RegisteredFunction;
  readonly trigger: TimerTrigger;
}

export interface RunningTimer {
  /** Fires no more; a run at work is not waited for. */
  stop(): void;
}

/** Schedules closer than this are not remembered over a restart, whatever `useMonitor` says: the platform's rule. */
const minMonitoredMs = 60_000;
/** Node's timers end at 2^31 ms; longer waits are taken in pieces. */
const maxWaitMs = 2 ** 31 - 1;
/** What the platform says before the first run. */
const never = '0001-01-01T00:00:00.000Z';

/**
 * Runs a timer function at its NCRONTAB times (UTC), one run at a time: the next occurrence is taken from the time a run
 * started, so a run longer than its interval is followed at once. An occurrence missed while the host was down runs at the
 * start, with `isPastDue`. A failed run changes nothing in the schedule.
 */
export function startTimer(timer: TimerFunction, statuses: TimerStatuses, invoker: Invoker): RunningTimer {
  const { fn, trigger } = timer;
  // NCRONTAB reads `5/20` as from 5 on, which croner calls sloppy.
  const cron = new Cron(ncrontab(trigger.schedule), { timezone: 'UTC', domAndDow: true, sloppyRanges: true });
  const monitored = trigger.useMonitor && shortestIntervalMs(cron) >= minMonitoredMs;
  let handle: NodeJS.Timeout | undefined;
  let stopped = false;

  const known = monitored ? statuses.get(fn.metadata.name) : undefined;
  // A changed schedule starts anew.
  const kept = known?.schedule === trigger.schedule ? known : undefined;
  let status: TimerStatus = kept ?? {
    schedule: trigger.schedule,
    last: never,
    next: nextAfter(cron, new Date()),
    lastUpdated: never,
  };
  const isMissed = kept !== undefined && Date.parse(kept.next) <= Date.now();

  async function run(isPastDue: boolean): Promise<void> {
    const startedAt = new Date();
    const info = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: monitored ? { Last: status.last, Next: status.next, LastUpdated: status.lastUpdated } : null,
      IsPastDue: isPastDue,
    };
    try {
      await invoker.invoke(fn, { data: { json: JSON.stringify(info) } });
    } catch {
      // Logged by the invoker; the schedule goes on.
    }
    const last = startedAt.toISOString();
    status = { schedule: trigger.schedule, last, next: nextAfter(cron, startedAt), lastUpdated: last };
    if (monitored) statuses.set(fn.metadata.name, status);
    wait();
  }

  function wait(): void {
    if (stopped) return;
    const waitMs = Date.parse(status.next) - Date.now();
    if (waitMs > maxWaitMs) handle = setTimeout(wait, maxWaitMs);
    // One millisecond late: a tick early would find the same occurrence again.
    else handle = setTimeout(() => void run(false), Math.max(waitMs, 0) + 1);
  }

  if (isMissed || trigger.runOnStartup) handle = setTimeout(() => void run(isMissed), 1);
  else wait();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(handle);
    },
  };
}

/** NCRONTAB is croner's language with six fields, where both day fields must match; five fields mean second 0. */
function ncrontab(schedule: string): string {
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5 && fields.length !== 6) {
    throw new Error(`timer schedule "${schedule}": expected {second} {minute} {hour} {day} {month} {day of week}`);
  }
  return fields.length === 5 ? `0 ${fields.join(' ')}` : fields.join(' ');
}

function nextAfter(cron: Cron, time: Date): string {
  const next = cron.nextRun(time);
  if (!next) throw new Error(`timer schedule "${cron.getPattern()}" has no next occurrence`);
  return next.toISOString();
}

function shortestIntervalMs(cron: Cron): number {
  const runs = cron.nextRuns(5).map((run) => run.getTime());
  return Math.min(...runs.slice(1).map((time, index) => time - (runs[index] ?? time)));
}
