import type { LogRecord } from '../../model/record.ts';
import { PanosFields } from '../formats/panos-csv.ts';
import { LineRecord } from '../syslog/record.ts';

/** What a PAN-OS record is, by which nearly all of them are passed over: of a CSV line it is known before its other columns are read. */
export function panosHead(record: LogRecord): { readonly type?: unknown; readonly subtype?: unknown } {
  return record instanceof LineRecord && record.fields instanceof PanosFields ? record.fields : record.attributes;
}
