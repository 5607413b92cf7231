import { firewallEntity } from '../../model/entity.ts';
import { readShown } from '../panos/cli.ts';
import { textAttribute, wholeSecond } from './attribute.ts';
import { type FactExtractor, NONE } from './fact-kind.ts';
import { panosHead } from './panos-head.ts';

/**
 * A firewall's own part in its high-availability pair, by `show high-availability all`, by the prompt, or by the SYSTEM log of a
 * failover. Attributes: `mode`, `state` (`active`, `passive`, …), `forSeconds` that it has been so.
 */
export const firewallHa = {
  kinds: ['firewall.ha'],
  formats: ['panos-cli', 'panos-csv', 'panos-cef', 'panos-leef', 'panos-json'],
  extract(record) {
    const { timestamp, hostname, format } = record;
    if (timestamp === undefined || hostname === undefined) return NONE;
    const shown = format === 'panos-cli' ? readShown(record.body).availability : undefined;
    const state = shown?.state ?? (panosHead(record).subtype === 'ha' ? movedTo(record) : undefined);
    if (state === undefined) return NONE;
    return [
      {
        kind: 'firewall.ha',
        entity: firewallEntity(hostname),
        time: format === 'panos-cli' ? timestamp : wholeSecond(timestamp),
        identity: [state],
        attributes: { mode: shown?.mode ?? null, state, forSeconds: shown?.forSeconds ?? null },
      },
    ];
  },
} satisfies FactExtractor;

const MOVED = /moved from state \S{1,40} to state ([\w-]{1,40})/i;
const movedTo = (record: Parameters<typeof textAttribute>[0]): string | undefined =>
  MOVED.exec(textAttribute(record, 'description') ?? '')?.[1]?.toLowerCase();
