import { fail, ok } from '../../model/result.ts';
import type { LogFormat } from '../formats/format.ts';
import { azureRecord, envelopeOf } from './envelope.ts';

/** A format for the Azure Monitor categories that `isMine` accepts, given in lower case. */
export const azureFormat = (name: string, title: string, isMine: (category: string) => boolean): LogFormat => ({
  name,
  title,
  asked: { azure: isMine },
  claims(raw) {
    const envelope = envelopeOf(raw);
    return envelope !== undefined && isMine(envelope.category.toLowerCase());
  },
  parse(raw) {
    const envelope = envelopeOf(raw);
    if (envelope === undefined) return fail('no-envelope', 'expected an Azure Monitor record');
    return ok(azureRecord(name, raw, envelope));
  },
});
