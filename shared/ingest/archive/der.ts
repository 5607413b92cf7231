import { X509Certificate } from 'node:crypto';
import type { ByteReader } from './byte-reader.ts';

const SEQUENCE = 0x30;
/** The length stands in one byte or in two: what is longer than 64 KB is no certificate. */
const ONE_BYTE = 0x81;
const TWO_BYTES = 0x82;
/** The headers of two sequences. */
const HEAD_BYTES = 8;

/** Whether it begins as a certificate in DER (RFC 5280, 4.1): a sequence of a smaller sequence and more. */
export const isDer = (head: Buffer): boolean => derBytes(head) !== undefined;

/** The length of the certificate that this may be the beginning of. */
function derBytes(head: Buffer): number | undefined {
  const outer = sequenceAt(head, 0);
  const inner = outer && sequenceAt(head, outer.at);
  return inner && inner.end < outer.end ? outer.end : undefined;
}

function sequenceAt(head: Buffer, begin: number): { readonly at: number; readonly end: number } | undefined {
  const form = head[begin + 1];
  if (head[begin] !== SEQUENCE || (form !== ONE_BYTE && form !== TWO_BYTES)) return undefined;
  const lengthBytes = form - ONE_BYTE + 1;
  const at = begin + 2 + lengthBytes;
  return at > head.length ? undefined : { at, end: at + head.readUIntBE(begin + 2, lengthBytes) };
}

/** Certificates in DER as text (PEM), which the formats read; what is none goes on as it is. */
export async function* pemOf(reader: ByteReader): AsyncGenerator<Uint8Array> {
  for (;;) {
    const bytes = derBytes(await reader.peek(HEAD_BYTES));
    if (bytes === undefined) break;
    const der = await reader.take(bytes);
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
