/**
 * The partition that events with this key go to: Jenkins' lookup3 over the UTF-8 bytes, as the Event Hubs clients and service compute
 * it, so that a partition chosen by a client is the one that the broker would choose.
 * @example partitionOfKey('contoso-gw-1', 4) // 0 to 3, always the same
 */
export function partitionOfKey(key: string, partitionCount: number): number {
  return Math.abs(hash16(Buffer.from(key, 'utf8')) % partitionCount);
}

/** `c xor b` of lookup3's `hashlittle2`, as a signed 16-bit number. */
function hash16(key: Buffer): number {
  const padded = Buffer.alloc(Math.max(1, Math.ceil(key.length / 12)) * 12);
  key.copy(padded);
  const start = (0xdeadbeef + key.length) | 0;
  let [a, b, c] = [start, start, start];
  for (let at = 0; key.length > 0; at += 12) {
    a = (a + padded.readInt32LE(at)) | 0;
    b = (b + padded.readInt32LE(at + 4)) | 0;
    c = (c + padded.readInt32LE(at + 8)) | 0;
    // The last block, full or not, gets the final mix only.
    if (at + 12 >= key.length) return toInt16(finalMix(a, b, c));
    [a, b, c] = mix(a, b, c);
  }
  return toInt16(c ^ b);
}

const toInt16 = (value: number): number => (value << 16) >> 16;
const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

function mix(a: number, b: number, c: number): [number, number, number] {
  a = ((a - c) | 0) ^ rotate(c, 4);
  c = (c + b) | 0;
  b = ((b - a) | 0) ^ rotate(a, 6);
  a = (a + c) | 0;
  c = ((c - b) | 0) ^ rotate(b, 8);
  b = (b + a) | 0;
  a = ((a - c) | 0) ^ rotate(c, 16);
  c = (c + b) | 0;
  b = ((b - a) | 0) ^ rotate(a, 19);
  a = (a + c) | 0;
  c = ((c - b) | 0) ^ rotate(b, 4);
  b = (b + a) | 0;
  return [a, b, c];
}

function finalMix(a: number, b: number, c: number): number {
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  return c ^ b;
}
