import type { ThresholdsFile } from '../health/thresholds-file.ts';
import { openMembers, type SourceInput } from '../ingest/index.ts';
import type { LogSet } from '../model/log-set.ts';
import type { Millis } from '../model/time.ts';
import { lastRecordAt } from './clock.ts';
import { Collector } from './collect.ts';
import type { InputFile } from './inputs.ts';
import { type Judgement, judge } from './judge.ts';
import { LogSets } from './log-sets.ts';
import { RecordFile } from './record-file.ts';
import { Spool } from './spool.ts';
import type { Tally } from './tally.ts';
import { TemporaryFolder } from './temporary-folder.ts';

export interface AnalyzeInput {
  readonly files: readonly InputFile[];
  readonly thresholds: ThresholdsFile;
  /** IANA zone of times that state none. */
  readonly zone: string;
  /** Year of times that state none; else the one nearest to `now`, or to the file's own time. */
  readonly year?: number;
  /** The firewall or server that records are about where they name none; else the folder that a file lies in. */
  readonly host?: string;
  /** The instant up to which everything is judged; else the last record of the sources that tell of a system. */
  readonly now?: Millis;
  /** The time of day: tells a record of the future from one of the past. */
  readonly wallClock: Millis;
  /** Bytes of facts held in memory before temporary files are used. */
  readonly maxBytesInMemory?: number;
  /** A file for all records as lines of JSON. */
  readonly records?: string;
  /** Called with the bytes read of the files, as they lie on disk. */
  readonly onBytes?: (bytes: number) => void;
}

/** All that one run found out. */
export interface Analysis {
  readonly tally: Tally;
  readonly judgement: Judgement;
  /** Newest first. */
  readonly logSets: readonly LogSet[];
  /** `--now`, when it was given. */
  readonly now: Millis | undefined;
}

/** Files to findings: the pipeline's own stages over a memory that does not grow with the input. */
export async function analyze(input: AnalyzeInput): Promise<Analysis> {
  const folder = new TemporaryFolder();
  const records = input.records === undefined ? undefined : new RecordFile(input.records);
  try {
    const { maxBytesInMemory } = input;
    const spool = new Spool({ folder, ...(maxBytesInMemory === undefined ? {} : { maxBytesInMemory }) });
    const collector = new Collector(spool, input.now, records);
    const logSets = new LogSets();
    for (const file of input.files) {
      const host = input.host ?? file.host;
      const ctx = {
        zone: input.zone,
        referenceMs: input.now ?? file.modifiedMs ?? input.wallClock,
        ...(input.year === undefined ? {} : { year: input.year }),
        ...(host === undefined ? {} : { host }),
      };
      for await (const member of openMembers(metered(file.source, input.onBytes))) {
        const bundle = logSets.tallyOf(file.source.name, member.name, file.modifiedMs);
        await collector.read(member, ctx, bundle);
      }
    }
    collector.finish();
    const judgement = judge({
      entities: spool.entities(),
      thresholds: input.thresholds,
      siteOf: (server) => collector.siteOf(server),
      horizonOf: (system) =>
        input.now ??
        Math.max(
          lastRecordAt(collector.links.daysOf(system), input.wallClock) ?? input.wallClock,
          collector.printedAt(system) ?? Number.NEGATIVE_INFINITY,
        ),
    });
    return { tally: collector.tally, judgement, logSets: logSets.assembled(), now: input.now };
  } finally {
    records?.close();
    folder.remove();
  }
}

/** The same source, telling how much of it was read. */
function metered(source: SourceInput, onBytes: ((bytes: number) => void) | undefined): SourceInput {
  if (!onBytes) return source;
  const { read } = source;
  return {
    ...source,
    async *stream(fromByte) {
      for await (const chunk of source.stream(fromByte)) {
        onBytes(chunk.length);
        yield chunk;
      }
    },
    ...(read && {
      async read(offset: number, length: number) {
        const bytes = await read(offset, length);
        onBytes(bytes.length);
        return bytes;
      },
    }),
  };
}
