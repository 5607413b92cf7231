import { LOG_LEVELS, type LogLevel } from './rpc.ts';

export type Log = (level: LogLevel, message: string) => void;

/** Writes what is at least as severe as `minimum`, one line each. */
export function createLog(minimum: LogLevel, write: (line: string) => void): Log {
  const from = LOG_LEVELS.indexOf(minimum);
  return (level, message) => {
    if (LOG_LEVELS.indexOf(level) >= from) write(`${new Date().toISOString()} ${level} ${message.trimEnd()}`);
  };
}
