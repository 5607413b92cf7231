import type { BlockShape } from './block.ts';
import { certificate } from './certificate.ts';
import { checkup } from './checkup.ts';
import { llqListing } from './llq-listing.ts';
import { panosCliBlock } from './panos-cli.ts';
import { tmgHeader } from './tmg-header.ts';

/** Every shape of block. */
export const BLOCKS: readonly BlockShape[] = [tmgHeader, llqListing, checkup, certificate, panosCliBlock];

const initials = new Set(BLOCKS.flatMap((block) => [...block.initials].map((char) => char.charCodeAt(0))));

/** Whether a line whose first visible character is this may begin a block. */
export const mayBeginBlock = (code: number): boolean => initials.has(code);

/** The block that begins with this line, if any. */
export const blockBeginningWith = (line: string): BlockShape | undefined => BLOCKS.find((block) => block.begins(line));
