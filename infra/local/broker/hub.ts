import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ok, type Result } from '../../../shared/model/result.ts';
import { DEFAULT_GROUP, type HubAddress } from './addresses.ts';
import type { SentEvents } from './event-encoding.ts';
import { openEventFiles } from './event-files.ts';
import { partitionOfKey } from './partition-key.ts';
import { PartitionLog, type Retention } from './partition-log.ts';
import { CONDITION, missing, type Refusal, refuse } from './refusal.ts';

export interface HubOptions {
  readonly name: string;
  /** 1 to 32, as in the standard tier. */
  readonly partitions: number;
  /** Besides `$default`, which every hub has. */
  readonly consumerGroups?: readonly string[];
}

const kept = z.object({ createdAtMs: z.number(), partitions: z.number().int() });

/** An event hub: its partitions, and which of them an event goes to. */
export class Hub {
  readonly name: string;
  readonly createdAtMs: number;
  readonly partitions: readonly PartitionLog[];
  readonly #consumerGroups: ReadonlySet<string>;
  #turn = 0;

  /**
   * Opens a hub, with events kept in `dir` or in memory only.
   * @throws Error in one line when the folder holds more partitions than asked for, or is damaged.
   */
  constructor(options: HubOptions, retention: Retention, nowMs: number, dir?: string) {
    const { name, partitions, consumerGroups = [] } = options;
    if (!(Number.isInteger(partitions) && partitions >= 1 && partitions <= 32))
      throw new Error(`hub ${name}: expected 1 to 32 partitions`);
    this.name = name;
    this.#consumerGroups = new Set([DEFAULT_GROUP, ...consumerGroups.map((group) => group.toLowerCase())]);
    this.createdAtMs = dir === undefined ? nowMs : openMetadata(dir, name, partitions, nowMs);
    this.partitions = Array.from({ length: partitions }, (_, partition) => {
      if (dir === undefined) return new PartitionLog(retention);
      const { events, files } = openEventFiles(join(dir, String(partition)));
      return new PartitionLog(retention, events, files);
    });
  }

  /** The partition of an address; its consumer group must exist as well. */
  partition({ consumerGroup, partitionId = '' }: HubAddress): Result<PartitionLog, Refusal> {
    if (consumerGroup !== undefined && !this.#consumerGroups.has(consumerGroup))
      return refuse(CONDITION.notFound, missing(`${this.name}/ConsumerGroups/${consumerGroup}`));
    const partition = /^\d+$/.test(partitionId) ? this.partitions[Number(partitionId)] : undefined;
    if (partition !== undefined) return ok(partition);
    const last = this.partitions.length - 1;
    return refuse(CONDITION.argumentOutOfRange, `the partition '${partitionId}' does not exist: expected 0 to ${last}`);
  }

  /** The partition for events sent to the hub as a whole: by their key, or each partition in turn. */
  partitionFor({ partitionKey }: SentEvents): PartitionLog {
    const count = this.partitions.length;
    const index = partitionKey === undefined ? this.#turn++ % count : partitionOfKey(partitionKey, count);
    const partition = this.partitions[index];
    if (partition === undefined) throw new Error(`no partition ${index} of ${count}`);
    return partition;
  }

  close(): void {
    for (const partition of this.partitions) partition.close();
  }
}

/** The hub's creation time, from its folder; partitions may be added there but not taken away. */
function openMetadata(dir: string, name: string, partitions: number, nowMs: number): number {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, 'hub.json');
  const found = readMetadata(path);
  if (found !== undefined && found.partitions > partitions)
    throw new Error(`hub ${name}: ${path} has ${found.partitions} partitions, and ${partitions} would lose events`);
  if (found?.partitions === partitions) return found.createdAtMs;
  const metadata: z.infer<typeof kept> = { createdAtMs: found?.createdAtMs ?? nowMs, partitions };
  // Renamed into place: a crash leaves the old file or the new one.
  writeFileSync(`${path}.new`, JSON.stringify(metadata));
  renameSync(`${path}.new`, path);
  return metadata.createdAtMs;
}

function readMetadata(path: string): z.infer<typeof kept> | undefined {
  try {
    return kept.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`${path} is damaged: the hub's data cannot be used`, { cause: error });
  }
}
