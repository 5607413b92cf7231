import { late, type RuleCase } from '../case.ts';
import { checkIn, closed, many, opened, restart } from '../facts.ts';

const open = (count: number) => many(count, (n) => opened(`user${n}`, '-10m'));
/** Closes the first sessions, one each 100 ms. */
const lose = (count: number, dpd = false) => many(count, (n) => closed(`user${n}`, `+${n * 100}ms`, { dpd }));

const lost = { severity: 'critical', state: 'resolved', startsAt: '0' } as const;

export const cases: readonly RuleCase[] = [
  { name: 'some leave', tag: 'quiet', given: [...open(60), ...lose(5)], expect: [] },
  {
    name: 'half of them at once',
    tag: 'firing',
    given: [...open(60), ...lose(30)],
    expect: [
      {
        ...lost,
        endsAt: '+2s900ms',
        endedBy: 'event',
        labels: { server: 'tunnel-1.contoso.example' },
        annotations: { sessionsLost: '30', sessionsBefore: '60', dpdShare: '0.00', cause: 'its restart' },
      },
    ],
  },
  { name: 'nineteen', tag: 'just-under', given: [...open(19), ...lose(19)], expect: [] },
  { name: 'twenty', tag: 'just-over', given: [...open(20), ...lose(20)], expect: [{ ...lost, endsAt: '+1s900ms' }] },
  { name: 'thirty of a hundred', tag: 'just-under', given: [...open(100), ...lose(30)], expect: [] },
  {
    name: 'thirty-one of a hundred',
    tag: 'just-over',
    given: [...open(100), ...lose(31)],
    expect: [{ ...lost, endsAt: '+3s' }],
  },
  {
    name: 'the twentieth a minute after the first',
    tag: 'just-over',
    given: [...open(20), ...lose(19), closed('user19', '+1m')],
    expect: [{ ...lost, endsAt: '+1m' }],
  },
  {
    name: 'the twentieth later than that',
    tag: 'just-under',
    given: [...open(20), ...lose(19), closed('user19', '+1m1ms')],
    expect: [],
  },
  {
    name: 'every line twice is not twice as many',
    tag: 'duplicate',
    given: [...open(19), ...lose(19), ...open(19), ...lose(19)],
    expect: [],
  },
  {
    name: 'the ends arrive before the beginnings',
    tag: 'out-of-order',
    given: [...lose(31), ...open(100)],
    expect: [{ ...lost, endsAt: '+3s' }],
  },
  {
    name: 'the last of them arrives late',
    tag: 'late',
    given: [...open(20), ...lose(19), late('+30m', closed('user19', '+5s'))],
    meanwhile: [],
    expect: [{ ...lost, endsAt: '+5s' }],
  },
  {
    name: 'probes never count',
    tag: 'more',
    given: many(40, (n) => closed(`probe${n}`, `+${n}ms`, { probe: true })),
    expect: [],
  },
  {
    name: 'two kinds of lines tell of the same sessions: one loss',
    tag: 'more',
    given: [
      ...open(40),
      ...many(40, (n) => opened(`user${n}`, '-10m', { view: 'telemetry' })),
      ...lose(40),
      ...many(40, (n) => closed(`user${n}`, `+${n * 100 + 50}ms`, { view: 'telemetry' })),
    ],
    expect: [{ ...lost, endsAt: '+3s950ms', annotations: { sessionsLost: '40', sessionsBefore: '40' } }],
  },
  {
    name: 'half by dead peer detection: the network',
    tag: 'more',
    given: [...open(40), ...lose(20, true), ...many(20, (n) => closed(`user${20 + n}`, '+5s'))],
    expect: [{ ...lost, endsAt: '+5s', annotations: { dpdShare: '0.50', cause: 'the network' } }],
  },
  {
    name: 'a session that lives within one second leaves nothing open',
    tag: 'more',
    given: [
      ...many(60, (n) => opened(`short${n}`, '-10m')),
      ...many(60, (n) => closed(`short${n}`, '-10m')),
      ...open(20),
      ...lose(20),
    ],
    expect: [
      { ...lost, startsAt: '-10m', endsAt: '-10m' },
      { ...lost, endsAt: '+1s900ms', annotations: { sessionsBefore: '20' } },
    ],
  },
  {
    name: 'again ten minutes later is another loss',
    tag: 'more',
    given: [
      ...open(20),
      ...lose(20),
      ...many(20, (n) => opened(`again${n}`, '+5m')),
      ...many(20, (n) => closed(`again${n}`, '+10m')),
    ],
    expect: [
      { ...lost, endsAt: '+1s900ms' },
      { ...lost, startsAt: '+10m', endsAt: '+10m' },
    ],
  },
  {
    name: 'a minute of normal leaving on a busy server, the first that is heard of it',
    tag: 'more',
    given: [checkIn('-1m', { activeConnections: 3000 }), ...many(40, (n) => closed(`user${n}`, `+${n}s`))],
    expect: [],
  },
  {
    name: 'ocserv was stopped just before: that is the cause',
    tag: 'more',
    given: [...open(60), restart('server.stopping', '-30s'), ...lose(30)],
    expect: [{ ...lost, endsAt: '+2s900ms', annotations: { cause: 'stopped or started' } }],
  },
  {
    name: 'a stop long before is none',
    tag: 'more',
    given: [...open(60), restart('server.stopping', '-61s'), ...lose(30)],
    expect: [{ ...lost, endsAt: '+2s900ms', annotations: { cause: 'its restart rather' } }],
  },
  {
    name: 'sessions of before a start are none to compare with: its log did not end them',
    tag: 'more',
    given: [
      ...many(200, (n) => opened(`before${n}`, '-20m')),
      restart('server.started', '-15m'),
      ...open(30),
      ...lose(20),
    ],
    expect: [{ ...lost, endsAt: '+1s900ms', annotations: { sessionsBefore: '30' } }],
  },
];
