import { vi } from 'vitest';
import { extractorsFor } from '../../shared/ingest/facts/index.ts';
import type { LogRecord } from '../../shared/model/record.ts';

/** Plants a fault in the taking of facts from tunnel records, as the reader asks for it; unplanted by `mockRestore`. */
export function plantInTunnelFacts(fault: (record: LogRecord) => void) {
  const asked = extractorsFor('azure-tunnel').find(({ kinds }) => kinds.includes('tunnel.disconnected'));
  if (asked === undefined) throw new Error('expected an extractor of tunnel states');
  const { extract } = asked;
  return vi.spyOn(asked, 'extract').mockImplementation((record) => {
    fault(record);
    return extract(record);
  });
}
