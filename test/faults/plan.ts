import { between, type Random, randomFrom } from './random.ts';
import { shuffled } from './records.ts';
import { WRITES, type WritePoint } from './storage-proxy.ts';

export const VICTIMS = ['host', 'storage', 'host storage', 'event hub'] as const;
export type Victim = (typeof VICTIMS)[number];

/** Each kind's name is what is done to the process. */
export const FAULT_KINDS = ['killed', 'frozen', 'stopped', 'restarted'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  readonly victim: Victim;
  readonly kind: FaultKind;
  /** From so many milliseconds after the first record on … */
  readonly afterMs: number;
  /** … at once, or with the next delivery, or while a batch is sent to the hub, or with a write of the app to storage. */
  readonly moment: 'at once' | 'delivery' | 'sending' | WritePoint;
  /** How long the process is frozen or stopped, in milliseconds. */
  readonly forMs: number;
}

export interface PlanOptions {
  /** How many faults a run has. */
  readonly faults: number;
  /** Over how long records are sent, in milliseconds. */
  readonly feedMs: number;
  /** Longest time a process is frozen, and stopped. */
  readonly frozenMs: number;
  readonly stoppedMs: number;
}

/** The faults of a seed, the same each time. Every victim has its turn before one has a second, the host twice as often. */
export function faultsOf(seed: number, { faults, feedMs, frozenMs, stoppedMs }: PlanOptions): Fault[] {
  const random = randomFrom(seed ^ 0x5eed);
  const victims = deck<Victim>(random, ['host', ...VICTIMS], faults);
  const kinds = deck(random, FAULT_KINDS, faults);
  return victims
    .map((victim, index): Fault => {
      const kind = kinds[index] ?? 'killed';
      const longest = kind === 'stopped' ? stoppedMs : frozenMs;
      return {
        victim,
        kind,
        afterMs: between(random, 0, feedMs),
        moment: momentOf(random, victim),
        forMs: kind === 'frozen' || kind === 'stopped' ? between(random, longest / 4, longest + 1) : 0,
      };
    })
    .sort((a, b) => a.afterMs - b.afterMs);
}

/** Half of the faults at any time; the others where a wrong order of writes would show, which a random time rarely hits. */
function momentOf(random: Random, victim: Victim): Fault['moment'] {
  if (random() < 0.5) return 'at once';
  if (victim === 'event hub') return 'sending';
  if (random() < 0.2) return 'delivery';
  const { write, atLeast } = WRITES[between(random, 0, WRITES.length)] ?? WRITES[0];
  return { write, when: random() < 0.5 ? 'before' : 'after', skip: between(random, 0, atLeast) };
}

/** So many cards of a deck that is shuffled anew when it is used up. */
function deck<T>(random: Random, cards: readonly T[], count: number): T[] {
  const drawn: T[] = [];
  while (drawn.length < count) drawn.push(...shuffled(random, cards));
  return drawn.slice(0, count);
}

/** `+1.2 s host killed before write 3 of facts`. */
export function describeFault({ victim, kind, afterMs, moment, forMs }: Fault): string {
  const when =
    typeof moment === 'string'
      ? { 'at once': '', delivery: ' during a delivery', sending: ' while a batch is sent' }[moment]
      : ` ${moment.when} write ${moment.skip + 1} of ${moment.write}`;
  const long = forMs > 0 ? ` for ${(forMs / 1_000).toFixed(1)} s` : '';
  return `+${(afterMs / 1_000).toFixed(1)} s ${victim} ${kind}${long}${when}`;
}
