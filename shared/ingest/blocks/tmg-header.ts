import type { BlockShape } from './block.ts';

/** The lines that a W3C log of TMG or ISA begins with, and repeats after a restart or when its columns were changed. */
export const tmgHeader: BlockShape = {
  name: 'tmg-header',
  initials: '#',
  begins: isTmgSoftware,
  continues: (line) => /^#(?:Version|Date|Start-Date|End-Date|Remark|Fields):/i.test(line),
};

/** `#Software:` with a name of TMG or ISA Server. */
export function isTmgSoftware(line: string): boolean {
  return /^#Software:.*(?:Internet Security and Acceleration|Threat Management Gateway|\bISA Server\b)/i.test(line);
}
