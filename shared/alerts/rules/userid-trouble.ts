import { type EntityRef, lastPart } from '../../model/entity.ts';
import { type Fact, factMillis } from '../../model/fact.ts';
import type { Annotations, Labels } from '../../model/finding.ts';
import type { Position } from '../../model/record.ts';
import { DAY, type Millis, SECOND } from '../../model/time.ts';
import { addEvidence, type Draft } from '../ledger.ts';
import { type Condition, type Explanation, explain } from '../userid-causes.ts';
import { noteBad, noteHeard, type Quiet } from './quiet.ts';
import { type AlertRule, defineRule, type RuleContext } from './rule.ts';

/** What `show user server-monitor` or the SYSTEM log said last of a monitored server. */
export interface ShownStatus {
  readonly condition: string;
  readonly code: string | null;
  readonly status: string;
  readonly at: Millis;
  readonly evidence: Position;
}

/** A line of user-id.log that may be the cause. */
interface Line {
  readonly server: string | null;
  readonly code: string | null;
  readonly reason: string | null;
  readonly at: Millis;
  readonly evidence: Position;
}

export interface UseridState extends Quiet {
  /** The kind of fact by which its source goes on reporting; null while only a command tells of it. */
  heardBy: string | null;
  lines: Line[];
  status: ShownStatus | null;
  /** Of a firewall: its servers show the condition themselves, so that its lines are their cause and no news. */
  shown: boolean;
  /** Since when the firewall is known to be the passive peer of its pair; null while it is not. */
  passiveFrom: Millis | null;
}

export interface UseridTrouble {
  readonly id: string;
  readonly title: string;
  readonly condition: Condition;
  /** On the passive peer of an active/passive pair it is normal. */
  readonly normalWhenPassive?: true;
}

/** What a command shows was dated by its file, so a line explains a state within a day. */
const LINES_EXPLAIN: Millis = DAY;
/** Codes that one finding names. */
const MAX_LINES = 12;

/**
 * A firewall's User-ID agent cannot read a monitored server. The server's own status tells it, or a line of user-id.log, which
 * rarely names a server: then it is the firewall's trouble until a status shows which server has it, and from then on the cause
 * of that. It ends with Connected; where a log told it, also when that log goes on for the quiet window without it.
 */
export function useridTrouble(trouble: UseridTrouble): AlertRule {
  return defineRule<UseridState>({
    id: trouble.id,
    title: trouble.title,
    runbook: trouble.id.replaceAll('.', ''),
    entityKind: ['firewall', 'monitored-server'],
    start: () => ({
      quietFrom: 0,
      heardAt: 0,
      heardBy: null,
      lines: [],
      status: null,
      shown: false,
      passiveFrom: null,
    }),
    on(event, state, context) {
      if (event.type !== 'fact') return;
      const { fact } = event;
      if (fact.kind === 'userid.error') onLine(trouble, fact, state, context);
      else if (fact.kind === 'userid.state') onStatus(trouble, fact, state, context);
      else if (fact.kind === 'userid.monitored') onServers(trouble, fact, state, context);
      else if (fact.kind === 'firewall.ha' && trouble.normalWhenPassive) onAvailability(trouble, fact, state, context);
      else if (fact.kind === state.heardBy) onHeard(fact, state, context);
    },
  });
}

function onLine(trouble: UseridTrouble, fact: Fact, state: UseridState, context: RuleContext): void {
  const { condition, code, reason, server, vsys } = fact.attributes;
  if (condition !== trouble.condition || !isAbout(context.entity, server, vsys)) return;
  const line: Line = {
    server: textOf(server),
    code: textOf(code),
    reason: textOf(reason),
    at: factMillis(fact),
    evidence: fact.evidence,
  };
  const known = state.lines.find(
    (one) => one.code === line.code && one.reason === line.reason && one.server === line.server,
  );
  state.lines = [...state.lines.filter((one) => one !== known), line].slice(-MAX_LINES);
  const open = context.findings.current();
  const isFirewall = context.entity.kind === 'firewall';
  if (open || isFirewall) {
    noteBad(state, line.at);
    state.heardBy = 'userid.heard';
  }
  if (open) {
    addEvidence(open, [line.evidence]);
    if (!known) Object.assign(open.annotations, told(trouble, state, context));
  } else if (isFirewall && !state.shown && !isExcused(state)) begin(trouble, line.at, [line.evidence], state, context);
}

