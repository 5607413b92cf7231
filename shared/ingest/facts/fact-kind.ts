import type { FactDraft } from '../../model/fact.ts';
import type { LogRecord } from '../../model/record.ts';

/** One kind of fact, or two that one line tells apart. To add one: a file here, a line in `index.ts`, a fixture that has it. */
export interface FactExtractor {
  readonly kinds: readonly string[];
  /** Names of the formats whose records may hold it. */
  readonly formats: readonly string[];
  /** `minute`: a sign of presence, asked for the first and the last record of each server's minute only; see `Presence`. */
  readonly oncePer?: 'minute';
  /** Which records are such a sign, where not all of its formats are. Of the last one in a minute only host and second are kept. */
  readonly isSign?: (record: LogRecord) => boolean;
  /** Pure. Called with records that have a timestamp only. */
  readonly extract: (record: LogRecord) => readonly FactDraft[];
}

/** No fact in this record. */
export const NONE: readonly FactDraft[] = [];
