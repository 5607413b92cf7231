import { HEADED_KINDS } from '../kernel/rows.ts';
import { headedReader, NOTHING_MORE, taggedFormat } from '../syslog/tagged.ts';
import type { LogFormat } from './format.ts';

/** What it writes of Podman's dates, known by its words alone. */
const DATES =
  /^\s*(?:Failed to parse version-info\.json|System\.Text\.Json\.JsonException: The JSON value could not be converted to System\.DateTime)/;

/** The management agent of a Microsoft Tunnel server. Multi-line messages come as lines with a header each. */
export const mstunnelAgent = {
  name: 'mstunnel-agent',
  title: 'Microsoft Tunnel agent',
  ...taggedFormat(
    'mstunnel-agent',
    (tag) => /^mstunnel[-_]agent$/i.test(tag),
    () => true,
    () => NOTHING_MORE,
    { tag: 'mstunnel-agent', is: (text) => DATES.test(text) },
  ),
  headed: headedReader('mstunnel-agent', HEADED_KINDS, () => NOTHING_MORE.attributes),
} satisfies LogFormat;
