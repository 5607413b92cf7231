import { type Fact, makeFact, type Scalar } from '../../shared/model/fact.ts';
import { GATEWAY, type Offset, TUNNEL, timeAt } from './facts.ts';

/** IKE facts of the synthetic tunnel, briefly. Sessions are any names. */
let line = 0;

function fact(kind: string, offset: Offset, attributes: Readonly<Record<string, Scalar>>): Fact {
  line++;
  const evidence = { source: 'synthetic-ike', line, byte: line * 100 };
  const entity = kind.startsWith('gateway.') ? GATEWAY : TUNNEL;
  return makeFact(
    { kind, entity, time: timeAt(offset), identity: Object.values(attributes), attributes },
    evidence,
    [],
  );
}

const about = (session: string | null) => ({ session, instance: 'IN_0', direction: 'local', exchange: null });

interface Message {
  readonly first?: boolean;
  readonly detail?: string;
}

/** A packet of a negotiation, `'send sa-init'`; its time is the minute's. */
export function packet(session: string, said: string, offset: Offset, { first = false, detail }: Message = {}): Fact {
  const [direction = '', exchange = ''] = said.split(' ');
  return fact('ike.message', offset, { ...about(session), direction, exchange, first, detail: detail ?? null });
}

interface Failed {
  readonly cause?: string;
  readonly phase?: 1 | 2 | null;
  readonly code?: string;
  /** `'send auth'`: the failing record is itself a message. */
  readonly said?: string;
}

const failure = ({ cause = 'pre-shared-key', phase = 1, code, said }: Failed) => {
  const [direction = 'local', exchange = null] = said?.split(' ') ?? [];
  return { direction, exchange, cause, phase, code: code ?? null };
};

export const failed = (session: string | null, offset: Offset, how: Failed = {}): Fact =>
  fact('ike.failed', offset, { ...about(session), ...failure(how) });
export const established = (session: string, offset: Offset, phase: 1 | 2 | null = 2): Fact =>
  fact('ike.established', offset, { ...about(session), phase });
export const ikeClosed = (session: string, offset: Offset, status = 'synthetic status'): Fact =>
  fact('ike.closed', offset, { ...about(session), status });

/** A failure whose record names a session and no peers: the gateway's fact. */
export const gatewayFailed = (session: string, offset: Offset, how: Failed = {}): Fact =>
  fact('gateway.ike', offset, { ...about(session), outcome: 'failed', ...failure(how) });

/** Failed negotiations, each of its own session, at these instants. */
export const failures = (offsets: readonly Offset[], how: Failed = {}): Fact[] =>
  offsets.map((offset) => failed(`of ${offset}`, offset, how));
