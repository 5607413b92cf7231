import { type Codes, piece } from '../codes.ts';
import { RawLine } from '../raw-line.ts';
import type { SyslogHeader } from './header.ts';
import type { Origin } from './origin.ts';
import type { Stamp } from './stamp.ts';

/** A header of a line of text. Its body is cut out when it is asked for. */
export class LineHeader implements SyslogHeader {
  readonly dress: 'rfc5424' | 'rfc3164';
  readonly priority: number | undefined;
  readonly stamp: Stamp | undefined;
  readonly hostname: string | undefined;
  readonly appName: string | undefined;
  readonly procId: string | undefined;
  readonly msgId: string | undefined;
  readonly structuredData: string | undefined;
  readonly wellFormed: boolean;
  readonly bodyAt: number;
  readonly #text: Codes;
  #body: string | undefined;

  constructor(
    text: Codes,
    dress: 'rfc5424' | 'rfc3164',
    priority: number | undefined,
    stamp: Stamp | undefined,
    { hostname, appName, procId, msgId }: Origin,
    { structuredData, wellFormed }: Data,
    bodyAt: number,
  ) {
    this.dress = dress;
    this.priority = priority;
    this.stamp = stamp;
    this.hostname = hostname;
    this.appName = appName;
    this.procId = procId;
    this.msgId = msgId;
    this.structuredData = structuredData;
    this.wellFormed = wellFormed;
    this.bodyAt = bodyAt;
    this.#text = text;
    this.#body = undefined;
  }

  get body(): string {
    this.#body ??= piece(this.#text, this.bodyAt, this.#text.end);
    return this.#body;
  }

  get rawLine(): RawLine | undefined {
    return this.#text instanceof RawLine ? this.#text : undefined;
  }

  /** Behind a relay's header, whose priority and host count where the sender's own lacks them. */
  behind(relay: LineHeader): LineHeader {
    const { priority = relay.priority, hostname = relay.hostname, appName, procId, msgId } = this;
    const origin = { hostname, appName, procId, msgId };
    return new LineHeader(this.#text, this.dress, priority, this.stamp, origin, this, this.bodyAt);
  }
}

export interface Data {
  /** RFC 5424 structured data as written; undefined for none. */
  readonly structuredData: string | undefined;
  /** False when a part had to be guessed or was out of form. */
  readonly wellFormed: boolean;
}

export const NO_DATA: Data = { structuredData: undefined, wellFormed: true };
export const UNCERTAIN: Data = { structuredData: undefined, wellFormed: false };
