import { setTimeout } from 'node:timers/promises';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { isoOf, MINUTE, type Millis } from '../../../shared/model/time.ts';
import type { Endpoints } from '../endpoints.ts';
import { HubSender } from '../send/hub-sender.ts';
import { type ArchiveRecord, archiveBlobName, gatewayRecords, streamedEvent } from './incident.ts';
import { checkIns, sessions } from './servers.ts';

/** How far back the play begins; all of it lies within the last 45 minutes. */
const pastMs = 44 * MINUTE;
const checkInEveryMs = MINUTE;
/** Servers write a log all day: without it `logs.stale` would rightly fire after an hour. */
const sessionsEvery = 10;
const folder = 'contoso-tunnel';

/**
 * Puts the synthetic incident where real logs would come: uploads of the tunnel servers; of the gateway what a diagnostic setting
 * archives, and its tunnel log through the event hub as well. What comes by both ways is one fact.
 */
export class Player {
  readonly #blobs: BlobServiceClient;
  readonly #uploads: ContainerClient;
  readonly #hub: Endpoints['eventHub'];
  readonly #startedAt: Millis;
  readonly #stopping: AbortSignal;

  /** @param startedAt when the play started first: certificates and disks go on from there after a restart. */
  constructor(endpoints: Endpoints, startedAt: Millis, stopping: AbortSignal) {
    this.#blobs = BlobServiceClient.fromConnectionString(endpoints.storage.connectionString);
    this.#uploads = this.#blobs.getContainerClient(endpoints.storage.uploads);
    this.#hub = endpoints.eventHub;
    this.#startedAt = startedAt;
    this.#stopping = stopping;
  }

  /** What the tunnel servers and the gateway's own log said before now. */
  async playServers(): Promise<void> {
    const start = this.#startedAt;
    const times = Array.from(
      { length: pastMs / checkInEveryMs },
      (_, index) => start - pastMs + index * checkInEveryMs,
    );
    await this.#upload(`check-ins/${stamp(start)}.json`, times.map((at) => checkIns(at, start)).join(''));
    await this.#upload(`ocserv/${stamp(start)}.log`, sessions(start - pastMs, start));
    await this.#append(this.#past('GatewayDiagnosticLog'));
  }

  /** What the tunnels did before now. */
  playTunnels(): Promise<void> {
    return this.#streamAndArchive(this.#past('TunnelDiagnosticLog'));
  }

  /** The rest of the tunnel log, each record when its time has come. */
  async playOn(): Promise<void> {
    for (const record of gatewayRecords(this.#startedAt)) {
      if (record.at <= this.#startedAt || !(await this.#until(record.at))) continue;
      await this.#streamAndArchive([record]);
    }
  }

  /** Check-ins and sessions go on until the stack stops: silence would rightly be an alert. */
  async checkInForEver(): Promise<void> {
    for (let round = 1; !this.#stopping.aborted; round++) {
      const at = Date.now();
      await this.#upload(`check-ins/${stamp(at)}.json`, checkIns(at, this.#startedAt));
      if (round % sessionsEvery === 0) {
        await this.#upload(`ocserv/${stamp(at)}.log`, sessions(at - sessionsEvery * checkInEveryMs, at));
      }
      await this.#until(at + checkInEveryMs);
    }
  }

  #past(category: ArchiveRecord['category']): ArchiveRecord[] {
    const records = gatewayRecords(this.#startedAt);
    return records.filter((record) => record.category === category && record.at <= this.#startedAt);
  }

  /** The stream first, which is the faster way in Azure, too. */
  async #streamAndArchive(records: readonly ArchiveRecord[]): Promise<void> {
    const sender = new HubSender({ connectionString: this.#hub.connectionString, hub: this.#hub.name });
    try {
      await sender.add(Buffer.from(streamedEvent(records)));
      await sender.flush();
    } finally {
      await sender.close();
    }
    await this.#append(records);
  }

  /** Appends records to the blobs of their hours, as a diagnostic setting does. */
  async #append(records: readonly ArchiveRecord[]): Promise<void> {
    const texts = new Map<string, string>();
    for (const { category, at, line } of records) {
      const path = `insights-logs-${category.toLowerCase()}/${archiveBlobName(at)}`;
      texts.set(path, (texts.get(path) ?? '') + line);
    }
    for (const [path, text] of texts) {
      const slash = path.indexOf('/');
      const blob = this.#blobs.getContainerClient(path.slice(0, slash)).getAppendBlobClient(path.slice(slash + 1));
      await blob.createIfNotExists();
      await blob.appendBlock(text, Buffer.byteLength(text));
    }
  }

  async #upload(name: string, text: string): Promise<void> {
    await this.#uploads.getBlockBlobClient(`${folder}/${name}`).upload(text, Buffer.byteLength(text));
  }

  /** Waits; false when the stack stops first. */
  async #until(at: Millis): Promise<boolean> {
    const ms = Math.max(0, at - Date.now());
    await setTimeout(ms, undefined, { signal: this.#stopping }).catch(() => {});
    return !this.#stopping.aborted;
  }
}

const stamp = (at: Millis): string => isoOf(at).replaceAll(/[:.]/g, '-');
