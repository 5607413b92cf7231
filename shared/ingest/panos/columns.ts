import type { CsvFields } from './csv-fields.ts';

/**
 * The columns of one type of PAN-OS log behind the common head (0 to 6), by their place. Releases only append columns, so what an
 * older one lacks is null. Source: PAN-OS syslog field descriptions; the counts of columns were seen in records of PAN-OS 4 to 11.
 */
export interface Layout {
  /** The free text that may hold commas without being quoted; what stands behind it is then counted from the right. */
  readonly freeText: number;
  /** Action flags, `0x…`, behind the sequence number. */
  readonly actionFlags: number;
  readonly highResolutionTime: number;
  readonly deviceName: number;
  readonly severity?: number;
  read(column: CsvFields, head: Head): Readonly<Record<string, unknown>>;
}

/** What every type has in its first columns. */
export type Head = {
  readonly type: string;
  readonly subtype: string | null;
  readonly serial: string | null;
};

const system: Layout = {
  freeText: 14,
  actionFlags: 16,
  highResolutionTime: 25,
  deviceName: 22,
  severity: 13,
  read: (column, { type, subtype, serial }) => ({
    type,
    subtype,
    serial,
    virtualSystem: column.value(7),
    eventId: column.value(8),
    object: column.value(9),
    module: column.value(12),
    severity: column.named('severity', 13),
    description: column.value(14),
    sequenceNumber: column.value(15),
    actionFlags: column.value(16),
    virtualSystemName: column.value(21),
    deviceName: column.value(22),
  }),
};

/** The user stands at 9, behind the address. */
const userid: Layout = {
  freeText: 10,
  actionFlags: 19,
  highResolutionTime: 33,
  deviceName: 25,
  read: (column, { type, subtype, serial }) => ({
    type,
    subtype,
    serial,
    virtualSystem: column.value(7),
    address: column.named('address', 8),
    user: column.named('user', 9),
    dataSourceName: column.value(10),
    eventId: column.value(11),
    repeatCount: column.integer(12),
    timeoutSeconds: column.integer(13),
    beginPort: column.integer(14),
    endPort: column.integer(15),
    dataSource: column.value(16),
    dataSourceType: column.value(17),
    sequenceNumber: column.value(18),
    actionFlags: column.value(19),
    virtualSystemName: column.value(24),
    deviceName: column.value(25),
    virtualSystemId: column.value(26),
    factorType: column.value(27),
    factorCompletionTime: column.value(28),
    factorNumber: column.value(29),
    userGroupFlags: column.value(30),
    userBySource: column.value(31),
    tagName: column.value(32),
  }),
};

const globalProtect: Layout = {
  freeText: 27,
  actionFlags: 35,
  highResolutionTime: 36,
  deviceName: 47,
  read: (column, { type, subtype, serial }) => ({
    type,
    subtype,
    serial,
    virtualSystem: column.value(7),
    eventId: column.value(8),
    stage: column.value(9),
    authMethod: column.value(10),
    tunnelType: column.value(11),
    user: column.named('user', 12),
    sourceRegion: column.value(13),
    machineName: column.value(14),
    publicAddress: column.named('publicAddress', 15),
    publicAddressV6: column.named('publicAddressV6', 16),
    privateAddress: column.named('privateAddress', 17),
    privateAddressV6: column.named('privateAddressV6', 18),
    hostId: column.value(19),
    endpointSerial: column.value(20),
    clientVersion: column.value(21),
    clientOs: column.value(22),
    clientOsVersion: column.value(23),
    repeatCount: column.integer(24),
    reason: column.value(25),
    error: column.value(26),
    description: column.value(27),
    status: column.value(28),
    location: column.value(29),
    loginSeconds: column.integer(30),
    connectMethod: column.value(31),
    errorCode: column.value(32),
    portal: column.value(33),
    sequenceNumber: column.value(34),
    actionFlags: column.value(35),
    selectionType: column.value(37),
    responseMs: column.integer(38),
    priority: column.value(39),
    attemptedGateways: column.value(40),
    gateway: column.value(41),
    virtualSystemName: column.value(46),
    deviceName: column.value(47),
    virtualSystemId: column.value(48),
  }),
};

export const LAYOUTS: ReadonlyMap<string, Layout> = new Map([
  ['SYSTEM', system],
  ['USERID', userid],
  ['GLOBALPROTECT', globalProtect],
]);
