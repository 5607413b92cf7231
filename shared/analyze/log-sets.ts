import { dirname } from 'node:path';
import { assembleLogSets, BundleTally } from '../ingest/index.ts';
import type { LogSet } from '../model/log-set.ts';
import type { Millis } from '../model/time.ts';

/** More bundles in one run are not kept apart as sets. */
const MAX_BUNDLES = 1_000;

/**
 * The bundles among the files: an archive is one, and so are the plain files of one folder together, for that is an archive
 * unpacked. Each becomes a log set of each tunnel server in it.
 */
export class LogSets {
  readonly #bundles = new Map<string, { readonly tally: BundleTally; uploadedAt: Millis | null }>();

  /** The counts of the bundle that a member of a file belongs to; undefined beyond the bound. */
  tallyOf(file: string, member: string, modifiedMs: Millis | undefined): BundleTally | undefined {
    const name = member === file ? dirname(file) : file;
    const known = this.#bundles.get(name);
    if (known === undefined && this.#bundles.size >= MAX_BUNDLES) return undefined;
    const bundle = known ?? { tally: new BundleTally(), uploadedAt: null };
    this.#bundles.set(name, bundle);
    if (modifiedMs !== undefined) bundle.uploadedAt = Math.max(bundle.uploadedAt ?? 0, Math.floor(modifiedMs));
    return bundle.tally;
  }

  /** Every set, newest first. */
  assembled(): readonly LogSet[] {
    return assembleLogSets(
      [...this.#bundles]
        .filter(([, { tally }]) => tally.isSet)
        .map(([name, { tally, uploadedAt }]) => ({ name, uploadedAt, metadata: {}, part: tally.part() })),
    );
  }
}
