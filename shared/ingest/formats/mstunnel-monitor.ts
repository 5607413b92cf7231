import { HEADED_KINDS } from '../kernel/rows.ts';
import { headedReader, NOTHING_MORE, taggedFormat } from '../syslog/tagged.ts';
import type { LogFormat } from './format.ts';

/** A checkup's block, or a line of it that journalctl printed indented below the header of the first one. */
const CHECKUP =
  /^(?:\s|\\t)*(?:Error executing Checkup|Error details$|script: \d+ \S*mst-cli|command: \$ctr_cli|<> \w+ \/usr\/sbin\/mst)/;

/**
 * The monitor that keeps a Microsoft Tunnel server's containers running; its tag has an underscore. Of its multi-line messages each
 * line has a header of its own in syslog; copied without any header, a checkup's lines are one record.
 */
export const mstunnelMonitor = {
  name: 'mstunnel-monitor',
  title: 'Microsoft Tunnel monitor',
  ...taggedFormat(
    'mstunnel-monitor',
    (tag) => /^mstunnel[-_]monitor$/i.test(tag),
    () => true,
    () => NOTHING_MORE,
    { tag: 'mstunnel_monitor', is: (text) => CHECKUP.test(text) },
  ),
  headed: headedReader('mstunnel-monitor', HEADED_KINDS, () => NOTHING_MORE.attributes),
} satisfies LogFormat;
