import { late, type RuleCase } from '../case.ts';
import { badLine, closed, every, heard, type Offset, opened } from '../facts.ts';

const bad = (offset: Offset) =>
  badLine('mstunnel.podman-checkup-failed', offset, 'Error executing Checkup', { pid: '88' });
const detail = (container: string, offset: Offset, pid = '88') =>
  badLine('mstunnel.checkup-detail', offset, container, { container, pid });
/** The server writes a line a minute. */
const lines = (from: Offset, to: Offset) => every('+1m', from, to).map(heard);

const failed = { severity: 'warning', state: 'firing', startsAt: '+30s', endsAt: null } as const;
const over = { ...failed, state: 'resolved', endsAt: '+30m30s', endedBy: 'clock' } as const;

export const cases: readonly RuleCase[] = [
  { name: 'the server only writes other lines', tag: 'quiet', given: lines('0', '+10m'), expect: [] },
  {
    name: 'one line is enough',
    tag: 'firing',
    given: [heard('0'), bad('+30s')],
    expect: [
      {
        ...failed,
        labels: { server: 'tunnel-1.contoso.example' },
        annotations: { remedy: 'Restart the Podman containers' },
      },
    ],
  },
  {
    name: 'reporting without it for less than half an hour',
    tag: 'just-under',
    given: [bad('+30s'), ...lines('+1m', '+30m')],
    expect: [failed],
  },
  {
    name: 'reporting without it for half an hour',
    tag: 'just-over',
    given: [bad('+30s'), ...lines('+1m', '+31m')],
    expect: [over],
  },
  { name: 'the same line by two routes', tag: 'duplicate', given: [bad('+30s'), bad('+30s')], expect: [failed] },
  {
    name: 'the lines after it arrive before it',
    tag: 'out-of-order',
    given: [...lines('+1m', '+31m'), bad('+30s')],
    expect: [over],
  },
  {
    name: 'another one arrives late: it was not over yet',
    tag: 'late',
    given: [bad('+30s'), ...lines('+1m', '+31m'), late('+50m', bad('+20m30s'))],
    meanwhile: [over],
    expect: [failed],
    disproved: 0,
  },
  {
    name: 'another one begins the wait anew',
    tag: 'more',
    given: [bad('+30s'), ...lines('+1m', '+20m'), bad('+20m30s'), ...lines('+21m', '+51m')],
    expect: [{ ...failed, state: 'resolved', endsAt: '+50m30s' }],
  },
  {
    name: 'a server that says little goes on reporting too',
    tag: 'more',
    given: [bad('0'), heard('+10m'), heard('+20m'), heard('+30m')],
    expect: [{ ...over, startsAt: '0', endsAt: '+30m' }],
  },
  {
    name: 'heard again after a silence: the wait begins anew',
    tag: 'more',
    given: [bad('0'), heard('+10m'), heard('+41m'), heard('+1h')],
    expect: [{ ...failed, startsAt: '0' }],
  },
  {
    name: 'half an hour after the silence it is over',
    tag: 'more',
    given: [bad('0'), heard('+41m'), heard('+60m'), heard('+71m')],
    expect: [{ ...over, startsAt: '0', endsAt: '+71m' }],
  },
  { name: 'silence of the whole server ends nothing', tag: 'more', given: [bad('+30s')], now: '+1d', expect: [failed] },
  {
    name: 'silent for hours, and the first thing it says is the same again: it never ended',
    tag: 'more',
    given: [heard('0'), bad('+30s'), heard('+3h'), bad('+3h30s')],
    expect: [failed],
  },
  {
    name: 'sessions do not end it',
    tag: 'more',
    given: [bad('+30s'), opened('a', '+1m'), closed('a', '+2m')],
    now: '+1h',
    expect: [failed],
  },
  {
    name: 'back after it was over: another alert',
    tag: 'more',
    given: [bad('+30s'), ...lines('+1m', '+31m'), bad('+40m')],
    expect: [over, { ...failed, startsAt: '+40m' }],
  },
  {
    name: 'a later line of the block names the container',
    tag: 'more',
    given: [bad('+30s'), detail('agent', '+30s'), detail('server', '+31s')],
    expect: [{ ...failed, annotations: { containers: 'agent, server' } }],
  },
  {
    name: 'the lines of the block in any order',
    tag: 'out-of-order',
    given: [detail('agent', '+30s'), bad('+30s')],
    expect: [{ ...failed, annotations: { containers: 'agent' } }],
  },
  {
    name: 'the line of another process, and one long after, are not of the block',
    tag: 'more',
    given: [bad('+30s'), detail('agent', '+30s', '99'), detail('server', '+36s'), detail('agent', '+35s')],
    expect: [{ ...failed, annotations: { containers: 'agent' } }],
  },
  {
    name: 'a detail alone is no failure',
    tag: 'quiet',
    given: [detail('agent', '+30s'), heard('+1m')],
    expect: [],
  },
];
