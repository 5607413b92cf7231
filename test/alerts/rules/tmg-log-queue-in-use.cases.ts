import { late, type RuleCase } from '../case.ts';
import { logStatus, ofTmg, queueListed } from '../facts.ts';

const inUse = { severity: 'warning', state: 'firing', startsAt: '+10m', endsAt: null } as const;
const over = { ...inUse, state: 'resolved', endsAt: '+20m', endedBy: 'fact' } as const;

export const cases: readonly RuleCase[] = [
  { name: 'ready and empty', tag: 'quiet', given: [logStatus('ready', '0'), queueListed([], '+1m')], expect: [] },
  {
    name: 'the status says so',
    tag: 'firing',
    given: [logStatus('in-use', '+10m'), logStatus('in-use', '+11m')],
    expect: [{ ...inUse, labels: { server: 'tmg-1' }, annotations: { summary: 'log queue', remedy: 'SQL Server' } }],
  },
  { name: 'no file', tag: 'just-under', given: [queueListed([], '+10m')], expect: [] },
  { name: 'one file', tag: 'just-over', given: [queueListed(['A1'], '+10m')], expect: [inUse] },
  {
    name: 'the status twice',
    tag: 'duplicate',
    given: [logStatus('in-use', '+10m'), logStatus('in-use', '+10m')],
    expect: [inUse],
  },
  {
    name: 'ready arrives first',
    tag: 'out-of-order',
    given: [logStatus('ready', '+20m'), logStatus('in-use', '+10m')],
    expect: [over],
  },
  {
    name: 'ready arrives late',
    tag: 'late',
    given: [logStatus('in-use', '+10m'), late('+50m', logStatus('ready', '+20m'))],
    meanwhile: [inUse],
    expect: [over],
    disproved: 0,
  },
  {
    name: 'ready ends it',
    tag: 'more',
    given: [queueListed(['A1'], '+10m'), logStatus('ready', '+20m')],
    expect: [over],
  },
  {
    name: 'an empty queue ends it',
    tag: 'more',
    given: [logStatus('in-use', '+10m'), queueListed([], '+20m')],
    expect: [over],
  },
  {
    name: 'ready for one log while the other waits ends nothing',
    tag: 'more',
    given: [
      logStatus('in-use', '+10m', 'firewall'),
      logStatus('in-use', '+11m', 'web'),
      logStatus('ready', '+20m', 'web'),
    ],
    expect: [inUse],
  },
  {
    name: 'ready for both ends it',
    tag: 'more',
    given: [
      logStatus('in-use', '+10m', 'firewall'),
      logStatus('in-use', '+11m', 'web'),
      logStatus('ready', '+15m', 'web'),
      logStatus('ready', '+20m', 'firewall'),
    ],
    expect: [over],
  },
  {
    name: 'it began when the oldest file was written',
    tag: 'more',
    given: [queueListed(['A1', 'A2'], '+30m', '+10m')],
    expect: [inUse],
  },
  {
    name: 'but never before it was last known to be empty',
    tag: 'more',
    given: [queueListed(['A1'], '+10m'), queueListed([], '+20m'), queueListed(['A2'], '+40m', '+5m')],
    expect: [over, { ...inUse, startsAt: '+20m' }],
  },
  {
    name: 'a row on its own says that there are files',
    tag: 'more',
    given: [queueListed(['A1'], '+10m', undefined, false)],
    expect: [inUse],
  },
  {
    name: 'silence ends nothing',
    tag: 'more',
    given: [logStatus('in-use', '+10m'), ofTmg('tmg.heard', '+1h')],
    now: '+1d',
    expect: [inUse],
  },
];
