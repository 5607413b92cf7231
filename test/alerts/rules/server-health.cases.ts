import { late, type RuleCase, withRules, withThresholds } from '../case.ts';
import { checkIn, type Offset, timeAt } from '../facts.ts';

const cpu = (offset: Offset, cpuUsage: number) => checkIn(offset, { cpuUsage });
/** A check-in from which no check can say anything. */
const mute = (offset: Offset) => checkIn(offset, {});

const bothGood = (['+10m', '+15m'] as const).map((offset) => checkIn(offset, { latency: 5 }));

const warning = { severity: 'warning', state: 'firing', startsAt: '0', endsAt: null } as const;
const critical = { ...warning, severity: 'critical' } as const;

export const cases: readonly RuleCase[] = [
  { name: 'all is well', tag: 'quiet', given: [cpu('0', 20), cpu('+5m', 30)], expect: [] },
  {
    name: 'one bad sample pages nobody',
    tag: 'quiet',
    given: [cpu('0', 20), cpu('+5m', 100), cpu('+10m', 20)],
    expect: [],
  },
  {
    name: 'two bad ones in a row: since the first',
    tag: 'firing',
    given: [cpu('0', 96), cpu('+5m', 97)],
    expect: [
      {
        ...warning,
        labels: { server: 'tunnel-1.contoso.example' },
        annotations: { summary: 'not healthy: cpuUsage', checks: 'cpuUsage', cause: 'cpuUsage: ' },
      },
    ],
  },
  { name: 'at the healthy bound', tag: 'just-under', given: [cpu('0', 95), cpu('+5m', 95)], expect: [] },
  { name: 'a fraction above it', tag: 'just-over', given: [cpu('0', 95.1), cpu('+5m', 95.1)], expect: [warning] },
  {
    name: 'one bad sample is pending',
    tag: 'just-under',
    given: [cpu('0', 96)],
    expect: [{ ...warning, state: 'pending' }],
  },
  { name: 'both unhealthy', tag: 'just-over', given: [cpu('0', 100), cpu('+5m', 100)], expect: [critical] },
  {
    name: 'the same check-in twice is one sample',
    tag: 'duplicate',
    given: [cpu('0', 96), cpu('0', 96)],
    expect: [{ ...warning, state: 'pending' }],
  },
  {
    name: 'the first of the two arrives last',
    tag: 'out-of-order',
    given: [cpu('+5m', 97), cpu('0', 96)],
    expect: [warning],
  },
  {
    name: 'a good one in between arrives late: disproved',
    tag: 'late',
    given: [cpu('0', 96), cpu('+5m', 97), late('+20m', cpu('+3m', 20))],
    meanwhile: [warning],
    expect: [{ ...warning, state: 'pending', startsAt: '+5m' }],
    disproved: 1,
  },
  {
    name: 'worse is the same alert',
    tag: 'more',
    given: [cpu('0', 96), cpu('+5m', 97), cpu('+10m', 100), cpu('+15m', 100)],
    expect: [critical],
  },
  {
    name: 'one worse sample does not make it worse',
    tag: 'more',
    given: [cpu('0', 96), cpu('+5m', 97), cpu('+10m', 100)],
    expect: [warning],
  },
  {
    name: 'milder again stays as bad as it was',
    tag: 'more',
    given: [cpu('0', 100), cpu('+5m', 100), cpu('+10m', 96), cpu('+15m', 96)],
    expect: [critical],
  },
  {
    name: 'a good one, then a bad one: it goes on',
    tag: 'more',
    given: [cpu('0', 96), cpu('+5m', 97), cpu('+10m', 20), cpu('+15m', 97), cpu('+20m', 20)],
    expect: [warning],
  },
  {
    name: 'two good ones in a row end it',
    tag: 'more',
    given: [cpu('0', 96), cpu('+5m', 97), cpu('+10m', 20), cpu('+15m', 20)],
    expect: [{ ...warning, state: 'resolved', endsAt: '+15m', endedBy: 'fact' }],
  },
  {
    name: 'unknown ends nothing',
    tag: 'more',
    given: [cpu('0', 96), cpu('+5m', 97), mute('+10m'), mute('+15m'), cpu('+20m', 20), mute('+25m')],
    expect: [warning],
  },
  {
    name: 'good ones that leave out what was bad end nothing',
    tag: 'more',
    given: [
      cpu('0', 96),
      cpu('+5m', 97),
      ...(['+10m', '+15m'] as const).map((offset) => checkIn(offset, { memoryUsage: 20 })),
      cpu('+20m', 20),
    ],
    expect: [warning],
  },
  {
    name: 'good ones that leave out what was never bad end it',
    tag: 'more',
    given: [checkIn('0', { latency: 30 }), checkIn('+5m', { latency: 30 }), ...bothGood],
    expect: [{ ...critical, state: 'resolved', endsAt: '+15m' }],
  },
  { name: 'silence ends nothing', tag: 'more', given: [cpu('0', 96), cpu('+5m', 97)], now: '+2d', expect: [warning] },
  {
    name: 'another check each time is still one server that is not healthy',
    tag: 'more',
    given: [cpu('0', 96), checkIn('+5m', { diskSpaceFree: 4, cpuUsage: 20 })],
    expect: [{ ...warning, annotations: { checks: 'diskSpaceFree' } }],
  },
  {
    name: 'certificates, revocation and log uploads have rules of their own',
    tag: 'more',
    given: ['0', '+5m'].map((offset) =>
      checkIn(offset, {
        cpuUsage: 20,
        tlsCertificateNotAfter: timeAt('-1d'),
        managementAgentCertificateNotAfter: timeAt('-1d'),
        tlsCertificateRevocation: 'revoked',
        logsUploadedAt: timeAt('-1d'),
      }),
    ),
    expect: [],
  },
  {
    name: 'a stricter bound fires at once, from when it was saved',
    tag: 'more',
    given: [cpu('0', 70), cpu('+5m', 70)],
    now: '+7m',
    settings: withThresholds({ '+6m': { cpuUsage: { healthy: 50, unhealthy: 75 } } }),
    expect: [{ ...warning, startsAt: '+6m' }],
  },
  {
    name: 'a looser bound ends it at once, and the past stays as it was',
    tag: 'more',
    given: [cpu('0', 96), cpu('+5m', 96)],
    now: '+7m',
    settings: withThresholds({ '+6m': { cpuUsage: { healthy: 97, unhealthy: 100 } } }),
    expect: [{ ...warning, state: 'resolved', endsAt: '+6m' }],
  },
  {
    name: 'to and fro by bounds alone: two alerts that do not overlap',
    tag: 'more',
    given: [cpu('0', 96), cpu('+5m', 96)],
    now: '+10m',
    settings: withThresholds({ '+6m': { cpuUsage: { healthy: 97, unhealthy: 100 } }, '+8m': {} }),
    expect: [
      { ...warning, state: 'resolved', endsAt: '+6m' },
      { ...warning, startsAt: '+8m' },
    ],
  },
  {
    name: 'a bound saved between the two: bad since then',
    tag: 'more',
    given: [cpu('0', 70), cpu('+5m', 70)],
    settings: withThresholds({ '+2m': { cpuUsage: { healthy: 50, unhealthy: 75 } } }),
    expect: [{ ...warning, startsAt: '+2m' }],
  },
  {
    name: 'how many it takes are settings',
    tag: 'more',
    given: [cpu('0', 96), cpu('+5m', 20)],
    settings: withRules({ badCheckIns: 1, goodCheckIns: 1 }),
    expect: [{ ...warning, state: 'resolved', endsAt: '+5m' }],
  },
];
