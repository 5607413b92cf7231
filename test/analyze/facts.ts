import { tunnelEntity, tunnelServerEntity } from '../../shared/model/entity.ts';
import { type FactDraft, StatedFact } from '../../shared/model/fact.ts';
import { timestampOf } from '../../shared/model/time.ts';

export const T0 = Date.UTC(2026, 10, 22, 9, 0, 0);
export const GATEWAY =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/contoso/providers/microsoft.network/virtualnetworkgateways/gw-hub';

let line = 0;

/** A synthetic fact, read at the next line of `synthetic.log` unless said otherwise. */
export function fact(draft: Partial<FactDraft> & { readonly at: number; readonly source?: string }): StatedFact {
  const { at, source = 'synthetic.log', ...rest } = draft;
  line++;
  return new StatedFact(
    {
      kind: 'server.heard',
      entity: tunnelServerEntity('vpn-1'),
      identity: [],
      attributes: {},
      ...rest,
      time: timestampOf(T0 + at),
    },
    { source, line, byte: line * 100 },
    [],
  );
}

export const tunnel = (remoteIp = '203.0.113.9') => tunnelEntity(GATEWAY, remoteIp);
