import { late, type RuleCase } from '../case.ts';
import { listener } from '../facts.ts';

const silent = {
  severity: 'warning',
  state: 'firing',
  startsAt: '0',
  endsAt: null,
  labels: { firewall: 'fw-1', vsys: 'vsys1', listener: 'sender-1' },
} as const;
const tls = { transport: 'ssl' };

export const cases: readonly RuleCase[] = [
  { name: 'the count grows', tag: 'quiet', given: [listener(1, '0'), listener(2, '+1h')], expect: [] },
  {
    name: 'the count is 0',
    tag: 'firing',
    given: [listener(0, '0')],
    expect: [{ ...silent, annotations: { remedy: 'UDP 514', cause: 'is 0' } }],
  },
  {
    name: 'unchanged within 5 minutes',
    tag: 'just-under',
    given: [listener(7, '0'), listener(7, '+4m59s')],
    expect: [],
  },
  {
    name: 'unchanged for 5 minutes: silent since it was shown first',
    tag: 'just-over',
    given: [listener(7, '0'), listener(7, '+5m')],
    expect: [{ ...silent, annotations: { cause: 'has not grown' } }],
  },
  { name: 'the same output twice', tag: 'duplicate', given: [listener(7, '0'), listener(7, '0')], expect: [] },
  {
    name: 'the later output arrives first',
    tag: 'out-of-order',
    given: [listener(7, '+10m'), listener(7, '0')],
    expect: [silent],
  },
  {
    name: 'that it grew arrives late',
    tag: 'late',
    given: [listener(0, '0'), late('+40m', listener(3, '+5m'))],
    meanwhile: [silent],
    expect: [{ ...silent, state: 'resolved', endsAt: '+5m' }],
    disproved: 0,
  },
  {
    name: 'it grows: over',
    tag: 'more',
    given: [listener(7, '0'), listener(7, '+10m'), listener(8, '+20m')],
    expect: [{ ...silent, state: 'resolved', endsAt: '+20m', endedBy: 'fact' }],
  },
  {
    name: 'counted anew after a restart, and something came since',
    tag: 'more',
    given: [listener(7, '0'), listener(7, '+10m'), listener(2, '+20m')],
    expect: [{ ...silent, state: 'resolved', endsAt: '+20m' }],
  },
  { name: 'the state of UDP is N/A: normal', tag: 'quiet', given: [listener(null, '0')], expect: [] },
  { name: 'a listener that is not enabled', tag: 'quiet', given: [listener(0, '0', { enabled: false })], expect: [] },
  {
    name: 'the listener was turned off: over',
    tag: 'more',
    given: [listener(0, '0'), listener(0, '+5m', { enabled: false })],
    expect: [{ ...silent, state: 'resolved', endsAt: '+5m' }],
  },
  {
    name: 'TLS without a connection',
    tag: 'firing',
    given: [listener(null, '0', { ...tls, connected: false })],
    expect: [{ ...silent, annotations: { remedy: 'TCP 6514', cause: 'not connected' } }],
  },
  {
    name: 'TLS connects again',
    tag: 'more',
    given: [listener(null, '0', { ...tls, connected: false }), listener(null, '+5m', { ...tls, connected: true })],
    expect: [{ ...silent, state: 'resolved', endsAt: '+5m' }],
  },
  {
    name: 'a connection alone is no message',
    tag: 'more',
    given: [listener(0, '0', tls), listener(null, '+5m', { ...tls, connected: true })],
    expect: [silent],
  },
];
