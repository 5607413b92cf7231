import { splitEndpoint } from '../syslog/address.ts';
import type { SyslogHeader } from '../syslog/header.ts';
import { type MessageFields, taggedFormat } from '../syslog/tagged.ts';
import type { LogFormat } from './format.ts';

const FIELDS = 8;

/**
 * `ACCESS_LOG,user,device,protocol,source,destination,bytes sent,bytes received,seconds`: one line per connection of a device
 * through the tunnel. The ids are opaque text; `device` is an installation of Defender, not a device.
 */
export const ocservAccess = {
  name: 'ocserv-access',
  title: 'Microsoft Tunnel access log',
  ...taggedFormat('ocserv-access', (tag, body) => tag.startsWith('ocserv') && body.startsWith('ACCESS_LOG,'), fields),
} satisfies LogFormat;

function fields({ body }: SyslogHeader): MessageFields {
  const part = body.slice('ACCESS_LOG,'.length).split(',');
  const [user = '', device = '', protocol = '', source = '', destination = '', sent, received, seconds] = part;
  const from = splitEndpoint(source.trim());
  const to = splitEndpoint(destination.trim());
  return {
    attributes: {
      user: user.trim(),
      device: device.trim(),
      protocol: protocol.trim(),
      sourceAddress: from.address,
      sourcePort: from.port,
      destinationAddress: to.address,
      destinationPort: to.port,
      bytesSent: count(sent),
      bytesReceived: count(received),
      seconds: count(seconds),
    },
    complete: part.length === FIELDS,
  };
}

function count(text: string | undefined): number | null {
  if (text === undefined || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
}
