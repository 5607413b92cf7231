import { ok } from '../../model/result.ts';
import { bareRecord } from '../bare-record.ts';
import { isReadable } from '../readable.ts';
import type { LogFormat } from './format.ts';

/** Whatever a person can read and nothing else knows: kept, counted, grouped by shape in reports, never an error. */
export const plainText = {
  name: 'plain-text',
  title: 'Text of an unknown kind',
  asked: { bare: true },
  claims: (raw) => raw.json === undefined && isReadable(raw.text),
  // Whose it is, nobody can tell: a source may hold the lines of many.
  parse: (raw) => ok(bareRecord('plain-text', raw, undefined)),
} satisfies LogFormat;
