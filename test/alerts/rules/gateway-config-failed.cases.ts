import { late, type RuleCase } from '../case.ts';
import { GATEWAY, operation } from '../facts.ts';

const FAILED = operation('SetGatewayConfiguration', '0', {
  status: 'Failed',
  message: 'Connection contoso-branch: failed',
});
const failed = { severity: 'warning', state: 'resolved', startsAt: '0', endsAt: '0' } as const;

/** One operation and what it says; quiet unless it failed. */
const said = (tag: RuleCase['tag'], name: string, fails: boolean, status?: string, message?: string): RuleCase => ({
  name,
  tag,
  given: [operation('SetConnectionConfiguration', '0', { ...(status && { status }), ...(message && { message }) })],
  expect: fails ? [failed] : [],
});

export const cases: readonly RuleCase[] = [
  said('quiet', 'success', false, 'Success', 'Operation completed'),
  {
    name: 'failed, with the message that lists what did',
    tag: 'firing',
    given: [FAILED],
    expect: [
      {
        ...failed,
        endedBy: 'event',
        labels: { gateway: GATEWAY.key },
        annotations: { cause: 'contoso-branch', operation: 'SetGatewayConfiguration', operationStatus: 'Failed' },
      },
    ],
  },
  said(
    'just-under',
    'success, and a message that counts no failure',
    false,
    'Success',
    '3 succeeded, 0 failed; errors: none',
  ),
  said('just-under', 'success, and an empty list of failures', false, 'Success', 'Succeeded: [IN_0,IN_1] Failed: []'),
  said('just-under', 'success, and nothing behind failed', false, 'Success', 'Succeeded: IN_0, IN_1. Failed: .'),
  said('just-under', 'success, and JSON without failures', false, 'Success', '{"Succeeded":["a"],"Failed":[]}'),
  said(
    'just-over',
    'success, and more behind an empty failure',
    true,
    'Success',
    'Configuration failed: . See details',
  ),
  said('just-over', 'success, and a part that failed', true, 'Success', 'partially-failed'),
  said('just-over', 'success, and connections that failed', true, 'Success', 'failed-connections: conn-1'),
  said('just-over', 'success, and a list of failures', true, 'Success', 'Succeeded: [IN_0] Failed: [IN_1]'),
  said(
    'just-under',
    'names with such words in them',
    false,
    'Success',
    'connection conn-fail of to-error-site updated',
  ),
  said('just-over', 'success, and a message that counts one', true, 'Success', '2 succeeded, 1 failed'),
  said('just-under', 'started says nothing of the outcome', false, 'Started'),
  said('just-over', 'a word that is no success', true, 'PartiallySucceeded'),
  said('more', 'no status, and a message that names no failure', false, undefined, 'Configuration applied'),
  said('more', 'no status, and a message that names one', true, undefined, 'The operation failed'),
  said('more', 'nothing said at all', false),
  { name: 'the record twice', tag: 'duplicate', given: [FAILED, FAILED], expect: [failed] },
  {
    name: 'the later failure arrives first',
    tag: 'out-of-order',
    given: [operation('MigrateCustomerSubscription', '+1h', { status: 'Failed' }), FAILED],
    expect: [failed, { ...failed, startsAt: '+1h', endsAt: '+1h' }],
  },
  { name: 'two days late', tag: 'late', given: [late('+2d', FAILED)], expect: [failed] },
  {
    name: 'both instances say so in one tick: one alert',
    tag: 'more',
    given: [
      operation('GatewayResourceMove', '0', { status: 'Failed', instance: 'IN_0' }),
      operation('GatewayResourceMove', '0', { status: 'Failed', instance: 'IN_1' }),
    ],
    expect: [failed],
  },
  {
    name: 'validation counts here',
    tag: 'more',
    given: [operation('ValidateGatewayConfiguration', '0', { status: 'Error' })],
    expect: [failed],
  },
  {
    name: 'other operations never do',
    tag: 'quiet',
    given: [
      operation('HostMaintenanceEvent', '0', { status: 'Failed' }),
      operation('reset', '+1m', { status: 'Failed' }),
    ],
    expect: [],
  },
];
