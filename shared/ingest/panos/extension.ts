import type { Stamp } from '../syslog/stamp.ts';
import { attributeOf } from './attributes.ts';
import { stampOf } from './stamp.ts';

/** What the fields of CEF and LEEF are called here: keys in lower case, in the order in which they are tried. */
const KEYS: readonly (readonly [name: string, ...keys: string[]])[] = [
  ['serial', 'deviceexternalid', 'serialnumber', 'panosdevicesn', 'deviceserialnumber', 'devicesn', 'logsourceid'],
  ['virtualSystem', 'virtual system', 'virtualsystem', 'panosvirtualsystem', 'vsys', 'virtuallocation'],
  ['object', 'fname', 'filename', 'object', 'panoseventobject', 'eventcomponent'],
  ['module', 'module', 'flexstring2', 'panosmodule'],
  ['description', 'msg', 'opaque', 'description', 'panosdescription', 'eventdescription'],
  ['user', 'suser', 'usrname', 'duser', 'srcuser', 'panossourceusername'],
  ['address', 'src', 'ip'],
  ['status', 'outcome', 'eventstatus', 'panoseventstatus', 'status'],
  ['stage', 'stage', 'panosstage'],
  ['reason', 'reason', 'panosquarantinereason'],
  ['error', 'error', 'panosconnectionerror'],
  ['publicAddress', 'publicip', 'panospublicipv4', 'publicipv4'],
  ['privateAddress', 'privateip', 'panosprivateipv4', 'privateipv4'],
  ['tunnelType', 'tunneltype', 'panostunneltype'],
  ['portal', 'portal', 'panosportal'],
  ['gateway', 'gateway', 'panosgateway'],
  ['sequenceNumber', 'externalid', 'sequence', 'sequenceno', 'seqno'],
  ['actionFlags', 'panosactionflags', 'actionflags'],
  ['virtualSystemName', 'panosvsysname', 'vsysname', 'panosvirtualsystemname'],
  ['deviceName', 'dvchost', 'devicename', 'panosdevicename', 'logsourcename'],
];

/** The first of these keys with a value: a custom log format carries what its author chose, so nothing is sure to be there. */
export function firstOf(values: ReadonlyMap<string, string>, keys: readonly string[]): string {
  for (const key of keys) {
    const value = values.get(key);
    if (value !== undefined && value !== '') return value;
  }
  return '';
}

const QUOTED = /^"([^"]*)"$/;

/** The known ones among the fields of a message, without quotes around them, by the names that the same fields have in CSV. */
export function namedFields(values: ReadonlyMap<string, string>): Readonly<Record<string, unknown>> {
  const attributes: Record<string, unknown> = {};
  for (const [name, ...keys] of KEYS) {
    const text = firstOf(values, keys);
    if (text !== '') attributes[name] = attributeOf(name, text.replace(QUOTED, '$1'));
  }
  return attributes;
}

/** When the firewall made the record, else when the log collector had it. */
const TIME_KEYS = [
  'panostimegeneratedhighresolution',
  'timegeneratedhighresolution',
  'start',
  'timegenerated',
  'panostimegenerated',
  'panoslogtimestamp',
  'panoseventtime',
  'generatedtime',
  'devtime',
  'rt',
  'receivetime',
];
const TIME = /^(.*?)(?: ([A-Z]{3,4}))?$/;
/** A time that was not set is the epoch. */
const UNSET = /\b1970\b/;
/** What the Strata Logging Service calls itself in CEF and LEEF. */
const STRATA = ['LF', 'Next Generation Firewall'];

/** The time of a message and the zone that it is in, as far as the message says: behind the time, in a field, or by who sent it. */
export function timeOf(
  values: ReadonlyMap<string, string>,
  product: string,
): { stamp: Stamp | undefined; zone: string } {
  const field = firstOf(values, ['devicetz', 'dtz']);
  for (const key of TIME_KEYS) {
    const [, time = '', said = ''] = TIME.exec(values.get(key) ?? '') ?? [];
    const stamp = UNSET.test(time) ? undefined : stampOf(time);
    if (stamp === undefined) continue;
    // Times with slashes are a firewall's own, in its zone.
    const assumed = STRATA.includes(product) && !time.includes('/') ? 'UTC' : '';
    return { stamp, zone: said === 'GMT' || said === 'UTC' ? 'UTC' : field || assumed };
  }
  return { stamp: undefined, zone: field };
}

const TYPE = /^[A-Z][A-Z-]+$/;

/** Firewalls write subtype and type, Cortex the other way round: types are in capitals. */
export const typeAndSubtype = (one: string, other: string): { type: string; subtype: string | number | null } => {
  const [type, subtype] = TYPE.test(one) && !TYPE.test(other) ? [one, other] : [other, one];
  return { type, subtype: attributeOf('subtype', subtype) };
};
