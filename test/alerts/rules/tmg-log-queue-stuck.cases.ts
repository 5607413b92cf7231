import { late, type RuleCase } from '../case.ts';
import { logStatus, queueListed } from '../facts.ts';

const stuck = { severity: 'critical', state: 'firing', startsAt: '+20m', endsAt: null } as const;
const STOPPED = [logStatus('in-use', '+5m'), queueListed(['A1', 'A2'], '+10m', '+4m')];
const STUCK = [...STOPPED, logStatus('ready', '+20m'), queueListed(['A1', 'A2'], '+30m', '+4m')];

export const cases: readonly RuleCase[] = [
  {
    name: 'the destination is stopped: the queue grows and its oldest file stands still',
    tag: 'quiet',
    given: [
      ...STOPPED,
      queueListed(['A1', 'A2', 'A3'], '+20m', '+4m'),
      queueListed(['A1', 'A2', 'A3', 'A4'], '+30m', '+4m'),
    ],
    expect: [],
  },
  {
    name: 'ready, and the file is still there',
    tag: 'firing',
    given: STUCK,
    expect: [
      {
        ...stuck,
        labels: { server: 'tmg-1' },
        annotations: { file: 'A1', remedy: 'TMG Control', cause: 'mspadmin.exe' },
      },
      { rule: 'tmg.log-queue-in-use', severity: 'warning', state: 'resolved', startsAt: '+5m', endsAt: '+20m' },
      { rule: 'tmg.log-queue-in-use', severity: 'warning', state: 'firing', startsAt: '+20m', endsAt: null },
    ],
  },
  {
    name: 'the oldest file advances: slow, not stuck',
    tag: 'just-under',
    given: [
      ...STOPPED,
      logStatus('ready', '+20m'),
      queueListed(['A2', 'A3'], '+30m', '+6m'),
      queueListed(['A3', 'A4'], '+40m', '+8m'),
    ],
    expect: [],
  },
  {
    name: 'newer files were taken, the oldest was not',
    tag: 'just-over',
    given: [queueListed(['A1', 'A2', 'A3'], '+20m', '+4m'), queueListed(['A1', 'A3'], '+30m', '+4m')],
    expect: [stuck],
  },
  { name: 'each fact twice', tag: 'duplicate', given: [...STUCK, ...STUCK], expect: [stuck] },
  { name: 'the other way round', tag: 'out-of-order', given: [...STUCK].reverse(), expect: [stuck] },
  {
    name: 'the ready status arrives late',
    tag: 'late',
    given: [...STOPPED, queueListed(['A1', 'A2'], '+30m', '+4m'), late('+50m', logStatus('ready', '+20m'))],
    meanwhile: [],
    expect: [stuck],
  },
  {
    name: 'the file is gone',
    tag: 'more',
    given: [...STUCK, queueListed(['A2'], '+40m', '+6m')],
    expect: [{ ...stuck, state: 'resolved', endsAt: '+40m', endedBy: 'fact' }],
  },
  {
    name: 'the queue is empty',
    tag: 'more',
    given: [...STUCK, queueListed([], '+40m')],
    expect: [{ ...stuck, state: 'resolved', endsAt: '+40m', endedBy: 'fact' }],
  },
  {
    name: 'a status alone does not say that the file is gone',
    tag: 'more',
    given: [...STUCK, logStatus('in-use', '+40m'), logStatus('ready', '+50m')],
    expect: [stuck],
  },
  {
    name: 'all newer ones were taken',
    tag: 'more',
    given: [queueListed(['A1', 'A2'], '+20m'), queueListed(['A1'], '+30m')],
    expect: [stuck],
  },
  {
    name: 'first listed after ready: only the second listing says that it stays',
    tag: 'more',
    given: [logStatus('ready', '+20m'), queueListed(['A1'], '+25m', '+4m')],
    expect: [],
  },
  {
    name: 'first listed after ready, twice',
    tag: 'more',
    given: [logStatus('ready', '+10m'), queueListed(['A1'], '+20m', '+4m'), queueListed(['A1'], '+30m', '+4m')],
    expect: [stuck],
  },
  {
    name: 'ready yesterday says nothing of a file written today',
    tag: 'more',
    given: [
      logStatus('ready', '-1d'),
      queueListed(['A1', 'A2'], '+20m', '+4m'),
      queueListed(['A1', 'A2'], '+30m', '+4m'),
    ],
    expect: [],
  },
  {
    name: 'down again: no longer known to be back',
    tag: 'more',
    given: [
      ...STOPPED,
      logStatus('ready', '+20m'),
      logStatus('in-use', '+21m'),
      queueListed(['A1', 'A2'], '+30m', '+4m'),
    ],
    expect: [],
  },
  {
    name: 'ready for one log while the other waits is not back',
    tag: 'more',
    given: [
      logStatus('in-use', '+5m', 'firewall'),
      queueListed(['A1', 'A2'], '+10m', '+4m'),
      logStatus('ready', '+20m', 'web'),
      queueListed(['A1', 'A2'], '+30m', '+4m'),
    ],
    expect: [],
  },
  {
    name: 'rows on their own decide nothing',
    tag: 'more',
    given: [
      queueListed(['A1', 'A2'], '+20m'),
      queueListed(['A2'], '+25m', undefined, false),
      queueListed(['A1', 'A2'], '+30m'),
    ],
    expect: [],
  },
];
