import { type Fact, type FactKind, factMillis } from '../model/fact.ts';
import type { Position } from '../model/record.ts';
import type { RuleSettings } from '../model/settings.ts';
import type { Millis } from '../model/time.ts';

/** One gateway instance's end of a tunnel. */
interface InstanceState {
  up: boolean;
  /** Since when, or null: so before the first record. */
  since: Millis | null;
  /** Set when it went down: the pair had been up together for longer than a failover takes (active-active). */
  paired: boolean;
}

/** An interruption: from a disconnect at `startsAt` to the first connect of the same remote IP on any instance. */
export interface Episode {
  startsAt: Millis;
  instances: string[];
  /** stateChangeReason of the first disconnect, when Azure gave one. */
  reason: string | null;
  evidence: Position[];
}

export interface TunnelState {
  instances: Record<string, InstanceState>;
  episode: Episode | null;
  /** Since when no instance is connected. */
  downSince: Millis | null;
}

export type TunnelMoment =
  /** An instance that was up, or not known to be down, went down. */
  | { readonly type: 'disconnected'; readonly instance: string; readonly evidence: Position }
  /** The first connect after a disconnect, inside the down window. */
  | {
      readonly type: 'restored';
      readonly episode: Episode;
      readonly endsAt: Millis;
      readonly gapMs: Millis;
      readonly instance: string;
      readonly sameInstance: boolean;
      readonly evidence: Position | null;
    }
  | { readonly type: 'connected'; readonly instance: string; readonly evidence: Position };

export const startTunnel = (): TunnelState => ({ instances: {}, episode: null, downSince: null });

const NOTHING: readonly TunnelMoment[] = [];

/** Whether facts of a kind tell how a tunnel's ends are connected. */
export const isOfTunnel = (kind: FactKind): boolean => kind.startsWith('tunnel.');

/**
 * Folds one connect or disconnect fact (`isOfTunnel`) into the tunnel's state and says what it amounts to. Facts come in event-time order.
 * Source: the reading of TunnelDiagnosticLog in Azure's gateway troubleshooting pages (other instance: failover; same: fault).
 */
export function applyTunnelFact(state: TunnelState, fact: Fact, settings: RuleSettings): readonly TunnelMoment[] {
  const instance = String(fact.attributes['instance'] ?? '');
  const at = factMillis(fact);
  if (fact.kind === 'tunnel.connected') return connect(state, instance, at, fact.evidence, settings);
  if (fact.kind === 'tunnel.disconnected') return disconnect(state, instance, at, fact, settings);
  return NOTHING;
}

function connect(
  state: TunnelState,
  instance: string,
  at: Millis,
  evidence: Position,
  settings: RuleSettings,
): TunnelMoment[] {
  const before = known(state, instance);
  if (!before?.up) state.instances[instance] = { up: true, since: at, paired: false };
  const moments: TunnelMoment[] = [{ type: 'connected', instance, evidence }];
  const { episode, downSince } = state;
  state.downSince = null;
  state.episode = null;
  // Where the sibling went as well, the tunnel was down only since then.
  if (episode && at - (downSince ?? episode.startsAt) <= settings.downWindowMs) {
    moments.push({
      type: 'restored',
      episode,
      endsAt: at,
      gapMs: at - episode.startsAt,
      instance,
      sameInstance: episode.instances.includes(instance),
      evidence,
    });
  }
  return moments;
}

/** An instance by its stated name, which may be any text: `constructor` is none. */
const known = ({ instances }: TunnelState, name: string): InstanceState | undefined =>
  Object.hasOwn(instances, name) ? instances[name] : undefined;

function disconnect(
  state: TunnelState,
  instance: string,
  at: Millis,
  fact: Fact,
  settings: RuleSettings,
): TunnelMoment[] {
  const before = known(state, instance);
  if (before && !before.up) return [];
  const sibling = Object.entries(state.instances).find(([name, other]) => name !== instance && other.up);
  const open = state.episode && at - state.episode.startsAt <= settings.downWindowMs ? state.episode : null;
  const together = sibling ? at - Math.max(before?.since ?? 0, sibling[1].since ?? 0) : 0;
  // The last of a pair to go belongs to the pair, however long the other has been missing.
  const paired = sibling
    ? together > settings.failoverWindowMs
    : Object.values(state.instances).some((other) => other.paired && !other.up);
  state.instances[instance] = { up: false, since: at, paired };

  const reason = fact.attributes['reason'];
  const episode: Episode = open ?? {
    startsAt: at,
    instances: [],
    reason: typeof reason === 'string' ? reason : null,
    evidence: [],
  };
  episode.instances.push(instance);
  episode.evidence.push(fact.evidence);

  const moments: TunnelMoment[] = [{ type: 'disconnected', instance, evidence: fact.evidence }];
  if (sibling && !paired) {
    // Make before break: the other instance came up within the failover window before this one went.
    state.episode = null;
    moments.push({
      type: 'restored',
      episode,
      endsAt: at,
      gapMs: 0,
      instance: sibling[0],
      sameInstance: false,
      evidence: null,
    });
    return moments;
  }
  state.episode = episode;
  if (!sibling) state.downSince = at;
  return moments;
}

export interface Lost {
  readonly instance: string;
  readonly since: Millis;
}

/** The instance that is down although its sibling is up and both should be: since when redundancy is lost. */
export function lostRedundancy(state: TunnelState, activeActive: boolean): Lost | undefined {
  const all = Object.entries(state.instances);
  const up = all.find(([, instance]) => instance.up);
  if (!up) return undefined;
  const down = all.find(([, instance]) => !instance.up && (instance.paired || activeActive));
  return down && { instance: down[0], since: Math.max(down[1].since ?? 0, up[1].since ?? 0) };
}
