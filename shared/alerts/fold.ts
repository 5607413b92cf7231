import type { EntityRef } from '../model/entity.ts';
import { type Fact, type FactKind, factMillis } from '../model/fact.ts';
import type { Finding } from '../model/finding.ts';
import type { RuleSettings, Settings } from '../model/settings.ts';
import type { Millis } from '../model/time.ts';
import { attachCauses, type CauseState, forgetCauses, isOfCauses, noteCause, startCauses } from './causes.ts';
import { FoldContext } from './fold-context.ts';
import { applyIkeFact, type IkeState, isOfIke, startIke } from './ike-timeline.ts';
import { type Draft, ENDED_COUNTS, findingOf } from './ledger.ts';
import { RULES } from './rules/index.ts';
import { type AlertRule, type CheckInLevel, type RuleEvent, watches } from './rules/rule.ts';
import { applyTunnelFact, isOfTunnel, startTunnel, type TunnelState } from './tunnel-timeline.ts';

/** Raise it when a state's shape changes: an older snapshot is then dropped and the entity folded from its facts again. */
export const SNAPSHOT_VERSION = 5;

/** Everything the fold knows at one instant of event time. As the entity's snapshot it is plain JSON, which is stored. */
export interface FoldState {
  version: number;
  /** The instant up to which facts and the clock are folded in. */
  at: Millis;
  tunnel: TunnelState;
  ike: IkeState;
  causes: CauseState;
  site: string | null;
  rules: Record<string, unknown>;
  drafts: Draft[];
}

export interface BrokenRule {
  readonly rule: string;
  readonly message: string;
}

/** Ports of other rooms that rules need, given by whoever wires. */
export interface FoldPorts {
  readonly checkInLevel: CheckInLevel;
}

/** Longer than any window in which an ended finding is added to: late causes, an event that goes on. */
const stillGrowing = (settings: RuleSettings): Millis =>
  Math.max(
    ENDED_COUNTS,
    settings.quietMs,
    settings.causeAfterMs,
    settings.dpdWindowMs,
    2 * settings.massDisconnectWindowMs,
  );

/** A rule that takes part, its state, and what it sees. */
interface Player {
  readonly rule: AlertRule;
  readonly state: unknown;
  readonly context: FoldContext;
  /** The instant that it asked for, while it was told of nothing since. */
  due: Millis | undefined;
  isAsked: boolean;
}

/** Whom a kind of fact concerns: nearly all facts of a busy entity are of one or two kinds, and of interest to few. */
interface Concerned {
  readonly players: readonly Player[];
  readonly causes: boolean;
  readonly tunnel: boolean;
  readonly ike: boolean;
}

/** Settled findings are put aside in batches of this size, so that rules look at few however long the input is. */
const SETTLE_BATCH = 64;
const START: Millis = -8.64e15;

/** The state before anything was heard of an entity. Like a snapshot it is cloned, so that all states have the same shapes. */
const START_STATE: FoldState = {
  version: SNAPSHOT_VERSION,
  at: START,
  tunnel: startTunnel(),
  ike: startIke(),
  causes: startCauses(),
  site: null,
  rules: {},
  drafts: [],
};

/**
 * Folds one entity's facts (and its parent's) in event-time order into findings. The clock is an input like a fact: between
 * two facts every rule gets the instants it asked for, up to the horizon and no further. So how often or when it ran, and
 * in which order things arrived, changes nothing.
 */
export class Fold {
  readonly #entity: EntityRef;
  readonly #settings: Settings;
  readonly #players: readonly Player[];
  /** Those that ask for instants. */
  readonly #timed: readonly Player[];
  /** Whom the kinds of facts concern, as they come. */
  readonly #concerned = new Map<FactKind, Concerned>();
  readonly #state: FoldState;
  readonly #revisions: Millis[];
  /** Findings that nothing can change any more. */
  readonly #settled: Draft[] = [];
  /** Rules whose clock threw: it stands still for them until the next fact, or it would for ever ask for the same instant. */
  readonly #stuck = new Set<string>();
  readonly broken: BrokenRule[] = [];
  #lastFactAt: Millis | undefined;

