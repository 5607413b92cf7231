import * as kinds from '../kernel/layout.ts';
import { Fields } from '../syslog/fields.ts';
import type { HeadedLine } from '../syslog/headed-line.ts';
import { Beginning } from '../syslog/message.ts';
import { type Attributes, LocatedFields } from '../syslog/record.ts';
import { headedReader, taggedFormat } from '../syslog/tagged.ts';
import type { LogFormat } from './format.ts';

export const ACCESS = new Beginning('ACCESS_LOG,', kinds.ACCESS);
const NAME = 'ocserv-access';
const FIELDS = 8;

/**
 * `ACCESS_LOG,user,device,protocol,source,destination,bytes sent,bytes received,seconds`: one line per connection of a device
 * through the tunnel, more than half of what a busy server writes. The ids are opaque text; `device` is an installation of
 * Defender, not a device.
 */
export const ocservAccess = {
  name: NAME,
  title: 'Microsoft Tunnel access log',
  ...taggedFormat(
    NAME,
    (tag) => tag.startsWith('ocserv'),
    (header) => ACCESS.isOf(header),
    (header) => {
      const fields = new Fields(header, ACCESS.length);
      return { attributes: new AccessFields(fields), complete: fields.count === FIELDS };
    },
  ),
  headed: headedReader(NAME, [kinds.ACCESS], (line) => new AccessRow(line)),
} satisfies LogFormat;

/** One connection. Of most, only the port is ever looked at. */
export abstract class Access extends LocatedFields {
  abstract readonly destinationPort: number | null;
}

/** As the kernel found it: all numbers are there. */
class AccessRow extends Access {
  readonly #line: HeadedLine;

  constructor(line: HeadedLine) {
    super();
    this.#line = line;
  }

  get destinationPort(): number {
    return this.#line.numberBehind(1);
  }

  attributes(): Attributes {
    return attributesOf(new Fields(this.#line, ACCESS.length), {
      sourcePort: this.#line.numberBehind(0),
      destinationPort: this.#line.numberBehind(1),
      bytesSent: this.#line.numberBehind(2),
      bytesReceived: this.#line.numberBehind(3),
      seconds: this.#line.numberBehind(4),
    });
  }
}

interface Numbers {
  readonly sourcePort: number | null;
  readonly destinationPort: number | null;
  readonly bytesSent: number | null;
  readonly bytesReceived: number | null;
  readonly seconds: number | null;
}

class AccessFields extends Access implements Numbers {
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
    return attributesOf(this.#fields, this);
  }
}

const attributesOf = (
  fields: Fields,
  { sourcePort, destinationPort, bytesSent, bytesReceived, seconds }: Numbers,
): Attributes => ({
  user: fields.text(0),
  device: fields.text(1),
  protocol: fields.text(2),
  sourceAddress: fields.address(3),
  sourcePort,
  destinationAddress: fields.address(4),
  destinationPort,
  bytesSent,
  bytesReceived,
  seconds,
});
