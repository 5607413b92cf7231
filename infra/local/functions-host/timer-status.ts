import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';

const statusSchema = z.object({
  schedule: z.string(),
  last: z.iso.datetime(),
  next: z.iso.datetime(),
  lastUpdated: z.iso.datetime(),
});
const fileSchema = z.record(z.string(), statusSchema);

export type TimerStatus = z.infer<typeof statusSchema>;

/** Where a timer's last and next occurrence survive a restart (in Azure: a blob in AzureWebJobsStorage). */
export interface TimerStatuses {
  get(functionName: string): TimerStatus | undefined;
  set(functionName: string, status: TimerStatus): void;
}

/** Kept in one JSON file, replaced as a whole; a file that cannot be read means that nothing is known. */
export function fileTimerStatuses(path: string): TimerStatuses {
  const statuses = readStatuses(path);
  return {
    get: (functionName) => statuses[functionName],
    set: (functionName, status) => {
      statuses[functionName] = status;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, JSON.stringify(statuses));
      renameSync(`${path}.new`, path);
    },
  };
}

function readStatuses(path: string): Record<string, TimerStatus> {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return {};
  }
}
