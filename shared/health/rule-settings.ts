import * as z from 'zod';
import { DEFAULT_RULE_SETTINGS, type RuleSettings } from '../model/settings.ts';
import { DAY } from '../model/time.ts';

const MAX_WINDOW_MS = 366 * DAY;
const window = z
  .int({ error: 'expected whole milliseconds' })
  .min(0, 'must be 0 or more')
  .max(MAX_WINDOW_MS, `must be ${MAX_WINDOW_MS} (366 days) or less`)
  .exactOptional();
const count = z.int({ error: 'expected a whole number' }).min(1, 'must be 1 or more').exactOptional();
const share = z
  .number({ error: 'expected a number from 0 to 1' })
  .min(0, 'must be 0 or more')
  .max(1, 'must be 1 or less')
  .exactOptional();

/** One field each of `RuleSettings`, of the same name: windows in milliseconds, counts, shares from 0 to 1. */
const fields = {
  shortInterruptionMs: window,
  failoverWindowMs: window,
  downWindowMs: window,
  flapWindowMs: window,
  flapCount: count,
  flapQuietCount: count,
  causeBeforeMs: window,
  causeAfterMs: window,
  checkInMs: window,
  servingMs: window,
  quietMs: window,
  staleMs: window,
  staleNeedsCheckIns: z.boolean({ error: 'expected true or false' }).exactOptional(),
  massDisconnectWindowMs: window,
  massDisconnectShare: share,
  massDisconnectCount: count,
  dpdWindowMs: window,
  dpdCount: count,
  dpdShare: share,
  dpdQuietShare: share,
  badCheckIns: count,
  goodCheckIns: count,
  expiringMs: window,
  unverifiableMs: window,
  accessDnsShare: share,
  accessMinLines: count,
  ikeFailureCount: count,
  ikeWindowMs: window,
  bgpDownMs: window,
  p2sCount: count,
  p2sWindowMs: window,
  p2sShare: share,
  p2sQuietShare: share,
  p2sStallMs: window,
  listenerSilentMs: window,
  vpnFailureCount: count,
  vpnFailureWindowMs: window,
  activeActiveGateways: z
    .array(z.string().min(1).toLowerCase(), { error: 'expected a list of ARM ids' })
    .exactOptional(),
} as const satisfies Record<keyof RuleSettings, z.ZodType>;

/** What may not be larger than what, or a condition would end before it began. */
const ORDERS = [
  ['shortInterruptionMs', 'failoverWindowMs'],
  ['failoverWindowMs', 'downWindowMs'],
  ['flapQuietCount', 'flapCount'],
  ['dpdQuietShare', 'dpdShare'],
  ['p2sQuietShare', 'p2sShare'],
] as const;

/** Any of the rule settings; each pair of them must be in order together with the defaults of the others. */
export const ruleSettingsSchema = z
  .strictObject(fields, { error: 'expected an object of rule settings' })
  .superRefine((given, context) => {
    const settings: RuleSettings = { ...DEFAULT_RULE_SETTINGS, ...given };
    for (const [lower, upper] of ORDERS) {
      if (settings[lower] <= settings[upper]) continue;
      const named = given[lower] === undefined ? upper : lower;
      context.addIssue({ code: 'custom', path: [named], message: `${lower} must be <= ${upper}` });
    }
  });