/** A status names the server in its own way: by its short or its full name. */
function isAbout(entity: EntityRef, server: unknown, vsys: unknown): boolean {
  if (entity.kind === 'firewall') return true;
  const [, own = ''] = entity.key.split('|');
  if (typeof vsys === 'string' && own !== '' && vsys !== own) return false;
  return typeof server !== 'string' || shortName(server) === shortName(lastPart(entity));
}

const shortName = (name: string): string => (/^[\d.]+$/.test(name) ? name : (name.split('.')[0] ?? name));

function onStatus(trouble: UseridTrouble, fact: Fact, state: UseridState, context: RuleContext): void {
  const { condition, code, status, told: by } = fact.attributes;
  const at = factMillis(fact);
  state.status = {
    condition: String(condition),
    code: textOf(code),
    status: String(status),
    at,
    evidence: fact.evidence,
  };
  const open = context.findings.current();
  if (condition !== trouble.condition) {
    if (open) context.findings.close(open, 'fact', at, [fact.evidence]);
    state.heardBy = null;
    state.lines = state.lines.filter((line) => condition !== 'connected' || line.at > at);
    return;
  }
  noteBad(state, at);
  if (by === 'log') state.heardBy = 'firewall.heard';
  else if (recentLines(state, at).length > 0) state.heardBy = 'userid.heard';
  if (open) {
    addEvidence(open, [fact.evidence]);
    Object.assign(open.annotations, told(trouble, state, context));
  } else if (!isExcused(state)) begin(trouble, at, [fact.evidence], state, context);
}

/** On the firewall: what its servers show themselves is told of them. */
function onServers(trouble: UseridTrouble, fact: Fact, state: UseridState, { findings, at }: RuleContext): void {
  const { connected, total, conditions, all } = fact.attributes;
  const open = findings.current();
  if (String(conditions).split(',').includes(trouble.condition)) {
    state.shown = true;
    if (open) findings.close(open, 'superseded', at, [fact.evidence]);
  } else if (all === true) {
    state.shown = false;
    if (open && connected === total) findings.close(open, 'fact', at, [fact.evidence]);
  }
}

function onHeard(fact: Fact, state: UseridState, { settings, findings }: RuleContext): void {
  const quietAt = noteHeard(state, factMillis(fact), settings.quietMs);
  if (quietAt === undefined) return;
  state.shown = false;
  const open = findings.current();
  if (open) findings.close(open, 'clock', quietAt, [fact.evidence]);
}

/** The excuse holds for as long as the firewall says that it has been passive, and ends with a failover. */
function onAvailability(trouble: UseridTrouble, fact: Fact, state: UseridState, context: RuleContext): void {
  const { mode, state: role, forSeconds } = fact.attributes;
  const at = factMillis(fact);
  const from = at - (typeof forSeconds === 'number' ? forSeconds * SECOND : 0);
  const open = context.findings.current();
  if (isPassive(mode, role)) {
    state.passiveFrom = Math.min(from, state.passiveFrom ?? from);
    if (open && open.startsAt >= state.passiveFrom) context.findings.drop(open);
    else if (open) context.findings.close(open, 'fact', at, [fact.evidence]);
  } else if (String(role).startsWith('active')) {
    const { status, passiveFrom } = state;
    state.passiveFrom = null;
    if (passiveFrom === null || open || status?.condition !== trouble.condition) return;
    begin(trouble, Math.max(from, status.at), [status.evidence, fact.evidence], state, context);
  }
}

