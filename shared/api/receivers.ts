import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { validate } from '../health/field-errors.ts';
import type { DeliveryResult, Notification } from '../model/notification.ts';
import type { Millis } from '../model/time.ts';
import { refusalOfUrl } from '../notify/address-guard.ts';
import { deliver } from '../notify/deliver.ts';
import { masked, type Receiver, receiverSchema, receiverSettingsSchema } from '../notify/receiver.ts';
import { requestFor } from '../notify/request.ts';
import { RECEIVERS } from '../pipeline/create.ts';
import { tellWhatLasts } from '../pipeline/fan-out.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { StoreUnavailable } from '../store/ports.ts';
import { checkPreconditions, etagOf } from './etag.ts';
import { defineOperation, invalidFields } from './operation.ts';
import { pageSchema } from './paging.ts';
import { isProblem, type Problem, problem } from './problem.ts';

const NOT_FOUND = problem('not-found', 'expected a receiver that GET /api/receivers lists');

/** Masked, as reads give it: the URL may hold a token, and is not a URL any more where one was cut out. */
const maskedSchema = z
  .strictObject({
    ...receiverSchema.shape,
    url: z.string().describe('Without user, query and whatever may be a token.'),
  })
  .describe('Receiver of notifications, its URL masked.');
const shown = (receiver: Receiver): z.infer<typeof maskedSchema> => masked(receiver);

export const listReceivers = defineOperation({
  summary: 'Receivers of notifications, their URLs masked.',
  answer: pageSchema(maskedSchema),
  async handle(pipeline) {
    pipeline.forgetReceivers();
    return { body: { items: (await pipeline.receivers()).map(shown), next: null } };
  },
});

export const getReceiver = defineOperation({
  summary: 'One receiver, its URL masked.',
  answer: maskedSchema,
  problems: ['not-found'],
  async handle(pipeline, { param }) {
    const stored = await readReceiver(pipeline, param('id'));
    if (isProblem(stored)) return stored;
    return { body: shown(stored.receiver), headers: { etag: etagOf(stored.etag) } };
  },
});

export const putReceiver = defineOperation({
  summary:
    'Creates or replaces a receiver. Secrets are names of app settings. It is told of firing alerts that nobody was told of.',
  body: receiverSettingsSchema,
  answer: maskedSchema,
  conditional: 'optional',
  async handle(pipeline, { request, body, param }) {
    const read = validate(receiverSchema, { ...body, id: param('id') });
    if (!read.ok) return invalidFields(read.error);
    const receiver = read.value;
    const { allowLocalReceivers: allowLocal, blockedHosts } = pipeline.settings;
    const refusal = refusalOfUrl(receiver.url, { allowLocal, blockedHosts });
    if (refusal) return invalidFields([{ pointer: '/url', message: `expected a public https address (${refusal})` }]);
    for (let attempt = 0; attempt < EDIT_TRIES; attempt++) {
      const stored = (await pipeline.store.documents.get(RECEIVERS, receiver.id))?.etag ?? null;
      const refused = checkPreconditions(request.headers, { stored, required: false, always: false });
      if (refused) return refused;
      const put = await pipeline.store.documents.put(
        RECEIVERS,
        receiver.id,
        JSON.parse(JSON.stringify(receiver)),
        stored,
      );
      if (put === 'conflict') continue;
      pipeline.forgetReceivers();
      if (receiver.enabled) await tellWhatLasts(pipeline).catch(logged(pipeline));
      return { body: shown(receiver), headers: { etag: etagOf(put.etag) } };
    }
    throw tooMany();
  },
});

/** Edits of others that came in between each time; whoever asks again finds fewer at it. */
const EDIT_TRIES = 10;
const tooMany = () => new StoreUnavailable('a receiver is edited by too many at once');

/** The receiver is saved whatever becomes of this: it then hears of an alert when something about it changes. */
const logged = (pipeline: Pipeline) => (error: unknown) =>
  pipeline.log('receiver.spread-failed', { error: error instanceof Error ? error.name : typeof error });

export const deleteReceiver = defineOperation({
  summary: 'Deletes a receiver; what it is still owed is given up.',
  problems: ['not-found'],
  conditional: 'optional',
  async handle(pipeline, { request, param }) {
    for (let attempt = 0; attempt < EDIT_TRIES; attempt++) {
      const stored = await pipeline.store.documents.get(RECEIVERS, param('id'));
      if (!stored) return NOT_FOUND;
      const refused = checkPreconditions(request.headers, { stored: stored.etag, required: false, always: false });
      if (refused) return refused;
      const outcome = await pipeline.store.documents.delete(RECEIVERS, param('id'), stored.etag);
      if (outcome === 'conflict') continue;
      pipeline.forgetReceivers();
      return { body: undefined };
    }
    throw tooMany();
  },
});

export const testReceiver = defineOperation({
  summary: 'Sends a test notification now, signed like any other, and says what became of it.',
  answer: z.strictObject({
    notification: z.string().describe('Id that the receiver sees in `webhook-id`.'),
    outcome: z.enum(['ok', 'retry', 'give-up']).describe('`retry` may work later; `give-up` will not.'),
    status: z.int().nullable().describe('Status of the answer, when one came.'),
    reason: z.string().nullable(),
  }),
  problems: ['not-found'],
  async handle(pipeline, { param }) {
    const stored = await readReceiver(pipeline, param('id'));
    if (isProblem(stored)) return stored;
    const notification = testNotification(stored.receiver, pipeline.now());
    const result = await send(pipeline, stored.receiver, notification);
    const { outcome, status = null } = result;
    const reason = result.outcome === 'ok' ? null : result.reason;
    pipeline.log('receiver.tested', { receiver: stored.receiver.id, outcome, reason });
    return { body: { notification: notification.id, outcome, status, reason } };
  },
});

async function send(pipeline: Pipeline, receiver: Receiver, notification: Notification): Promise<DeliveryResult> {
  const now = pipeline.now();
  const request = requestFor(notification, receiver, now, pipeline.readSetting);
  if (!request.ok) return { outcome: 'give-up', reason: request.error.code };
  const { allowLocalReceivers: allowLocal, blockedHosts } = pipeline.settings;
  return deliver(request.value, { allowLocal, blockedHosts, now });
}

/** An alert about nothing, so that the receiver sees what one looks like. A new id each time: it is meant to be seen. */
function testNotification(receiver: Receiver, now: Millis): Notification {
  const id = `test-${randomUUID()}`;
  return {
    id,
    reason: 'test',
    createdAt: now,
    alert: {
      id,
      fingerprint: 'test',
      rule: 'test',
      entity: { kind: 'tunnel-server', key: 'test' },
      severity: 'informational',
      state: 'firing',
      nature: 'event',
      startsAt: now,
      foundAt: now,
      endsAt: now,
      endedBy: 'event',
      byClock: false,
      labels: {},
      annotations: {
        summary: `Test of the receiver ${receiver.id}.`,
        cause: 'Somebody asked for a test notification.',
        remedy: 'Nothing to do: it arrived.',
      },
      evidence: [],
      knownAt: now,
      updatedAt: now,
      told: null,
      suppressedBy: null,
      acknowledged: null,
    },
  };
}

/** A stored receiver; one that this version cannot read counts as not there, and a PUT makes it new. */
async function readReceiver(pipeline: Pipeline, id: string): Promise<{ receiver: Receiver; etag: string } | Problem> {
  const stored = await pipeline.store.documents.get(RECEIVERS, id);
  const receiver = stored && receiverSchema.safeParse(stored.body);
  return stored && receiver?.success ? { receiver: receiver.data, etag: stored.etag } : NOT_FOUND;
}
