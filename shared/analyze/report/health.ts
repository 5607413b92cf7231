import { assessSite } from '../../health/assess.ts';
import type { HealthState } from '../../model/health.ts';
import type { Analysis } from '../analyze.ts';
import type { Assessed } from '../judge.ts';
import { counted, printable, table } from './layout.ts';
import type { EntityNames } from './names.ts';
import { clock, type Page, STATE_STYLES } from './page.ts';

const WORST_FIRST: readonly HealthState[] = ['unhealthy', 'warning', 'unknown', 'healthy'];
/** Rows of each state: the sound ones need less room. */
const MAX_ROWS: Readonly<Record<HealthState, number>> = { unhealthy: 100, warning: 100, unknown: 20, healthy: 20 };

/** Every entity with its state and what makes it so, worst first. */
export function health({ judgement }: Analysis, names: EntityNames, { paint, width }: Page): string[] {
  const { entities } = judgement;
  if (entities.length === 0) return [];
  const byState = Map.groupBy(entities, ({ health: { state } }) => state);
  const shown = WORST_FIRST.flatMap((state) => (byState.get(state) ?? []).slice(0, MAX_ROWS[state]));
  const rows = shown.map((assessed) => [
    paint(STATE_STYLES[assessed.health.state], `● ${assessed.health.state}`),
    assessed.entity.kind,
    names.of(assessed.entity),
    clock(assessed.horizon),
    why(assessed),
  ]);
  const columns = [{ title: 'STATE' }, { title: 'KIND' }, { title: 'NAME' }, { title: 'AS OF' }, { title: 'WHY' }];
  const [titles = '', ...lines] = table(columns, rows, width);
  const hidden = WORST_FIRST.flatMap((state) => {
    const more = (byState.get(state)?.length ?? 0) - MAX_ROWS[state];
    return more > 0 ? [paint('dim', `… and ${more} more ${state}`)] : [];
  });
  return [paint('dim', titles), ...lines, ...hidden];
}

/** The checks that make the state, and the word for it where they do not say it themselves. */
function why({ health: { state, detail, checks } }: Assessed): string {
  const bad = checks.filter((check) => check.state === 'warning' || check.state === 'unhealthy');
  if (bad.length === 0) return printable(state === 'unknown' ? (checks[0]?.reason ?? detail) : detail);
  const named = bad.length > 1 || bad.some(({ id }) => id === detail);
  const reasons = bad.map(({ id, reason }) => (named ? `${id}: ${reason}` : reason)).join('; ');
  const said = reasons === detail || bad.some(({ id }) => id === detail);
  return printable(said ? reasons : `${detail}: ${reasons}`);
}

/** A site is as well as the worst of its servers. */
export function sites({ judgement }: Analysis, { paint, width }: Page): string[] {
  const servers = judgement.entities.filter(({ entity, site }) => entity.kind === 'tunnel-server' && site !== null);
  if (servers.length === 0) return [];
  const rows = [...Map.groupBy(servers, ({ site }) => site ?? '')].sort().map(([site, of]) => {
    const state = assessSite(of.map((server) => server.health));
    return [paint(STATE_STYLES[state], `● ${state}`), printable(site), counted(of.length, 'server')];
  });
  const [titles = '', ...lines] = table([{ title: 'STATE' }, { title: 'SITE' }, { title: 'SERVERS' }], rows, width);
  return [paint('dim', titles), ...lines];
}
