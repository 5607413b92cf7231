import type { Millis } from '../../shared/model/time.ts';
import { corpusLines, corpusTime } from './corpus.ts';
import { Random } from './random.ts';

/** A line of a live log and when it was written. */
export interface TimedLine {
  readonly at: Millis;
  readonly line: string;
}

const SEED = 20_261_122;
const T0: Millis = corpusTime(0);
/** The beginning of the ARM ids of made-up gateways. */
export const GATEWAY =
  '/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000001/RESOURCEGROUPS/CONTOSO-RG/PROVIDERS/MICROSOFT.NETWORK/VIRTUALNETWORKGATEWAYS/CONTOSO-VPN';

/** The corpus without end, or only those of its lines; a busier site has more lines a second. */
function* corpus(isAsked: (line: string) => boolean = () => true, linesPerSecond?: number): Generator<TimedLine> {
  let index = 0;
  const rate = linesPerSecond === undefined ? {} : { linesPerSecond };
  for (const line of corpusLines({ lines: Number.POSITIVE_INFINITY, seed: SEED, ...rate })) {
    const at = corpusTime(index++, linesPerSecond);
    if (isAsked(line)) yield { at, line };
  }
}

const isAccess = (line: string): boolean => line.includes('ACCESS_LOG,');
/** Of which 55 % are access lines: a thousand a second. */
const BUSY = 1_800;

/** Two gateways with two tunnels each; every second one loses its peer and has it back. Synthetic. */
function* tunnelLog(): Generator<TimedLine> {
  const random = new Random(SEED);
  for (let at = T0; ; at += random.between(500, 1_500)) {
    const gateway = `${GATEWAY}-${random.between(1, 2)}`;
    const remoteIP = `203.0.113.${random.between(1, 2)}`;
    const instance = `GatewayTenantWorker_IN_${random.between(0, 1)}`;
    for (const [status, after] of [
      ['Disconnected', 0],
      ['Connected', random.between(200, 900)],
    ] as const) {
      yield { at: at + after, line: tunnelRecord(at + after, gateway, { instance, remoteIP, status }) };
    }
  }
}

/** A record of the tunnel log of Azure VPN Gateway. */
export function tunnelRecord(at: Millis, resourceId: string, properties: Readonly<Record<string, string>>): string {
  const time = new Date(at).toISOString().replace('Z', '0000Z');
  const operationName = `Tunnel${properties['status']}`;
  return JSON.stringify({ time, resourceId, category: 'TunnelDiagnosticLog', operationName, properties });
}

/** What comes in live, line by line, without end; the same on every machine. */
export const WORKLOADS = {
  mix: () => corpus(),
  access: () => corpus(isAccess),
  busyAccess: () => corpus(isAccess, BUSY),
  sessions: () => corpus((line) => line.includes('OCSERV_TELEMETRY,')),
  tunnels: tunnelLog,
} as const satisfies Readonly<Record<string, () => Generator<TimedLine>>>;

export type WorkloadName = keyof typeof WORKLOADS;
