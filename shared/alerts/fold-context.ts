import type { EntityRef } from '../model/entity.ts';
import { type RuleSettings, type Settings, type Thresholds, thresholdsAt } from '../model/settings.ts';
import type { Millis } from '../model/time.ts';
import type { FoldPorts, FoldState } from './fold.ts';
import { Ledger } from './ledger.ts';
import type { CheckInLevel, RuleContext } from './rules/rule.ts';

/** What stands behind the contexts of one fold. */
interface Behind {
  readonly entity: EntityRef;
  readonly settings: Settings;
  readonly ports: FoldPorts;
  readonly state: Readonly<FoldState>;
}

/** What one rule sees of a fold: always its present state, so that one is enough for all events of a life. */
export class FoldContext implements RuleContext {
  readonly entity: EntityRef;
  readonly settings: RuleSettings;
  readonly findings: Ledger;
  readonly checkInLevel: CheckInLevel;
  readonly #settings: Settings;
  readonly #state: Readonly<FoldState>;

  constructor(rule: string, { entity, settings, ports, state }: Behind) {
    this.entity = entity;
    this.settings = settings.rules;
    this.findings = new Ledger(rule, state);
    this.checkInLevel = ports.checkInLevel;
    this.#settings = settings;
    this.#state = state;
  }

  get at(): Millis {
    return this.#state.at;
  }

  get thresholds(): Thresholds {
    return thresholdsAt(this.#settings, this.#state.at);
  }

  get tunnel(): FoldState['tunnel'] {
    return this.#state.tunnel;
  }

  get ike(): FoldState['ike'] {
    return this.#state.ike;
  }

  get site(): string | null {
    return this.#state.site;
  }
}
