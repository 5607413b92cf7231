import type { Sender } from 'rhea';
import { ok, type Result } from '../../../shared/model/result.ts';
import { admit, type Reader, stolenBy } from './admission.ts';
import type { PartitionLog } from './partition-log.ts';
import type { Refusal } from './refusal.ts';

interface Seat extends Reader {
  readonly link: Sender;
}

/** Who reads which partition in which consumer group. */
export class Readers {
  readonly #seats = new Map<PartitionLog, Map<string, Seat[]>>();

  /** Lets a reader in, pushes out whom it displaces, or says why not. The returned function gives the seat back. */
  enter(log: PartitionLog, consumerGroup: string, newcomer: Seat): Result<() => void, Refusal> {
    const groups = this.#seats.get(log) ?? new Map<string, Seat[]>();
    const present = groups.get(consumerGroup) ?? [];
    const displaced = admit(present, newcomer);
    if (!displaced.ok) return displaced;
    for (const loser of displaced.value) loser.link.close(stolenBy(newcomer, loser));
    this.#seats.set(log, groups);
    groups.set(consumerGroup, [...present.filter((seat) => !displaced.value.includes(seat)), newcomer]);
    return ok(() => {
      groups.set(
        consumerGroup,
        (groups.get(consumerGroup) ?? []).filter((seat) => seat !== newcomer),
      );
    });
  }

  count(log: PartitionLog): number {
    return [...(this.#seats.get(log)?.values() ?? [])].reduce((sum, seats) => sum + seats.length, 0);
  }
}
