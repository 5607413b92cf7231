/** Descriptor codes of a message's sections, AMQP 1.0 part 3.2. */
export const SECTION = {
  header: 0x70,
  deliveryAnnotations: 0x71,
  messageAnnotations: 0x72,
  data: 0x75,
} as const;

/** Where a section lies in an encoded message. */
export interface Section {
  readonly code: number;
  readonly start: number;
  /** Where its value begins, constructor included. */
  readonly value: number;
  readonly end: number;
}

/** Thrown for bytes that are not an AMQP message. */
export class MalformedMessage extends Error {}

/**
 * The sections of an encoded message, found by sizes alone: nothing is decoded, so an event passes through the broker byte by byte.
 * @throws MalformedMessage when the bytes do not end where a section ends, or a descriptor is no number.
 */
export function sectionsOf(message: Buffer): Section[] {
  const sections: Section[] = [];
  try {
    for (let at = 0; at < message.length; ) {
      const { code, value } = descriptorAt(message, at);
      const end = endOfValue(message, value);
      if (end > message.length) throw new MalformedMessage(`a section that starts at byte ${at} is cut off`);
      sections.push({ code, start: at, value, end });
      at = end;
    }
  } catch (error) {
    if (error instanceof RangeError) throw new MalformedMessage('the message is cut off', { cause: error });
    throw error;
  }
  return sections;
}

/** The bytes of a binary value, such as a data section's. */
export function binaryAt(message: Buffer, value: number): Buffer {
  const typeCode = message.readUInt8(value);
  if (typeCode === 0xa0) return message.subarray(value + 2, endOfValue(message, value));
  if (typeCode === 0xb0) return message.subarray(value + 5, endOfValue(message, value));
  throw new MalformedMessage(`expected binary at byte ${value}`);
}

function descriptorAt(message: Buffer, at: number): { code: number; value: number } {
  if (message.readUInt8(at) === 0) {
    const typeCode = message.readUInt8(at + 1);
    if (typeCode === 0x53) return { code: message.readUInt8(at + 2), value: at + 3 };
    if (typeCode === 0x80) return { code: Number(message.readBigUInt64BE(at + 2)), value: at + 10 };
  }
  throw new MalformedMessage(`expected a numeric section descriptor at byte ${at}`);
}

/** Bytes of a value by the upper half of its constructor: fixed widths, or the width of the size that precedes it (part 1.2). */
const FIXED_WIDTH = new Map([
  [0x4, 0],
  [0x5, 1],
  [0x6, 2],
  [0x7, 4],
  [0x8, 8],
  [0x9, 16],
]);

function endOfValue(message: Buffer, at: number): number {
  // A described value: its descriptor, then the value.
  if (message.readUInt8(at) === 0) return endOfValue(message, endOfValue(message, at + 1));
  const category = message.readUInt8(at) >> 4;
  const width = FIXED_WIDTH.get(category);
  if (width !== undefined) return at + 1 + width;
  if (category < 0xa) throw new MalformedMessage(`expected a value at byte ${at}`);
  return category % 2 === 0 ? at + 2 + message.readUInt8(at + 1) : at + 5 + message.readUInt32BE(at + 1);
}
