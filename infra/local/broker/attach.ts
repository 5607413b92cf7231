import type { Socket } from 'node:net';
import type { Receiver, Sender } from 'rhea';
import { ok, type Result } from '../../../shared/model/result.ts';
import { CBS, DEFAULT_GROUP, MANAGEMENT } from './addresses.ts';
import { types } from './amqp.ts';
import { answerCbs } from './cbs.ts';
import { answerManagement } from './management.ts';
import { findHub, type Namespace } from './namespace.ts';
import { type PublishOptions, takeEvents } from './publish.ts';
import { type Pump, startPump } from './pump.ts';
import { CONDITION, missing, type Refusal, refuse } from './refusal.ts';
import { serveRequests } from './request-node.ts';
import type { Rights } from './rights.ts';
import { SELECTOR_FILTER, startOf } from './start-position.ts';

const isRequestNode = (address: string) => address === CBS || address === MANAGEMENT;

/**
 * Opens the broker's side of a link by which a client sends: to `$cbs`, `$management`, a hub or one of its partitions. A refused link is
 * answered without a target and closed (AMQP 1.0 part 2.6.3).
 */
export function attachReceiver(link: Receiver, { hubs, key, nowMs, report }: Namespace, rights: Rights): void {
  const address = link.target?.address ?? '';
  if (address === CBS) serveRequests(link, (request) => answerCbs(request, hubs, key, rights));
  else if (address === MANAGEMENT) serveRequests(link, (request) => answerManagement(request, hubs, rights));
  else {
    const route = routeOf(link, address, hubs, rights);
    if (!route.ok) {
      link.close(route.error);
      return;
    }
    takeEvents(link, { route: route.value, nowMs, report });
  }
  link.set_target({ address });
}

/** Which partitions a client may send to by this address. */
function routeOf(
  link: Receiver,
  address: string,
  hubs: Namespace['hubs'],
  rights: Rights,
): Result<PublishOptions['route'], Refusal> {
  if (desires(link, 'com.microsoft:idempotent-producer'))
    return refuse(CONDITION.notImplemented, 'idempotent producers are not supported here');
  const found = findHub(hubs, rights, address);
  if (!found.ok) return found;
  const { hub, at } = found.value;
  if (at.consumerGroup !== undefined) return refuse(CONDITION.notFound, missing(address));
  if (at.partitionId === undefined) return ok((sent) => hub.partitionFor(sent));
  const partition = hub.partition(at);
  return partition.ok ? ok(() => partition.value) : partition;
}

/** A link by which a client reads, and how it ends. */
export interface OpenReader {
  readonly pump: Pump;
  readonly leave: () => void;
}

/** Opens the broker's side of a link by which a client reads events or answers; undefined when there is nothing to look after. */
export function attachSender(
  link: Sender,
  namespace: Namespace,
  rights: Rights,
  socket: Socket,
): OpenReader | undefined {
  const address = link.source?.address ?? '';
  if (!isRequestNode(address)) {
    const reader = openReader(link, address, namespace, rights, socket);
    if (!reader.ok) {
      link.close(reader.error);
      return undefined;
    }
    link.set_source({ address, ...(link.source.filter ? { filter: link.source.filter } : {}) });
    return reader.value;
  }
  link.set_source({ address });
  if (link.target?.address) link.set_target({ address: link.target.address });
  return undefined;
}

function openReader(
  link: Sender,
  address: string,
  { hubs, readers, nowMs }: Namespace,
  rights: Rights,
  socket: Socket,
): Result<OpenReader, Refusal> {
  const found = findHub(hubs, rights, address);
  if (!found.ok) return found;
  const { hub, at } = found.value;
  const partition = hub.partition(at);
  if (!partition.ok) return partition;
  const log = partition.value;
  const selector: unknown = types.unwrap(link.source.filter?.[SELECTOR_FILTER]);
  const from = startOf(log, selector === undefined ? undefined : String(selector));
  if (!from.ok) return from;
  const epoch: unknown = link.properties?.['com.microsoft:epoch'];
  const seat = { link, name: link.name, epoch: typeof epoch === 'number' ? epoch : undefined };
  const entered = readers.enter(log, at.consumerGroup ?? DEFAULT_GROUP, seat);
  if (!entered.ok) return entered;
  const tellsEnd = desires(link, 'com.microsoft:enable-receiver-runtime-metric');
  const pump = startPump({ link, socket, log, from: from.value, tellsEnd, nowMs });
  return ok({
    pump,
    leave() {
      pump.stop();
      entered.value();
    },
  });
}

const desires = (link: Receiver | Sender, capability: string): boolean =>
  [link.desired_capabilities].flat().includes(capability);
