import { ok, type Result } from '../../../shared/model/result.ts';
import { CONDITION, type Refusal, refuse } from './refusal.ts';

/** A reader of a partition in a consumer group, as far as its right to be there goes. */
export interface Reader {
  /** The client's name for it, for messages. */
  readonly name: string;
  /** Owner level; a reader with one wants the partition for itself. */
  readonly epoch: number | undefined;
}

/** Readers without an epoch that one partition and consumer group may have. */
const maxReaders = 5;

/**
 * Decides whether a reader may join the ones that are there, and which of those it pushes out: a higher or equal epoch takes the
 * partition from everybody, a lower one is refused, and so is none where somebody has one.
 */
export function admit<R extends Reader>(present: readonly R[], newcomer: Reader): Result<readonly R[], Refusal> {
  const { name, epoch } = newcomer;
  const owner = present.find((reader) => reader.epoch !== undefined);
  if (owner?.epoch !== undefined && (epoch === undefined || epoch < owner.epoch)) {
    const asked = epoch === undefined ? 'without an epoch' : `with epoch ${epoch}`;
    return refuse(
      CONDITION.stolen,
      `receiver '${owner.name}' with epoch '${owner.epoch}' already exists: '${name}' ${asked} is refused`,
    );
  }
  if (epoch !== undefined) return ok(present);
  if (present.length >= maxReaders)
    return refuse(CONDITION.limitExceeded, `the partition has ${maxReaders} receivers in this consumer group already`);
  return ok([]);
}

/** What a reader that is pushed out is told. */
export const stolenBy = ({ name, epoch }: Reader, loser: Reader): Refusal => ({
  condition: CONDITION.stolen,
  description: `new receiver '${name}' with epoch '${epoch}' is created, hence '${loser.name}' is disconnected`,
});
