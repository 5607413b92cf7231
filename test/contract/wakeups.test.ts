import { QueueServiceClient } from '@azure/storage-queue';
import { describe, expect, inject, it } from 'vitest';
import type { EntityRef } from '../../shared/model/entity.ts';
import { memoryWakeups } from '../../shared/store/memory/wakeups.ts';
import type { Wakeups } from '../../shared/store/ports.ts';
import { queueWakeups } from '../../shared/store/table/wakeups.ts';
import { wakeupSchemas } from '../../shared/store/wakeup-messages.ts';
import { WAKEUP_QUEUES, type WakeupKind } from '../../shared/store/wakeup-queues.ts';
import { uniqueName } from '../unique-name.ts';
import { oddKeys, server } from './samples.ts';

interface WakeupHome {
  readonly wakeups: Wakeups;
  /** Messages that are visible now, as a queue function gets them. */
  receive(kind: WakeupKind): Promise<unknown[]>;
}

function inMemory(): WakeupHome {
  const wakeups = memoryWakeups();
  const isVisible = (delayMs: number) => delayMs === 0;
  return {
    wakeups,
    receive: async (kind) => {
      const sent = wakeups.waiting.filter((one) => one.kind === kind && isVisible(one.delayMs));
      return sent.map(({ message }) => message);
    },
  };
}

function inAzurite(): WakeupHome {
  const prefix = uniqueName('q');
  const queues = QueueServiceClient.fromConnectionString(inject('azurite'));
  return {
    wakeups: queueWakeups({ connectionString: inject('azurite') }, { prefix }),
    async receive(kind) {
      const queue = queues.getQueueClient(`${prefix}${WAKEUP_QUEUES[kind]}`);
      const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 32 });
      return receivedMessageItems.map(({ messageText }) => {
        expect(messageText.length).toBeLessThanOrEqual(64 * 1024);
        return JSON.parse(Buffer.from(messageText, 'base64').toString('utf8'));
      });
    },
  };
}

const homes = [
  { name: 'memory', open: inMemory },
  { name: 'azurite', open: inAzurite },
];

describe.each(homes)('wake-ups in $name', ({ open }) => {
  it('says to each queue what its schema reads', async () => {
    const { wakeups, receive } = open();
    await wakeups.cursor('cursor-1');
    await wakeups.deliver(server, 'owed-1');
    await wakeups.settings(7);
    expect((await receive('cursor')).map((message) => wakeupSchemas.cursor.parse(message))).toEqual([
      { cursor: 'cursor-1' },
    ]);
    expect((await receive('deliver')).map((message) => wakeupSchemas.deliver.parse(message))).toEqual([
      { entity: server, owed: 'owed-1' },
    ]);
    expect((await receive('settings')).map((message) => wakeupSchemas.settings.parse(message))).toEqual([
      { revision: 7 },
    ]);
  });

  it('splits many entities over messages, each entity once', async () => {
    const { wakeups, receive } = open();
    const entities: EntityRef[] = Array.from({ length: 3_000 }, (_, at) => ({
      kind: 'tunnel',
      key: `/subscriptions/0/resourcegroups/contoso/virtualnetworkgateways/hub|203.0.113.${at}`,
    }));
    const odd = oddKeys.map((key): EntityRef => ({ kind: 'tunnel-server', key }));
    await wakeups.evaluate([...entities, ...odd, ...entities]);
    const messages = (await receive('evaluate')).map((message) => wakeupSchemas.evaluate.parse(message).entities);
    expect(Math.max(...messages.map(({ length }) => length))).toBe(100);
    expect(messages.flat()).toEqual([...entities, ...odd]);
  });

  it('says nothing about nobody, and delays', async () => {
    const { wakeups, receive } = open();
    await wakeups.evaluate([]);
    await wakeups.evaluate([server]);
    await wakeups.cursor('later', 60_000);
    await wakeups.cursor('now');
    expect(await receive('evaluate')).toHaveLength(1);
    expect(await receive('cursor')).toEqual([{ cursor: 'now' }]);
  });

  it('has no key that hides what the queue trigger says of a message', () => {
    const hidden = [
      'id',
      'dequeuecount',
      'expirationtime',
      'insertiontime',
      'nextvisibletime',
      'popreceipt',
      'queuetrigger',
    ];
    for (const schema of Object.values(wakeupSchemas)) {
      for (const key of Object.keys(schema.shape)) expect(hidden).not.toContain(key.toLowerCase());
    }
  });
});
