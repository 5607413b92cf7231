import { CSV, MESSAGE } from '../kernel/layout.ts';
import { bodyFields, OcservFields } from '../ocserv/body.ts';
import { headedReader, taggedFormat } from '../syslog/tagged.ts';
import type { LogFormat } from './format.ts';
import { ACCESS } from './ocserv-access.ts';
import { TELEMETRY } from './ocserv-telemetry.ts';

/**
 * ocserv's own lines, `process[user]?: peer? file.c:line:? message`. Releases differ: `main[user]:ip:port text` (0.12 on),
 * `main[user]: ip:port text` (before), `main: text`; workers give the address alone; the user may be `vhost:name: user`,
 * and `[vhost:name]` may stand before or behind either.
 * `event` is what the line tells (`OCSERV_EVENTS`, null for nothing), with that event's fields beside it: reason, bytesIn, …
 */
export const ocserv = {
  name: 'ocserv',
  title: 'ocserv (Microsoft Tunnel server)',
  ...taggedFormat(
    'ocserv',
    (tag) => isOcserv(tag),
    (header) => !ACCESS.isOf(header) && !TELEMETRY.isOf(header),
    (header) => ({ attributes: new OcservFields(header), complete: true }),
    { tag: 'ocserv', is: tellsAlone },
  ),
  headed: headedReader('ocserv', [MESSAGE, CSV], (line) => new OcservFields(line)),
} satisfies LogFormat;

const isOcserv = (tag: string): boolean => tag === 'ocserv' || tag.startsWith('ocserv-');

/** Without a header, as a container prints it: only what names its process and tells something. */
function tellsAlone(text: string): boolean {
  const { process, event } = bodyFields(text);
  return process !== null && event !== null;
}