  constructor(entity: EntityRef, settings: Settings, ports: FoldPorts, snapshot?: FoldState, rules = RULES) {
    this.#entity = entity;
    this.#settings = settings;
    this.#state = structuredClone(snapshot?.version === SNAPSHOT_VERSION ? snapshot : START_STATE);
    const from = this.#state.at;
    this.#revisions = settings.thresholds.map((revision) => revision.from).filter((at) => at > from);
    this.#players = rules
      .filter((rule) => watches(rule, entity.kind))
      .map((rule) => ({
        rule,
        state: this.#stateOf(rule),
        context: new FoldContext(rule.id, { entity, settings, ports, state: this.#state }),
        due: undefined,
        isAsked: false,
      }));
    this.#timed = this.#players.filter(({ rule }) => rule.dueAt !== undefined);
  }

  /** Event time of the last fact applied to this fold, if any. */
  get lastFactAt(): Millis | undefined {
    return this.#lastFactAt;
  }

  /** Applies the next fact in order. Duplicates must have been removed (they share an id). */
  apply(fact: Fact): void {
    const at = factMillis(fact);
    // What time alone decides at this instant comes first: a window that ran out is over when the next record is stamped.
    this.advanceTo(at);
    this.#lastFactAt = at;
    if (this.#stuck.size > 0) this.#stuck.clear();
    const { site, region } = fact.attributes;
    if (typeof site === 'string') this.#state.site = site;
    if (typeof region === 'string') this.#state.causes.region = region;
    const concerned = this.#concernedBy(fact.kind);
    if (concerned.causes) noteCause(this.#state.causes, fact, this.#entity);
    this.#tell({ type: 'fact', fact }, concerned.players);
    if (concerned.tunnel) {
      const moments = applyTunnelFact(this.#state.tunnel, fact, this.#settings.rules);
      for (const moment of moments) this.#tell({ type: 'moment', moment });
    }
    if (concerned.ike) for (const moment of applyIkeFact(this.#state.ike, fact)) this.#tell({ type: 'ike', moment });
    attachCauses(this.#state.causes, this.#state.drafts, this.#settings.rules);
    forgetCauses(this.#state.causes, at, this.#settings.rules);
    if (this.#state.drafts.length >= SETTLE_BATCH) this.#settle();
  }

  /** Lets the clock run up to and including `horizon`, giving each rule and each threshold change its instant. */
  advanceTo(horizon: Millis): void {
    for (let guard = 0; ; guard++) {
      const due = this.#nextDue();
      if (due === undefined || due > horizon) break;
      if (guard > 100_000) throw new Error('a rule asks for the same instant for ever');
      this.#state.at = Math.max(this.#state.at, due);
      while (this.#revisions[0] !== undefined && this.#revisions[0] <= due) {
        this.#revisions.shift();
        this.#tell({ type: 'thresholds' });
      }
      this.#tellTime(due);
      attachCauses(this.#state.causes, this.#state.drafts, this.#settings.rules);
    }
    this.#state.at = Math.max(this.#state.at, horizon);
  }

  /** The next instant at which only time changes something. */
  nextDue(): Millis | undefined {
    return this.#nextDue();
  }

  /** What the fold knows now, without the findings that nothing can change any more. */
  snapshot(): FoldState {
    this.#settle();
    const rules = Object.fromEntries(
      this.#players.map(({ rule, state }) => [rule.id, rule.save === undefined ? state : rule.save(state)]),
    );
    return structuredClone({ ...this.#state, rules: { ...this.#state.rules, ...rules } });
  }

  /** All findings since the snapshot it began with, open and ended, pending and firing. */
  findings(): Finding[] {
    return [...this.#settled, ...this.#state.drafts].map((draft) => findingOf(this.#entity, draft));
  }

  get state(): Readonly<FoldState> {
    return this.#state;
  }

  #nextDue(): Millis | undefined {
    let due = this.#revisions[0];
    for (const player of this.#timed) {
      const at = this.#dueOf(player);
      if (at !== undefined && (due === undefined || at < due)) due = at;
    }
    return due;
  }

  #dueOf(player: Player): Millis | undefined {
    if (this.#stuck.size > 0 && this.#stuck.has(player.rule.id)) return undefined;
    return player.isAsked ? player.due : this.#ask(player);
  }

  #ask(player: Player): Millis | undefined {
    const { rule, state, context } = player;
    try {
      player.due = rule.dueAt?.(state, context);
      player.isAsked = rule.dueByOthers !== true;
      return player.due;
    } catch (error) {
      this.#break(rule, error);
      return undefined;
    }
  }

  #stateOf(rule: AlertRule): unknown {
    const { rules } = this.#state;
    const saved = rules[rule.id];
    const state = saved == null ? rule.start() : rule.load === undefined ? saved : rule.load(saved);
    rules[rule.id] = state;
    return state;
  }

  #concernedBy(kind: FactKind): Concerned {
    const known = this.#concerned.get(kind);
    if (known !== undefined) return known;
    const players = this.#players.filter(({ rule }) => rule.factKinds?.includes(kind) !== false);
    const concerned = { players, causes: isOfCauses(kind), tunnel: isOfTunnel(kind), ike: isOfIke(kind) };
    this.#concerned.set(kind, concerned);
    return concerned;
  }

  #settle(): void {
    const { at, drafts } = this.#state;
    const grows = stillGrowing(this.#settings.rules);
    this.#state.drafts = drafts.filter((draft) => {
      const grown = draft.endsAt !== null && draft.endsAt + grows < at;
      if (grown) this.#settled.push(draft);
      return !grown;
    });
  }

  /** Gives each rule its instant that has come. */
  #tellTime(due: Millis): void {
    for (const player of this.#timed) {
      if ((this.#dueOf(player) ?? Number.POSITIVE_INFINITY) <= due) this.#tell({ type: 'clock' }, [player]);
    }
  }

  /** A rule that throws must not silence the others nor vanish. */
  #tell(event: RuleEvent, players = this.#players): void {
    for (const player of players) {
      const { rule, state, context } = player;
      player.isAsked = false;
      try {
        rule.on(event, state, context);
      } catch (error) {
        this.#break(rule, error);
      }
    }
  }

  #break(rule: AlertRule, error: unknown): void {
    this.#stuck.add(rule.id);
    const message = error instanceof Error ? error.message : String(error);
    const isNews = !this.broken.some((known) => known.rule === rule.id && known.message === message);
    if (isNews) this.broken.push({ rule: rule.id, message });
  }
}
