import { X509Certificate } from 'node:crypto';
import type { ByteReader } from './byte-reader.ts';

const SEQUENCE = 0x30;
/** The length stands in two bytes, as that of every certificate does: 256 bytes to 64 KB. */
const TWO_BYTES = 0x82;
const HEADER_BYTES = 4;

/** Whether it begins as a certificate in DER (RFC 5280, 4.1): a sequence of a smaller sequence and more. */
export const isDer = (head: Buffer): boolean =>
  beginsSequence(head, 0) && beginsSequence(head, HEADER_BYTES) && head.readUInt16BE(2) > head.readUInt16BE(6);

const beginsSequence = (head: Buffer, at: number): boolean =>
  head.length >= at + HEADER_BYTES && head[at] === SEQUENCE && head[at + 1] === TWO_BYTES;

/** Certificates in DER as text (PEM), which the formats read; what is none goes on as it is. */
export async function* pemOf(reader: ByteReader): AsyncGenerator<Uint8Array> {
  for (let head = await reader.peek(2 * HEADER_BYTES); isDer(head); head = await reader.peek(2 * HEADER_BYTES)) {
    const der = await reader.take(HEADER_BYTES + head.readUInt16BE(2));
    const pem = textOf(der);
    if (pem === undefined) {
      reader.unread(der);
      break;
    }
    yield Buffer.from(pem);
  }
  yield* reader.rest();
}

function textOf(der: Buffer): string | undefined {
  try {
    return new X509Certificate(der).toString();
  } catch {
    return undefined;
  }
}
