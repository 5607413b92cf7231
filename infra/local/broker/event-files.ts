import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { decodeRecords, encodeRecord } from './event-record.ts';
import type { EventFiles, StoredEvent } from './partition-log.ts';

/** A file of consecutive events, named for the first. Old ones are deleted whole. */
interface Segment {
  readonly path: string;
  readonly firstSequenceNumber: number;
}

export interface OpenedEventFiles {
  readonly events: readonly StoredEvent[];
  readonly files: EventFiles;
}

/**
 * Opens the folder of a partition and reads what is kept. An unfinished write at the very end is cut off: no sender was told that it
 * was taken. Writes are handed to the system before a sender hears of success, so they outlive the process, though not a power cut.
 * @throws Error when an older file is damaged.
 */
export function openEventFiles(dir: string, maxSegmentBytes = 8 * 1024 * 1024): OpenedEventFiles {
  mkdirSync(dir, { recursive: true });
  const segments: Segment[] = readdirSync(dir)
    .filter((name) => /^\d{16}\.events$/.test(name))
    .sort()
    .map((name) => ({ path: join(dir, name), firstSequenceNumber: Number.parseInt(name, 10) }));
  const contents = segments.map((segment) => readSegment(segment, segment === segments.at(-1)));
  const events = contents.flat();
  let newest: { fd: number; bytes: number } | undefined;

  function roll(firstSequenceNumber: number): { fd: number; bytes: number } {
    if (newest !== undefined) closeSync(newest.fd);
    const path = join(dir, `${String(firstSequenceNumber).padStart(16, '0')}.events`);
    newest = { fd: openSync(path, 'a'), bytes: 0 };
    if (segments.at(-1)?.path !== path) segments.push({ path, firstSequenceNumber });
    return newest;
  }

  const files: EventFiles = {
    append(added) {
      const [first] = added;
      if (first === undefined) return;
      const segment = newest === undefined || newest.bytes >= maxSegmentBytes ? roll(first.sequenceNumber) : newest;
      const bytes = Buffer.concat(added.map(encodeRecord));
      try {
        for (let written = 0; written < bytes.length; ) written += writeSync(segment.fd, bytes, written);
      } catch (error) {
        ftruncateSync(segment.fd, segment.bytes);
        throw error;
      }
      segment.bytes += bytes.length;
    },
    dropBefore(sequenceNumber) {
      // The newest segment is being written, and its successor says where a segment ends.
      while ((segments[1]?.firstSequenceNumber ?? Number.POSITIVE_INFINITY) <= sequenceNumber) {
        const [oldest] = segments.splice(0, 1);
        if (oldest !== undefined) rmSync(oldest.path);
      }
    },
    close() {
      if (newest !== undefined) closeSync(newest.fd);
      newest = undefined;
    },
  };
  return { events, files };
}

function readSegment({ path, firstSequenceNumber }: Segment, isNewest: boolean): StoredEvent[] {
  const bytes = readFileSync(path);
  const { events, length } = decodeRecords(bytes);
  const first = events[0]?.sequenceNumber ?? firstSequenceNumber;
  if (first !== firstSequenceNumber || (length < bytes.length && !isNewest))
    throw new Error(`${path} is damaged at byte ${length}: the hub's data cannot be used`);
  if (length < bytes.length) truncateSync(path, length);
  return events;
}
