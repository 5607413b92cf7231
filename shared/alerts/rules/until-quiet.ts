import type { EntityKind, EntityRef } from '../../model/entity.ts';
import type { Fact, Scalar } from '../../model/fact.ts';
import type { Annotations, Labels } from '../../model/finding.ts';
import type { Severity } from '../../model/severity.ts';
import { type Millis, SECOND } from '../../model/time.ts';
import { addEvidence } from '../ledger.ts';
import { noteBad, noteHeard, type Quiet } from './quiet.ts';
import { type AlertRule, defineRule } from './rule.ts';
import { serverLabels } from './server-labels.ts';

interface State extends Quiet {
  /** The process that wrote the last bad line, and when: its details have the same. */
  block: { at: Millis; pid: Scalar } | null;
}

/** A kind of entity that tells of its trouble itself. */
export interface Reporter {
  readonly kind: EntityKind;
  readonly heard: string;
  readonly labels: (entity: EntityRef, site: string | null) => Labels;
}

const TUNNEL_SERVER: Reporter = { kind: 'tunnel-server', heard: 'server.heard', labels: serverLabels };

export interface BadLine {
  readonly id: string;
  readonly title: string;
  readonly runbook: string;
  readonly severity: Severity;
  /** The kind of fact that is the bad line. */
  readonly factKind: string;
  /** Kinds of facts that end it at once. */
  readonly endedBy?: readonly string[];
  /** What is watched, and the kind of fact that says it goes on reporting; a tunnel server unless said otherwise. */
  readonly of?: Reporter;
  readonly summary: (server: string) => string;
  readonly cause: string;
  readonly remedy: string;
  /** Lines that say more about the last bad one, which has a header of its own. */
  readonly details?: {
    readonly factKind: string;
    /** What a bad line or one of its details adds to the annotations; `known` is what stands there. */
    readonly read: (fact: Fact, known: Annotations) => Annotations;
  };
}

/** The lines of one block are written within this time. */
const BLOCK: Millis = 5 * SECOND;

/**
 * A condition that only bad lines tell of: there is no good line. It ends when its server has gone on reporting for the quiet
 * window without another one. Silence of the whole server ends nothing: after it the window begins anew.
 */
export function untilQuiet(line: BadLine): AlertRule {
  const { kind, heard, labels } = line.of ?? TUNNEL_SERVER;
  return defineRule<State>({
    id: line.id,
    title: line.title,
    runbook: line.runbook,
    entityKind: kind,
    factKinds: [line.factKind, heard, ...(line.endedBy ?? []), ...(line.details ? [line.details.factKind] : [])],
    start: () => ({ quietFrom: 0, heardAt: 0, block: null }),
    on(event, state, { entity, site, settings, findings, at }) {
      if (event.type !== 'fact') return;
      const { fact } = event;
      const open = findings.current();
      if (fact.kind === line.factKind) {
        noteBad(state, at);
        if (line.details) state.block = { at, pid: fact.attributes['pid'] ?? null };
        const more = line.details?.read(fact, open?.annotations ?? {}) ?? {};
        if (open) {
          addEvidence(open, [fact.evidence]);
          Object.assign(open.annotations, more);
          return;
        }
        findings.open({
          severity: line.severity,
          labels: labels(entity, site),
          startsAt: at,
          summary: line.summary(entity.key),
          cause: line.cause,
          remedy: line.remedy,
          more,
          evidence: [fact.evidence],
        });
        return;
      }
      if (!open) return;
      if (line.details && fact.kind === line.details.factKind) {
        if (isOfBlock(fact, at, state.block))
          Object.assign(open.annotations, line.details.read(fact, open.annotations));
        return;
      }
      if (line.endedBy?.includes(fact.kind) && fact.attributes['probe'] !== true) {
        findings.close(open, 'fact', at, [fact.evidence]);
      } else if (fact.kind === heard) {
        const quietAt = noteHeard(state, at, settings.quietMs);
        if (quietAt !== undefined) findings.close(open, 'clock', quietAt, [fact.evidence]);
      }
    },
  });
}

const isOfBlock = ({ attributes }: Fact, at: Millis, block: State['block']): boolean =>
  block !== null && at - block.at <= BLOCK && (attributes['pid'] ?? null) === block.pid;
