import type { LogRecord } from '../../model/record.ts';
import { fail, ok } from '../../model/result.ts';
import type { LogFormat } from '../formats/format.ts';
import { azureRecord, type Envelope, envelopeOf } from './envelope.ts';

/** What a category's own records say beside the envelope, as attributes. */
type OwnFields = (envelope: Envelope) => Readonly<Record<string, unknown>>;

/** A format for the Azure Monitor categories that `isMine` accepts, given in lower case. What `isPartly` tells is flagged `best-effort`. */
export const azureFormat = (
  name: string,
  title: string,
  isMine: (category: string) => boolean,
  ownFields?: OwnFields,
  isPartly?: (fields: Readonly<Record<string, unknown>>) => boolean,
): LogFormat => ({
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
    const record = azureRecord(name, raw, envelope);
    if (ownFields === undefined) return ok(record);
    const own = ownFields(envelope);
    const flags: LogRecord['flags'] = isPartly?.(own) ? [...record.flags, 'best-effort'] : record.flags;
    return ok({ ...record, flags, attributes: { ...record.attributes, ...own } });
  },
});
