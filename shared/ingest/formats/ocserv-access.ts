import { Fields } from '../syslog/fields.ts';
import { Beginning, bodyOf } from '../syslog/message.ts';
import { type Attributes, LocatedFields } from '../syslog/record.ts';
import { taggedFormat } from '../syslog/tagged.ts';
import type { LogFormat } from './format.ts';

export const ACCESS = new Beginning('ACCESS_LOG,');
const FIELDS = 8;

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
    (header) => ACCESS.isOf(header),
    (header) => {
      const fields = new Fields(bodyOf(header), ACCESS.length);
      return { attributes: new AccessFields(fields), complete: fields.count === FIELDS };
    },
  ),
} satisfies LogFormat;

/** One connection. Of most, only the port is ever looked at. */
export class AccessFields extends LocatedFields {
  readonly #fields: Fields;
  readonly sourcePort: number | null;
  readonly destinationPort: number | null;
  readonly bytesSent: number | null;
  readonly bytesReceived: number | null;
  readonly seconds: number | null;

  constructor(fields: Fields) {
    super();
    this.#fields = fields;
    this.sourcePort = fields.port(3);
    this.destinationPort = fields.port(4);
    this.bytesSent = fields.integer(5);
    this.bytesReceived = fields.integer(6);
    this.seconds = fields.integer(7);
  }

  attributes(): Attributes {
    const fields = this.#fields;
    return {
      user: fields.text(0),
      device: fields.text(1),
      protocol: fields.text(2),
      sourceAddress: fields.address(3),
      sourcePort: this.sourcePort,
      destinationAddress: fields.address(4),
      destinationPort: this.destinationPort,
      bytesSent: this.bytesSent,
      bytesReceived: this.bytesReceived,
      seconds: this.seconds,
    };
  }
}
