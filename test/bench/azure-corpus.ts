import { closeSync, openSync, writeSync } from 'node:fs';
import { Random } from './random.ts';

/** How the records are laid out: as the events of a diagnostic setting, one on each line, or as the lines of a `PT1H.json`. */
export type AzureLayout = 'envelopes' | 'lines';

export interface AzureCorpusOptions {
  readonly records: number;
  readonly seed: number;
  readonly layout: AzureLayout;
}

const START = Date.UTC(2026, 10, 20, 0, 0, 0);
const RECORDS_PER_SECOND = 100;
/** Some 27 records make an event of an Azure diagnostic setting. */
const MAX_PER_ENVELOPE = 55;
const RESOURCE_ID =
  '/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000001/RESOURCEGROUPS/RG-CONTOSO/PROVIDERS/MICROSOFT.NETWORK/VIRTUALNETWORKGATEWAYS/VNG-CONTOSO';

type Said = Readonly<Record<string, unknown>>;

/** Most are the chatter of tunnels that are well; some begin, advance or fail a negotiation. */
const IKE_TEXTS: readonly (readonly [share: number, text: string])[] = [
  [36, '[SEND] Sending INFORMATIONAL request, payloads SK, message id {h}, window size 1'],
  [36, '[RECEIVED] INFORMATIONAL response for message id {h}, payloads SK'],
  [12, '[LOCAL] Packet queued for exchange {h}: iCookie 0x{h}{h} rCookie 0x{h}{h}, retransmit timer 500 ms'],
  [12, '[SEND] DPD request R_U_THERE sequence {h}'],
  [1.5, '[RECEIVED][SA_INIT] Received IKE_SA_INIT iCookie 0x{h}{h} rCookie 0 Policy1:Cipher=AES-CBC-256 Integ=SHA256'],
  [1, '[SEND][CHILD_SA] Sending CREATE_CHILD_SA message for QM session 0x{h}'],
  [1, '[LOCAL] IKE Tunnel created for tunnelId 0x{h}'],
  [0.5, '[LOCAL_MSG] [ErrorCode] 0x35ED (13805) [ErrorMessage] Negotiation timed out'],
];

function ikeMessage(random: Random): string {
  const text = pickText(random);
  const peers = `Remote 203.0.113.${random.between(1, 20)}:${random.pick([500, 4500])}: Local 198.51.100.4:500: `;
  const hex = (): string => random.between(0x10000000, 0xfffffff0).toString(16).toUpperCase();
  return `SESSION_ID :{${random.guid()}} ${peers}${text.replace(/\{h\}/g, hex)}`;
}

function pickText(random: Random): string {
  let left = random.next() * 100;
  for (const [share, text] of IKE_TEXTS) {
    left -= share;
    if (left < 0) return text;
  }
  return '';
}

/** The category, the operation and the properties of one record; 82 of 100 are of the IKE log. */
function said(random: Random): readonly [category: string, operation: string, level: string, properties: Said] {
  const instance = `GatewayTenantWorker_IN_${random.between(0, 1)}`;
  const draw = random.next() * 100;
  if (draw < 82) return ['IKEDiagnosticLog', 'IKELogEvent', 'Informational', { instance, message: ikeMessage(random) }];
  if (draw < 90) {
    const session = `OVPN_${random.between(0x1000000, 0xfffffff).toString(16).toUpperCase()}`;
    const step = random.pick(['Connect request received. IP=0.2.3.4:5000', 'Connection successful. IP=10.0.0.1']);
    return ['P2SDiagnosticLog', 'P2SLogEvent', 'Informational', { message: `[MSG] [default] [${session}] ${step}` }];
  }
  if (draw < 95) {
    const message = `BGP route update from peer 10.1.${random.between(0, 9)}.1: 10.2.${random.between(0, 255)}.0/24`;
    return ['RouteDiagnosticLog', 'BgpRouteUpdate', 'Informational', { message }];
  }
  const remoteIP = `203.0.113.${random.between(1, 20)}`;
  const up = random.next() < 0.5;
  const status = up ? 'Connected' : 'Disconnected';
  return ['TunnelDiagnosticLog', `Tunnel${status}`, 'Informational', { instance, remoteIP, status }];
}

/** The records of the performance corpus as JSON text: synthetic, the same for the same seed. */
export function* azureRecords({ records, seed }: AzureCorpusOptions): Generator<string> {
  const random = new Random(seed);
  for (let index = 0; index < records; index++) {
    const ms = new Date(START + Math.floor((index / RECORDS_PER_SECOND) * 1_000)).toISOString().slice(0, 23);
    const time = `${ms}${String(random.between(0, 9_999)).padStart(4, '0')}Z`;
    const [category, operationName, level, properties] = said(random);
    yield JSON.stringify({ time, resourceId: RESOURCE_ID, category, operationName, level, properties });
  }
}

/** Writes the corpus to a file and gives its size in bytes. */
export function writeAzureCorpus(path: string, options: AzureCorpusOptions): number {
  const random = new Random(options.seed + 1);
  const file = openSync(path, 'w');
  let bytes = 0;
  let pending: string[] = [];
  const write = (): void => {
    if (pending.length === 0) return;
    const text = options.layout === 'lines' ? pending.join('\n') : `{"records":[${pending.join(',')}]}`;
    bytes += writeSync(file, `${text}\n`);
    pending = [];
  };
  let room = random.between(1, MAX_PER_ENVELOPE);
  for (const record of azureRecords(options)) {
    if (pending.push(record) < room) continue;
    write();
    room = random.between(1, MAX_PER_ENVELOPE);
  }
  write();
  closeSync(file);
  return bytes;
}
