import type { RawRecord } from '../../model/record.ts';
import { fail, ok } from '../../model/result.ts';
import { isObject } from '../json/records.ts';
import { attributeOf } from '../panos/attributes.ts';
import { namesIn, panosRecord } from '../panos/record.ts';
import { preciseStampOf, stampOf } from '../panos/stamp.ts';
import type { LogFormat } from './format.ts';

/** Keys of Cortex's JSON, in the order in which they are tried, by the name of the same thing in CSV. */
const KEYS: readonly (readonly [name: string, ...keys: string[]])[] = [
  ['type', 'LogType'],
  ['subtype', 'LogSubtype', 'Subtype'],
  ['serial', 'DeviceSN', 'LogSourceID'],
  ['virtualSystem', 'VirtualSystem', 'VirtualLocation'],
  ['eventId', 'EventIDValue', 'EventName', 'EventID'],
  ['object', 'EventObject', 'EventComponent', 'Object'],
  ['module', 'Module'],
  ['severity', 'VendorSeverity', 'Severity'],
  ['description', 'Description', 'EventDescription'],
  ['stage', 'Stage'],
  ['authMethod', 'AuthMethod'],
  ['tunnelType', 'TunnelType'],
  ['user', 'SourceUserName', 'SourceUser', 'User'],
  ['sourceRegion', 'SourceRegion'],
  ['machineName', 'EndpointDeviceName'],
  ['publicAddress', 'PublicIPv4'],
  ['publicAddressV6', 'PublicIPv6'],
  ['privateAddress', 'PrivateIPv4'],
  ['privateAddressV6', 'PrivateIPv6'],
  ['hostId', 'HostID'],
  ['endpointSerial', 'EndpointSN'],
  ['clientVersion', 'GlobalProtectClientVersion'],
  ['clientOs', 'EndpointOSType'],
  ['clientOsVersion', 'EndpointOSVersion'],
  ['repeatCount', 'CountOfRepeats', 'RepeatCount'],
  ['reason', 'QuarantineReason'],
  ['error', 'ConnectionError'],
  ['status', 'EventStatus'],
  ['location', 'GlobalProtectGatewayLocation'],
  ['loginSeconds', 'LoginDuration'],
  ['connectMethod', 'ConnectionMethod'],
  ['errorCode', 'ConnectionErrorID'],
  ['portal', 'Portal'],
  ['gateway', 'Gateway'],
  ['address', 'SourceIP', 'IP'],
  ['dataSource', 'MappingDataSource', 'DataSource'],
  ['dataSourceName', 'MappingDataSourceName', 'DataSourceName'],
  ['dataSourceType', 'MappingDataSourceType', 'DataSourceType'],
  ['sequenceNumber', 'SequenceNo'],
  ['actionFlags', 'ActionFlags'],
  ['virtualSystemName', 'VirtualSystemName'],
  ['deviceName', 'DeviceName', 'LogSourceName'],
];

const CORTEX = ['DeviceSN', 'TimeReceived', 'LogSubtype', 'LogSourceID', 'LogSourceName'];
/** When the firewall made the record, else when the service had it. Logs of the system have `EventTime` and `LogTime`. */
const TIMES = ['TimeGenerated', 'EventTime', 'TimeReceived', 'LogTime'];

/** PAN-OS logs in the JSON of Cortex (Strata Logging Service), by the names that the same fields have in CSV. */
export const panosJson = {
  name: 'panos-json',
  title: 'PAN-OS log, Cortex JSON',
  asked: { json: true },
  claims: ({ json }) => isCortex(json),
  parse(raw, ctx) {
    const { json } = raw;
    if (!isObject(json)) return fail('no-panos-json', 'expected an object with a LogType');
    const attributes: Record<string, unknown> = {};
    for (const [name, ...keys] of KEYS) {
      const text = firstText(raw, json, keys);
      if (text !== undefined) attributes[name] = attributeOf(name, text);
    }
    const stamp =
      preciseStampOf(textOf(raw, json, 'TimeGeneratedHighResolution')) ??
      TIMES.map((key) => stampOf(textOf(raw, json, key))).find((one) => one !== undefined);
    const content = { body: raw.text, hostname: undefined, stamp: undefined };
    const names = namesIn(attributes);
    return ok(
      panosRecord('panos-json', raw, content, ctx, { stamp, attributes, names, complete: stamp !== undefined }),
    );
  },
} satisfies LogFormat;

const isCortex = (json: unknown): boolean =>
  isObject(json) && typeof json['LogType'] === 'string' && CORTEX.some((key) => Object.hasOwn(json, key));

/** The first of these keys that is there at all; empty where the value is. */
function firstText(raw: RawRecord, json: Readonly<Record<string, unknown>>, keys: readonly string[]) {
  const key =
    keys.find((name) => Object.hasOwn(json, name) && json[name] !== null) ??
    keys.find((name) => Object.hasOwn(json, name));
  return key === undefined ? undefined : textOf(raw, json, key);
}

function textOf({ text }: RawRecord, json: Readonly<Record<string, unknown>>, key: string): string {
  const value = json[key];
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return digitsOf(text, key) ?? String(value);
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';
}

/** Numbers beyond 2^53 lose digits in JSON.parse: they are read where they stand. */
function digitsOf(text: string, key: string): string | undefined {
  const at = text.indexOf(`"${key}"`);
  return at < 0 ? undefined : /^\s*:\s*(-?\d+)/.exec(text.slice(at + key.length + 2, at + key.length + 64))?.[1];
}
