import { crc32 } from 'node:zlib';
import type { StoredEvent } from './partition-log.ts';

/**
 * An event on disk: length and CRC-32 of what follows, then sequence number, offset, enqueued time (doubles: exact to 2^53), length of
 * the header section, message. The checksum tells a write that a crash cut short from a whole one.
 */
const PREFIX = 8;
const FIELDS = 28;

/** Encodes an event as a record. */
export function encodeRecord(event: StoredEvent): Buffer {
  const record = Buffer.allocUnsafe(PREFIX + FIELDS + event.message.length);
  record.writeDoubleBE(event.sequenceNumber, PREFIX);
  record.writeDoubleBE(event.offset, PREFIX + 8);
  record.writeDoubleBE(event.enqueuedAtMs, PREFIX + 16);
  record.writeUInt32BE(event.headerLength, PREFIX + 24);
  event.message.copy(record, PREFIX + FIELDS);
  record.writeUInt32BE(record.length - PREFIX, 0);
  record.writeUInt32BE(crc32(record.subarray(PREFIX)), 4);
  return record;
}

/** The whole records at the front of the bytes, and how many bytes they take. The messages are views of the bytes, not copies. */
export function decodeRecords(bytes: Buffer): { readonly events: StoredEvent[]; readonly length: number } {
  const events: StoredEvent[] = [];
  let at = 0;
  while (at + PREFIX + FIELDS <= bytes.length) {
    const end = at + PREFIX + bytes.readUInt32BE(at);
    const body = bytes.subarray(at + PREFIX, end);
    if (end > bytes.length || body.length < FIELDS || crc32(body) !== bytes.readUInt32BE(at + 4)) break;
    events.push({
      sequenceNumber: body.readDoubleBE(0),
      offset: body.readDoubleBE(8),
      enqueuedAtMs: body.readDoubleBE(16),
      headerLength: body.readUInt32BE(24),
      message: body.subarray(FIELDS),
    });
    at = end;
  }
  return { events, length: at };
}
