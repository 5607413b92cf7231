import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { partitionOfKey } from '../../../infra/local/broker/partition-key.ts';

// By path: the package does not export it, and a buffered producer chooses partitions with it.
const sdkPath = new URL('impl/partitionKeyToIdMapper.js', import.meta.resolve('@azure/event-hubs'));
const { mapPartitionKeyToId }: { mapPartitionKeyToId(key: string, count: number): number } = await import(
  fileURLToPath(sdkPath)
);

it('chooses the partition that the SDK chooses, for any key', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 1, max: 32 }), (key, count) => {
      expect(partitionOfKey(key, count)).toBe(mapPartitionKeyToId(key, count));
    }),
    { numRuns: 200 },
  );
});

it.each([0, 1, 11, 12, 13, 24, 25, 36])('agrees at the block borders: %i bytes', (length) => {
  const key = 'contoso-gateway-and-tunnel-names-abc'.slice(0, length);
  expect(partitionOfKey(key, 32)).toBe(mapPartitionKeyToId(key, 32));
});

it('spreads keys over all partitions', () => {
  const chosen = new Set(Array.from({ length: 200 }, (_, index) => partitionOfKey(`contoso-tunnel-${index}`, 8)));
  expect(chosen.size).toBe(8);
});
