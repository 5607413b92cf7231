import { taggedFormat } from '../syslog/tagged.ts';
import type { LogFormat } from './format.ts';

/** The management agent of a Microsoft Tunnel server. Multi-line messages come as lines with a header each. */
export const mstunnelAgent = {
  name: 'mstunnel-agent',
  title: 'Microsoft Tunnel agent',
  ...taggedFormat(
    'mstunnel-agent',
    (tag) => /^mstunnel[-_]agent$/i.test(tag),
    () => true,
    () => ({ attributes: {}, complete: true }),
  ),
} satisfies LogFormat;