/** Passive peers are those of an active/passive pair; both of an active/active one read their servers. */
const isPassive = (mode: unknown, role: unknown): boolean =>
  String(role).startsWith('passive') && !/active-active/i.test(String(mode));

const isExcused = ({ passiveFrom }: UseridState): boolean => passiveFrom !== null;

function begin(
  trouble: UseridTrouble,
  startsAt: Millis,
  evidence: readonly Position[],
  state: UseridState,
  context: RuleContext,
): Draft {
  const { entity, findings, at } = context;
  const { summary = '', cause = '', remedy = '', ...more } = told(trouble, state, { entity, at: startsAt });
  const lines = entity.kind === 'firewall' ? [] : recentLines(state, startsAt).map((line) => line.evidence);
  return findings.open({
    severity: 'warning',
    labels: useridLabels(entity),
    startsAt,
    foundAt: at,
    summary,
    cause,
    remedy,
    more,
    evidence: [...evidence, ...lines],
  });
}

/** The labels of a firewall, or of a server or sender of it. */
export function useridLabels(entity: EntityRef): Labels {
  const [firewall = '', vsys = ''] = entity.key.split('|');
  if (entity.kind === 'firewall') return { firewall };
  const name =
    entity.kind === 'syslog-listener' ? { listener: lastPart(entity) } : { monitoredServer: lastPart(entity) };
  return vsys === '' ? { firewall, ...name } : { firewall, vsys, ...name };
}

function summaryOf({ title }: UseridTrouble, entity: EntityRef, { status, lines }: UseridState): string {
  const { firewall, vsys, monitoredServer } = useridLabels(entity);
  if (monitoredServer === undefined) {
    const servers = [...new Set(lines.flatMap(({ server }) => server ?? []))].sort();
    const whom = servers.length > 0 ? `, of ${servers.join(', ')}` : ', and names no server';
    return `${title} on ${firewall}: its user-id.log reports it${whom}.`;
  }
  const where = vsys === undefined ? firewall : `${firewall} (${vsys})`;
  return `User-ID of ${where} does not read ${monitoredServer}: ${status?.status ?? title}.`;
}

/** What is known by now: cause and remedy of every code that was seen, each said once. */
function told(
  trouble: UseridTrouble,
  state: UseridState,
  { entity, at }: Pick<RuleContext, 'entity' | 'at'>,
): Annotations {
  const status = state.status?.condition === trouble.condition ? state.status : null;
  const lines = recentLines(state, at).filter((line) => fits(line, status));
  const codes = lines.length > 0 ? lines : [{ code: status?.code ?? null, reason: null }];
  const explanations = new Map<string, Explanation>();
  for (const { code, reason } of codes) {
    const explanation = explain(trouble.condition, code, reason);
    explanations.set(
      code === null || code === explanation.name ? explanation.name : `${code} (${explanation.name})`,
      explanation,
    );
  }
  const named = [...explanations].filter(() => codes[0]?.code !== null);
  return {
    summary: summaryOf(trouble, entity, state),
    cause: sentences(explanations, ({ cause }) => cause),
    remedy: sentences(explanations, ({ remedy }) => remedy),
    ...(named.length > 0 ? { codes: named.map(([name]) => name).join(', ') } : {}),
  };
}

function sentences(explanations: ReadonlyMap<string, Explanation>, of: (one: Explanation) => string): string {
  const byText = Map.groupBy(explanations, ([, one]) => of(one));
  const several = byText.size > 1;
  return [...byText]
    .map(([text, ones]) => (several ? `${ones.map(([name]) => name).join(', ')}: ${text}` : text))
    .join(' ');
}

const recentLines = ({ lines }: UseridState, at: Millis): readonly Line[] =>
  lines.filter((line) => line.at >= at - LINES_EXPLAIN);

/** `Connection refused(0)` is explained by what was said with a 0. */
const fits = (line: Line, status: ShownStatus | null): boolean =>
  status === null || status.code === null || line.code === null || status.code === line.code;

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
