import type { BlockShape } from './block.ts';
import { certificate } from './certificate.ts';
import { checkup } from './checkup.ts';
import { llqListing } from './llq-listing.ts';
import { panosCliBlock } from './panos-cli.ts';
import { tmgHeader } from './tmg-header.ts';

/** Every shape of block. */
export const BLOCKS: readonly BlockShape[] = [tmgHeader, llqListing, checkup, certificate, panosCliBlock];

/** By code; those of the initials hold 1. */
const INITIALS = new Uint8Array(0x10000);
for (const { initials } of BLOCKS) for (const char of initials) INITIALS[char.charCodeAt(0)] = 1;

/** Whether a line whose first visible character is this may begin a block. */
export const mayBeginBlock = (code: number): boolean => INITIALS[code] === 1;

/** The block that begins with this line, if any. */
export const blockBeginningWith = (line: string): BlockShape | undefined => BLOCKS.find((block) => block.begins(line));
