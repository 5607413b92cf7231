import type { Trigger } from './worker-process.ts';

/** Trigger inputs as the platform puts them on the wire, written by hand after its sources and not by the local host's code. */

const sys = { json: JSON.stringify({ MethodName: 'fn', UtcNow: '2026-11-22T09:00:00.0000000Z', RandGuid: '0' }) };
const nullable = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));

/** The raw bytes of the body; headers, query and parameters as nullable texts, since the worker asks for those. */
export function httpInput(
  method: string,
  path: string,
  more: {
    readonly params?: Readonly<Record<string, string>>;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  } = {},
): Trigger {
  const url = new URL(`https://contoso.azurewebsites.net/api/${path}`);
  const [query, params] = [Object.fromEntries(url.searchParams), more.params ?? {}];
  const headers = { host: url.host, 'x-forwarded-for': '203.0.113.9', ...more.headers };
  return {
    data: {
      http: {
        method,
        url: url.href,
        headers: {},
        query: {},
        params: {},
        nullableHeaders: nullable(headers),
        nullableQuery: nullable(query),
        nullableParams: nullable(params),
        body: more.body === undefined ? null : { bytes: Buffer.from(more.body) },
        rawBody: null,
        cookies: [],
      },
    },
    metadata: {
      ...Object.fromEntries(Object.entries(params).map(([name, value]) => [name, { string: value }])),
      Query: { json: JSON.stringify(query) },
      Headers: { json: JSON.stringify(headers) },
      sys,
    },
  };
}

/** A turn of a timer; times with seven digits and an offset, as .NET writes them. */
export function timerInput(isPastDue = false): Trigger {
  const info = {
    Schedule: { AdjustForDST: true },
    ScheduleStatus: {
      Last: '2026-11-22T08:07:00.0044156+00:00',
      LastUpdated: '2026-11-22T08:07:00.0044156+00:00',
      Next: '2026-11-22T09:07:00+00:00',
    },
    IsPastDue: isPastDue,
  };
  return { data: { json: JSON.stringify(info) }, metadata: { sys } };
}

/** A message of a storage queue, after base64. Its top-level keys lie over the trigger's own metadata. */
export function queueInput(text: string): Trigger {
  const ownKeys = Object.entries(JSON.parse(text) as Record<string, unknown>).flatMap(([key, value]) => {
    const name = `${key.charAt(0).toUpperCase()}${key.slice(1)}`;
    if (value === null || Array.isArray(value)) return [];
    return [[name, typeof value === 'object' ? { json: JSON.stringify(value) } : { string: String(value) }]];
  });
  return {
    data: { string: text },
    metadata: {
      QueueTrigger: { string: text },
      DequeueCount: { json: '1' },
      ExpirationTime: { json: '"2026-11-29T09:00:00+00:00"' },
      Id: { string: '4d6f0f0e-9d5c-4b3b-a3f5-7f2d5f0c1f7b' },
      InsertionTime: { json: '"2026-11-22T09:00:00+00:00"' },
      NextVisibleTime: { json: '"2026-11-22T09:10:00+00:00"' },
      PopReceipt: { string: 'AgAAAAMAAAAAAAAA' },
      sys,
      ...Object.fromEntries(ownKeys),
    },
  };
}

/** A 64-bit number as the worker's protobuf library hands it over when it has no 64-bit type of its own. */
export const long = (value: number) => ({ low: value | 0, high: Math.floor(value / 2 ** 32), unsigned: false });

export interface BatchInput {
  readonly partition: string;
  readonly bodies: readonly Uint8Array[];
  readonly enqueuedAt: number;
  /** Sequence number of the first. */
  readonly first: number;
  /** How this worker's build writes sequence numbers. */
  readonly as: 'numbers' | 'objects';
  /** Tries before this one. */
  readonly retryCount?: number;
}

/** A batch of an Event Hub trigger with `dataType: 'binary'` and `cardinality: 'many'`. */
export function eventHubInput({ partition, bodies, enqueuedAt, first, as, retryCount = 0 }: BatchInput): Trigger {
  const numbers = bodies.map((_, index) => first + index);
  // A DateTime without its zone.
  const enqueued = new Date(enqueuedAt).toISOString().replace('Z', '');
  const text = (values: readonly string[]) => ({ collectionString: { string: values } });
  return {
    data: { collectionBytes: { bytes: bodies } },
    metadata: {
      PartitionContext: {
        json: JSON.stringify({
          FullyQualifiedNamespace: 'contoso.servicebus.windows.net',
          EventHubName: 'logs',
          ConsumerGroup: 'tunnelwatch',
          PartitionId: partition,
        }),
      },
      PartitionKeyArray: text([]),
      OffsetArray: text(numbers.map((number) => `${number * 1_000}`)),
      SequenceNumberArray: { collectionSint64: { sint64: as === 'numbers' ? numbers : numbers.map(long) } },
      EnqueuedTimeUtcArray: { json: JSON.stringify(numbers.map(() => enqueued)) },
      PropertiesArray: { json: JSON.stringify(numbers.map(() => ({ Source: 'rsyslog' }))) },
      SystemPropertiesArray: {
        json: JSON.stringify(
          numbers.map((number) => ({
            'x-opt-sequence-number': number,
            SequenceNumber: number,
            Offset: `${number * 1_000}`,
            PartitionKey: null,
            EnqueuedTimeUtc: enqueued,
          })),
        ),
      },
      sys,
    },
    retryContext: {
      retryCount,
      maxRetryCount: -1,
      exception: retryCount === 0 ? null : { source: '', stackTrace: '', message: 'storage was away' },
    },
  };
}
