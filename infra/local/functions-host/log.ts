import { format } from 'node:util';
import { LOG_LEVELS, type LogLevel } from './rpc.ts';

export type Log = (level: LogLevel, message: string) => void;

/** Writes what is at least as severe as `minimum`, one line each. */
export function createLog(minimum: LogLevel, write: (line: string) => void): Log {
  const from = LOG_LEVELS.indexOf(minimum);
  return (level, message) => {
    if (LOG_LEVELS.indexOf(level) >= from) write(`${new Date().toISOString()} ${level} ${message.trimEnd()}`);
  };
}

const CONSOLE_LEVELS = {
  debug: 'debug',
  log: 'information',
  info: 'information',
  warn: 'warning',
  error: 'error',
} as const satisfies Record<string, LogLevel>;

/** Gives what the app writes to its console a level, as the platform does with a worker's output. */
export function captureConsole(log: Log): void {
  for (const [method, level] of Object.entries(CONSOLE_LEVELS)) {
    Reflect.set(console, method, (...values: unknown[]) => log(level, format(...values)));
  }
}
