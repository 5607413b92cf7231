import { Fields } from '../syslog/fields.ts';
import type { SyslogHeader } from '../syslog/header.ts';
import { type MessageFields, taggedFormat } from '../syslog/tagged.ts';
import type { LogFormat } from './format.ts';

const START = 'ACCESS_LOG,';
const FIELDS = 8;
const fields = new Fields();

/**
 * `ACCESS_LOG,user,device,protocol,source,destination,bytes sent,bytes received,seconds`: one line per connection of a device
 * through the tunnel, more than half of what a busy server writes. The ids are opaque text; `device` is an installation of
 * Defender, not a device.
 */
export const ocservAccess = {
  name: 'ocserv-access',
  title: 'Microsoft Tunnel access log',
  ...taggedFormat(
    'ocserv-access',
    (tag) => tag.startsWith('ocserv'),
    (body) => body.startsWith(START),
    read,
  ),
} satisfies LogFormat;

function read({ body }: SyslogHeader): MessageFields {
  fields.take(body, START.length);
  const source = fields.endpoint(3);
  const destination = fields.endpoint(4);
  return {
    attributes: {
      user: fields.text(0),
      device: fields.text(1),
      protocol: fields.text(2),
      sourceAddress: source.address,
      sourcePort: source.port,
      destinationAddress: destination.address,
      destinationPort: destination.port,
      bytesSent: fields.integer(5),
      bytesReceived: fields.integer(6),
      seconds: fields.integer(7),
    },
    complete: fields.count === FIELDS,
  };
}
