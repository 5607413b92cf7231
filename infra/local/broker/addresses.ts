/** The nodes of a namespace that take part in request and response. */
export const CBS = '$cbs';
export const MANAGEMENT = '$management';

/** The consumer group that every hub has. */
export const DEFAULT_GROUP = '$default';

/** A hub, or a part of it. All in lower case: addresses do not mind case. */
export interface HubAddress {
  readonly hub: string;
  readonly consumerGroup: string | undefined;
  readonly partitionId: string | undefined;
}

const pattern = /^\/?([^/]+?)(?:\/consumergroups\/([^/]+))?(?:\/partitions\/([^/]+))?\/?$/;

/**
 * Reads `hub`, `hub/Partitions/n` and `hub/ConsumerGroups/g/Partitions/n`; undefined for any other text.
 * @example parseAddress('Tunnels/Partitions/0') // { hub: 'tunnels', consumerGroup: undefined, partitionId: '0' }
 */
export function parseAddress(address: string): HubAddress | undefined {
  const [, hub, consumerGroup, partitionId] = pattern.exec(pathOf(address)) ?? [];
  return hub === undefined ? undefined : { hub, consumerGroup, partitionId };
}

/** The path of an address or of a token's audience (`sb://host/hub/…`), in lower case. */
export function pathOf(address: string): string {
  return address
    .toLowerCase()
    .replace(/^[a-z]+:\/\/[^/]*\//, '')
    .replace(/\/+$/, '');
}

/** Whether a right to one path is a right to another: the same, or below it. The empty path is the whole namespace. */
export const covers = (granted: string, asked: string): boolean =>
  granted === '' || granted === asked || asked.startsWith(`${granted}/`);
