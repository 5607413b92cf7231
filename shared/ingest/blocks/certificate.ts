import type { BlockShape } from './block.ts';

/** A certificate in PEM (RFC 7468): several of a file are several records. */
export const certificate: BlockShape = {
  name: 'certificate',
  initials: '-',
  begins: (line) => line.startsWith('-----BEGIN CERTIFICATE-----'),
  continues: (line) => /^(?:[A-Za-z0-9+/]{1,76}={0,2}|-----END CERTIFICATE-----)\s*$/.test(line),
};
