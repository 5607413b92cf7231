import { gzipSync } from 'node:zlib';
import { type EventDataBatch, EventHubProducerClient } from '@azure/event-hubs';

export interface HubAddress {
  readonly connectionString: string;
  /** Name of the hub; undefined where the connection string has an EntityPath. */
  readonly hub?: string | undefined;
}

/** Sends event bodies to a hub, in order, in batches as full as the hub takes them; partitions in turn, as without a key. */
export class HubSender {
  readonly #producer: EventHubProducerClient;
  readonly #gzip: boolean;
  #batch: EventDataBatch | undefined;
  #events = 0;

  /** @throws Error when the connection string is not one, or no hub is named. */
  constructor({ connectionString, hub }: HubAddress, { gzip = false }: { readonly gzip?: boolean } = {}) {
    const options = { retryOptions: { maxRetries: 2, retryDelayInMs: 1_000, timeoutInMs: 15_000 } };
    this.#producer =
      hub === undefined
        ? new EventHubProducerClient(connectionString, options)
        : new EventHubProducerClient(connectionString, hub, options);
    this.#gzip = gzip;
  }

  /** Events that the hub has taken. */
  get sentEvents(): number {
    return this.#events;
  }

  /** @throws Error when the hub does not take what came before. */
  async add(bytes: Buffer): Promise<void> {
    const event = { body: this.#gzip ? gzipSync(bytes) : bytes };
    this.#batch ??= await this.#producer.createBatch();
    if (this.#batch.tryAdd(event)) return;
    await this.flush();
    this.#batch = await this.#producer.createBatch();
    if (!this.#batch.tryAdd(event)) throw new Error(`the hub takes no event of ${event.body.length} bytes`);
  }

  /** Resolves when the hub has taken everything. */
  async flush(): Promise<void> {
    if (this.#batch === undefined || this.#batch.count === 0) return;
    await this.#producer.sendBatch(this.#batch);
    this.#events += this.#batch.count;
    this.#batch = undefined;
  }

  async close(): Promise<void> {
    await this.#producer.close();
  }
}
