import { describe, expect, it } from 'vitest';
import type { Fact } from '../../shared/model/fact.ts';
import { MINUTE, type Millis, SECOND } from '../../shared/model/time.ts';
import { Presence } from '../../shared/pipeline/presence.ts';
import { connect, T0, TUNNEL } from '../alerts/facts.ts';
import { established, failed, packet } from '../alerts/ike-facts.ts';

/** Batches that a process absorbs, and whether the tunnel's evaluation waits for the clock. */
class Batches {
  readonly #presence = new Presence();
  now: Millis = T0;

  waits(facts: readonly Fact[], after: Millis = 5 * SECOND): boolean {
    this.now += after;
    const waits = this.#presence.waiting(facts, this.now).size > 0;
    this.#presence.heard([TUNNEL], this.now);
    return waits;
  }

  tenFailures(): void {
    for (let batch = 0; batch < 10; batch++) expect(this.waits([failed('s', '0')])).toBe(false);
  }
}

describe('a tunnel whose key exchange fails', () => {
  it('is evaluated at each of ten batches, then by the clock', () => {
    const batches = new Batches();
    batches.tenFailures();
    expect(batches.waits([failed('s', '0'), packet('s', 'send sa-init', '0')])).toBe(true);
    expect(batches.waits([failed('s', '0')])).toBe(true);
  });

  it.each([
    ['a success', established('s', '0')],
    ['a connect', connect('IN_0', '0')],
  ])('is evaluated at once at %s, whatever fails beside it, and when it fails anew', (_name, end) => {
    const batches = new Batches();
    batches.tenFailures();
    expect(batches.waits([failed('s', '0'), end])).toBe(false);
    expect(batches.waits([end])).toBe(false);
    batches.tenFailures();
  });

  it('is evaluated at once when it had been quiet', () => {
    const batches = new Batches();
    batches.tenFailures();
    expect(batches.waits([failed('s', '0')], 3 * MINUTE)).toBe(false);
  });

  it('has packets that always wait, once it was heard of', () => {
    const batches = new Batches();
    expect(batches.waits([packet('s', 'send sa-init', '0')])).toBe(false);
    expect(batches.waits([packet('s', 'send sa-init', '0')])).toBe(true);
  });
});
