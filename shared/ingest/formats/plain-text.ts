import { ok } from '../../model/result.ts';
import { isReadable } from '../readable.ts';
import type { LogFormat } from './format.ts';

/** Whatever a person can read and nothing else knows: kept, counted, grouped by shape in reports, never an error. */
export const plainText = {
  name: 'plain-text',
  title: 'Text of an unknown kind',
  asked: { bare: true },
  claims: (raw) => raw.json === undefined && isReadable(raw.text),
  parse: (raw) =>
    ok({
      format: 'plain-text',
      position: raw.position,
      flags: [...raw.flags, 'no-time'],
      timestamp: undefined,
      precision: 0,
      severity: undefined,
      hostname: undefined,
      appName: undefined,
      procId: undefined,
      body: raw.text,
      attributes: {},
    }),
} satisfies LogFormat;
