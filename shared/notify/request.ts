import type { Notification } from '../model/notification.ts';
import { fail, ok, type Result } from '../model/result.ts';
import type { Millis } from '../model/time.ts';
import type { Links } from './channels/channel.ts';
import { channelOf } from './channels/index.ts';
import type { DeliveryRequest } from './deliver.ts';
import { currentSecrets, type Receiver } from './receiver.ts';
import { parseSecret, webhookHeaders } from './sign.ts';

/** Reads an app setting; undefined when it is not there. */
export type ReadSetting = (name: string) => string | undefined;

/**
 * One attempt's request: rendered in the receiver's format and signed with the secrets of this moment, so that a rotation
 * also covers what waits for a retry. Fails with `format-unknown`, `secret-missing` or `secret-invalid`; the message may name
 * the setting, never its value.
 */
export function requestFor(
  notification: Notification,
  receiver: Receiver,
  now: Millis,
  readSetting: ReadSetting,
  links: Links = {},
): Result<DeliveryRequest> {
  const channel = channelOf(receiver.format);
  if (!channel) return fail('format-unknown', 'expected a receiver format that this version has');
  const { body, contentType, headers } = channel.render(notification, receiver, links);
  const keys = keysOf(currentSecrets(receiver, now), readSetting);
  if (!keys.ok) return keys;
  if (channel.isSigned && keys.value.length === 0) return fail('secret-missing', 'expected a secret still in force');
  const signed = webhookHeaders(notification.id, now, body, keys.value);
  return ok({ url: receiver.url, body, headers: { ...headers, 'content-type': contentType, ...signed } });
}

function keysOf(settings: readonly string[], readSetting: ReadSetting): Result<Buffer[]> {
  const keys: Buffer[] = [];
  for (const setting of settings) {
    const text = readSetting(setting);
    if (text === undefined) return fail('secret-missing', `expected the app setting ${setting}`);
    const key = parseSecret(text);
    if (!key.ok) return fail(key.error.code, `app setting ${setting}: ${key.error.message}`);
    keys.push(key.value);
  }
  return ok(keys);
}
