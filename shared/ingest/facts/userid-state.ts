import { monitoredEntity } from '../../model/entity.ts';
import type { FactDraft } from '../../model/fact.ts';
import type { LogRecord } from '../../model/record.ts';
import { readShown } from '../panos/cli.ts';
import { conditionIn } from '../panos/condition.ts';
import { textAttribute, wholeSecond } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';
import { panosHead } from './panos-head.ts';

/**
 * The connection of a firewall to a server that it monitors, as a command showed it or as a SYSTEM log told it. Attributes:
 * `condition` (`connected`, `kerberos-error`, …), `code` (of `Connection refused(0)`), `status` as printed, `address`, `told` (`shown` or `log`).
 */
export const useridState = {
  kinds: ['userid.state'],
  formats: ['panos-cli', 'panos-csv', 'panos-cef', 'panos-leef', 'panos-json'],
  extract(record) {
    if (record.format === 'panos-cli') return shownStates(record);
    return panosHead(record).type === 'SYSTEM' ? loggedState(record) : NONE;
  },
} satisfies FactExtractor;

function shownStates({ body, timestamp, hostname }: LogRecord): readonly FactDraft[] {
  if (timestamp === undefined || hostname === undefined) return NONE;
  return readShown(body).servers.flatMap(({ name, vsys, status, address }) => {
    const shown = status === null ? undefined : conditionIn(status);
    if (shown === undefined) return NONE;
    return [draftOf(hostname, vsys, name, timestamp, { ...shown, address, told: 'shown' })];
  });
}

const MONITOR = /server monitor (\S.{0,126}?) ?\(([^)]{0,32})\)\s*(.*)$/;

/** The ids of these events are `connect-server-monitor` and `connect-server-monitor-failure`. */
function loggedState(record: LogRecord): readonly FactDraft[] {
  const { timestamp, hostname } = record;
  const eventId = textAttribute(record, 'eventId') ?? '';
  if (!eventId.startsWith('connect-server-monitor') || timestamp === undefined || hostname === undefined) return NONE;
  const [, name, vsys = '', said = ''] = MONITOR.exec(textAttribute(record, 'description') ?? '') ?? [];
  if (name === undefined) return NONE;
  const failed = eventId.endsWith('-failure');
  const told = failed ? (conditionIn(said) ?? NOT_CONNECTED) : CONNECTED;
  return [draftOf(hostname, vsys, name, wholeSecond(timestamp), { ...told, address: null, told: 'log' })];
}

const CONNECTED = { condition: 'connected', code: null, status: 'Connected' };
/** It failed, and the text says nothing more. */
const NOT_CONNECTED = { condition: 'not-connected', code: null, status: 'Not connected' };

interface Told {
  readonly condition: string;
  readonly code: string | null;
  readonly status: string;
  readonly address: string | null;
  readonly told: 'shown' | 'log';
}

const draftOf = (firewall: string, vsys: string, name: string, time: string, told: Told): FactDraft => ({
  kind: 'userid.state',
  entity: monitoredEntity('monitored-server', firewall, vsys, name),
  time,
  identity: [told.condition, told.code, told.told],
  attributes: { ...told },
});
