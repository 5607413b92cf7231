import { taggedFormat } from '../syslog/tagged.ts';
import type { LogFormat } from './format.ts';

/** The monitor that keeps a Microsoft Tunnel server's containers running; its tag has an underscore. */
export const mstunnelMonitor = {
  name: 'mstunnel-monitor',
  title: 'Microsoft Tunnel monitor',
  ...taggedFormat(
    'mstunnel-monitor',
    (tag) => /^mstunnel[-_]monitor$/i.test(tag),
    () => true,
    () => ({ attributes: {}, complete: true }),
  ),
} satisfies LogFormat;
