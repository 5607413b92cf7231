import { randomUUID } from 'node:crypto';
import type { BlobItem, ContainerClient } from '@azure/storage-blob';

/** A Microsoft.Storage.BlobCreated event in the Event Grid schema, as Azure puts it on a storage queue. */
export interface BlobCreatedEvent {
  readonly topic: string;
  readonly subject: string;
  readonly eventType: 'Microsoft.Storage.BlobCreated';
  readonly id: string;
  readonly eventTime: string;
  readonly dataVersion: '';
  readonly metadataVersion: '1';
  readonly data: {
    readonly api: 'PutBlob' | 'PutBlockList';
    readonly requestId: string;
    /** Without the quotes that HTTP puts around it. */
    readonly eTag: string;
    readonly contentType: string;
    readonly contentLength: number;
    readonly blobType: string;
    readonly url: string;
    /** Grows with every event of one blob; compared as text. */
    readonly sequencer: string;
    readonly storageDiagnostics: { readonly batchId: string };
  };
}

/** The event that says that this blob was created or replaced. Its subject has the name as it is, its URL encoded. */
export function blobCreatedEvent(container: ContainerClient, blob: BlobItem): BlobCreatedEvent {
  const { properties } = blob;
  const { blobType = 'BlockBlob', lastModified } = properties;
  return {
    topic: `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local/providers/Microsoft.Storage/storageAccounts/${container.accountName}`,
    subject: `/blobServices/default/containers/${container.containerName}/blobs/${blob.name}`,
    eventType: 'Microsoft.Storage.BlobCreated',
    id: randomUUID(),
    eventTime: (properties.createdOn ?? lastModified).toISOString(),
    dataVersion: '',
    metadataVersion: '1',
    data: {
      api: blobType === 'AppendBlob' ? 'PutBlob' : 'PutBlockList',
      requestId: randomUUID(),
      eTag: properties.etag.replaceAll('"', ''),
      contentType: properties.contentType ?? 'application/octet-stream',
      // An append blob is announced when it is made, before anything is in it.
      contentLength: blobType === 'AppendBlob' ? 0 : (properties.contentLength ?? 0),
      blobType,
      url: container.getBlobClient(blob.name).url,
      sequencer: lastModified.getTime().toString(16).padStart(48, '0'),
      storageDiagnostics: { batchId: randomUUID() },
    },
  };
}
