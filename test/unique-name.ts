import { randomBytes } from 'node:crypto';

/** A name no other test uses, valid for tables, containers and queues alike: letters and digits, e.g. `facts3f9a1c04b2de`. */
export const uniqueName = (prefix: string): string => `${prefix}${randomBytes(6).toString('hex')}`;
