import * as z from 'zod';
import type { Alert } from '../model/alert.ts';
import { LABELS } from '../model/finding.ts';
import type { SilentReason } from '../model/notification.ts';
import { SEVERITIES, severityRank } from '../model/severity.ts';
import type { Millis } from '../model/time.ts';
import { CHANNELS, channelOf } from './channels/index.ts';
import { LANGUAGES } from './message.ts';

const MASK = '***';

/** `=~` and `!~` take `*` for any text. No regular expressions: a setting must not be able to burn a CPU. */
const OPERATORS = {
  '=': (actual, wanted) => actual === wanted,
  '!=': (actual, wanted) => actual !== wanted,
  '=~': (actual, wanted) => fits(actual, wanted),
  '!~': (actual, wanted) => !fits(actual, wanted),
} as const satisfies Record<string, (actual: string, wanted: string) => boolean>;

const matcherSchema = z
  .strictObject({
    label: z.enum([...LABELS, 'rule']).describe('A label of the alert, or its rule. A label it lacks is empty.'),
    op: z.enum(['=', '!=', '=~', '!~']).default('=').describe('`=~` and `!~` compare with `*` for any text.'),
    value: z.string().max(500),
  })
  .describe('Upper and lower case are the same, as they are in host names and resource ids.');
export type Matcher = z.infer<typeof matcherSchema>;

const secretSchema = z.strictObject({
  setting: z
    .string()
    .regex(/^[A-Za-z_]\w{0,127}$/, 'expected the name of an app setting, not the secret itself')
    .describe('App setting that holds `whsec_` and base64 of 24 to 64 bytes.'),
  notAfter: z.iso.datetime({ offset: true }).optional().describe('Signs until then: the old secret of a rotation.'),
});

const id = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'expected lower-case letters, digits and hyphens');

const settings = {
  url: z
    .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
    .max(2_000)
    .refine((url) => !url.includes(MASK), 'expected the whole URL, not the masked one that a read gives')
    .describe('Where notifications are posted. Treated as a secret: reads give it masked.'),
  format: z.enum(CHANNELS.map((channel) => channel.kind)).default('native'),
  minSeverity: z.enum(SEVERITIES).default('informational'),
  matchers: z.array(matcherSchema).max(50).default([]).describe('All must match; none matches every alert.'),
  secrets: z
    .array(secretSchema)
    .max(2)
    .default([])
    .describe('What signs: one, or two during a rotation. Format `native` needs at least one.'),
  language: z
    .enum(LANGUAGES)
    .default('en')
    .describe('Of the words around an alert; its prose stays as the rule wrote it.'),
  enabled: z.boolean().default(true),
};

const hasSecretsItNeeds = ({ format, secrets }: { format: string; secrets: readonly unknown[] }): boolean =>
  secrets.length > 0 || channelOf(format)?.isSigned !== true;
const NEEDS_SECRETS = { path: ['secrets'], error: 'expected one or two secrets: this format is signed' };

/** What the API takes: a receiver without its id, which the path says. */
export const receiverSettingsSchema = z.strictObject(settings).refine(hasSecretsItNeeds, NEEDS_SECRETS);

/** Who is told, how, and of what. */
export const receiverSchema = z
  .strictObject({ id, ...settings })
  .refine(hasSecretsItNeeds, NEEDS_SECRETS)
  .describe('Receiver of notifications');
export type Receiver = z.infer<typeof receiverSchema>;

/**
 * Whether an alert goes to this receiver; if not, why. The severity counts that was told last, too: who was told that it is
 * critical also hears that it ended as a warning.
 */
export function routes(receiver: Receiver, alert: Alert): true | SilentReason {
  if (!receiver.enabled || !receiver.matchers.every((matcher) => matches(matcher, alert))) return 'not-routed';
  const rank = Math.max(severityRank(alert.severity), alert.told ? severityRank(alert.told.severity) : 0);
  return rank >= severityRank(receiver.minSeverity) ? true : 'below-severity';
}

function matches({ label, op, value }: Matcher, alert: Alert): boolean {
  const actual = label === 'rule' ? alert.rule : (alert.labels[label] ?? '');
  return OPERATORS[op](actual.toLowerCase(), value.toLowerCase());
}

/** Whether a text fits a pattern with `*`. Leftmost places suffice, so it needs one pass. Example: `fits('vpn01', 'vpn*')`. */
function fits(text: string, pattern: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return text === head;
  let from = head.length;
  if (!text.startsWith(head)) return false;
  for (const part of rest) {
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return text.length - tail.length >= from && text.endsWith(tail);
}

/** A receiver as reads show it: no user name, password, query or token in the URL. Secrets are references already. */
export const masked = (receiver: Receiver): Receiver => ({ ...receiver, url: maskedUrl(receiver.url) });

function maskedUrl(text: string): string {
  const url = URL.parse(text);
  if (!url) return MASK;
  // A short lower-case word, `services` or `v1`, tells receivers apart; anything else may be the token.
  const path = url.pathname.split('/').map((part) => (part === '' || /^[a-z]{1,12}\d?$/.test(part) ? part : MASK));
  return `${url.protocol}//${url.host}${path.join('/')}${url.search === '' ? '' : `?${MASK}`}`;
}

/** The settings that sign now: those whose `notAfter` has not passed. */
export const currentSecrets = (receiver: Receiver, now: Millis): readonly string[] =>
  receiver.secrets
    .filter(({ notAfter }) => notAfter === undefined || now <= Date.parse(notAfter))
    .map(({ setting }) => setting);
