/**
 * The columns of one type of PAN-OS log behind the common head (0 to 6), by their order. Releases only append columns, so a
 * name stands for its place, and a missing tail is normal. `null`: not kept. Source: PAN-OS syslog field descriptions; the
 * counts of columns were seen in records of PAN-OS 4 to 11.
 */
export interface Layout {
  readonly names: readonly (string | null)[];
  /** The free text that may hold commas without being quoted; what stands behind it is then counted from the right. */
  readonly freeText: string;
}

const HIERARCHY = [null, null, null, null] as const;

export const FIRST_COLUMN = 7;

export const LAYOUTS: ReadonlyMap<string, Layout> = new Map<string, Layout>([
  [
    'SYSTEM',
    {
      names: [
        'virtualSystem',
        'eventId',
        'object',
        null,
        null,
        'module',
        'severity',
        'description',
        'sequenceNumber',
        'actionFlags',
        ...HIERARCHY,
        'virtualSystemName',
        'deviceName',
        null,
        null,
        'highResolutionTime',
      ],
      freeText: 'description',
    },
  ],
  [
    // The user stands at 9, behind the address.
    'USERID',
    {
      names: [
        'virtualSystem',
        'address',
        'user',
        'dataSourceName',
        'eventId',
        'repeatCount',
        'timeoutSeconds',
        'beginPort',
        'endPort',
        'dataSource',
        'dataSourceType',
        'sequenceNumber',
        'actionFlags',
        ...HIERARCHY,
        'virtualSystemName',
        'deviceName',
        'virtualSystemId',
        'factorType',
        'factorCompletionTime',
        'factorNumber',
        'userGroupFlags',
        'userBySource',
        'tagName',
        'highResolutionTime',
      ],
      freeText: 'dataSourceName',
    },
  ],
  [
    'GLOBALPROTECT',
    {
      names: [
        'virtualSystem',
        'eventId',
        'stage',
        'authMethod',
        'tunnelType',
        'user',
        'sourceRegion',
        'machineName',
        'publicAddress',
        'publicAddressV6',
        'privateAddress',
        'privateAddressV6',
        'hostId',
        'endpointSerial',
        'clientVersion',
        'clientOs',
        'clientOsVersion',
        'repeatCount',
        'reason',
        'error',
        'description',
        'status',
        'location',
        'loginSeconds',
        'connectMethod',
        'errorCode',
        'portal',
        'sequenceNumber',
        'actionFlags',
        'highResolutionTime',
        'selectionType',
        'responseMs',
        'priority',
        'attemptedGateways',
        'gateway',
        ...HIERARCHY,
        'virtualSystemName',
        'deviceName',
        'virtualSystemId',
      ],
      freeText: 'description',
    },
  ],
]);
