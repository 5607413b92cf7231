import { late, type RuleCase } from './case.ts';
import {
  allMonitored,
  DIRECTORY,
  every,
  FIREWALL,
  firewallHeard,
  monitored,
  type Offset,
  useridError,
} from './facts.ts';

const DAY_BEFORE: Offset = '-23h';

/** What every trouble of a monitored server has in common; `other` is a condition that is not the rule's. */
export function useridCases(condition: string, code: string, other: string): readonly RuleCase[] {
  const bad = (offset: Offset) => monitored(condition, offset);
  const logged = (offset: Offset) => monitored(condition, offset, { told: 'log' });
  const line = (offset: Offset) => useridError(condition, offset, { code });
  const ofServer = {
    severity: 'warning',
    state: 'firing',
    startsAt: '+1m',
    endsAt: null,
    labels: { firewall: 'fw-1', vsys: 'vsys1', monitoredServer: 'dc-1' },
  } as const;
  const ofFirewall = { ...ofServer, labels: { firewall: 'fw-1' } };
  const heard = (kind: string, from: Offset, to: Offset) => every('+1m', from, to).map((at) => firewallHeard(at, kind));

  return [
    {
      name: 'connected, or something else',
      tag: 'quiet',
      entity: DIRECTORY,
      given: [monitored('connected', '0'), monitored(other, '+1m')],
      expect: [],
    },
    { name: 'a server shows it', tag: 'firing', entity: DIRECTORY, given: [bad('+1m')], expect: [ofServer] },
    {
      name: 'the log tells it and goes on without it for less than half an hour',
      tag: 'just-under',
      entity: DIRECTORY,
      given: [logged('+1m'), ...heard('firewall.heard', '+2m', '+30m')],
      expect: [ofServer],
    },
    {
      name: 'the log tells it and goes on without it for half an hour',
      tag: 'just-over',
      entity: DIRECTORY,
      given: [logged('+1m'), ...heard('firewall.heard', '+2m', '+31m')],
      expect: [{ ...ofServer, state: 'resolved', endsAt: '+31m', endedBy: 'clock' }],
    },
    { name: 'shown twice', tag: 'duplicate', entity: DIRECTORY, given: [bad('+1m'), bad('+1m')], expect: [ofServer] },
    {
      name: 'Connected arrives before it',
      tag: 'out-of-order',
      entity: DIRECTORY,
      given: [monitored('connected', '+5m'), bad('+1m')],
      expect: [{ ...ofServer, state: 'resolved', endsAt: '+5m', endedBy: 'fact' }],
    },
    {
      name: 'Connected arrives late',
      tag: 'late',
      entity: DIRECTORY,
      given: [bad('+1m'), late('+40m', monitored('connected', '+5m'))],
      meanwhile: [ofServer],
      expect: [{ ...ofServer, state: 'resolved', endsAt: '+5m' }],
      disproved: 0,
    },
    {
      name: 'another condition takes its place',
      tag: 'more',
      entity: DIRECTORY,
      given: [bad('+1m'), monitored(other, '+5m')],
      expect: [{ ...ofServer, state: 'resolved', endsAt: '+5m', endedBy: 'fact' }],
    },
    {
      name: 'what a command showed does not end because the log goes on',
      tag: 'more',
      entity: DIRECTORY,
      given: [bad('+1m'), ...heard('firewall.heard', '+2m', '+2h')],
      expect: [ofServer],
    },
    {
      name: 'silence ends nothing',
      tag: 'more',
      entity: DIRECTORY,
      given: [logged('+1m'), firewallHeard('+2m'), firewallHeard('+10h')],
      expect: [ofServer],
    },
    {
      name: 'a line of user-id.log is the cause, before or after',
      tag: 'more',
      entity: DIRECTORY,
      given: [bad('+1m'), line('+2m')],
      expect: [{ ...ofServer, annotations: { codes: code } }],
    },
    {
      name: 'a line of the day before is the cause',
      tag: 'more',
      entity: DIRECTORY,
      given: [line(DAY_BEFORE), bad('+1m')],
      now: '+2m',
      expect: [{ ...ofServer, annotations: { codes: code } }],
    },
    {
      name: 'a line about another server or vsys is not',
      tag: 'more',
      entity: DIRECTORY,
      given: [
        bad('+1m'),
        useridError(condition, '+2m', { code, server: 'dc-2.contoso.example' }),
        useridError(condition, '+3m', { code, vsys: 'vsys2' }),
        useridError(other, '+4m', { code: '16' }),
      ],
      expect: [ofServer],
    },
    {
      name: 'a line names the server in full',
      tag: 'more',
      entity: DIRECTORY,
      given: [bad('+1m'), useridError(condition, '+2m', { code, server: 'dc-1.contoso.example', vsys: 'vsys1' })],
      expect: [{ ...ofServer, annotations: { codes: code } }],
    },
    {
      name: 'user-id.log goes on without the line that was the cause',
      tag: 'more',
      entity: DIRECTORY,
      given: [bad('0'), line('+1m'), ...heard('userid.heard', '+2m', '+31m')],
      expect: [{ ...ofServer, startsAt: '0', state: 'resolved', endsAt: '+31m', endedBy: 'clock' }],
    },
    {
      name: 'a line alone is the trouble of the firewall',
      tag: 'more',
      entity: FIREWALL,
      given: [line('+1m'), line('+2m')],
      expect: [{ ...ofFirewall, annotations: { codes: code } }],
    },
    {
      name: 'a line of another condition is not its own',
      tag: 'more',
      entity: FIREWALL,
      given: [useridError(other, '+1m')],
      expect: [],
    },
    {
      name: 'user-id.log goes on without it for half an hour; other logs do not count',
      tag: 'more',
      entity: FIREWALL,
      given: [line('+1m'), ...heard('firewall.heard', '+2m', '+20m'), ...heard('userid.heard', '+2m', '+31m')],
      expect: [{ ...ofFirewall, state: 'resolved', endsAt: '+31m', endedBy: 'clock' }],
    },
    {
      name: 'all servers are connected',
      tag: 'more',
      entity: FIREWALL,
      given: [line('+1m'), allMonitored('', '+5m')],
      expect: [{ ...ofFirewall, state: 'resolved', endsAt: '+5m', endedBy: 'fact' }],
    },
    {
      name: 'one server is connected, which says nothing of the others',
      tag: 'more',
      entity: FIREWALL,
      given: [line('+1m'), allMonitored('', '+5m', { all: false })],
      expect: [ofFirewall],
    },
    {
      name: 'a server shows it: it is told of the server, and further lines are no news',
      tag: 'more',
      entity: FIREWALL,
      given: [line('+1m'), allMonitored(`${condition},zzz`, '+5m'), line('+6m')],
      expect: [{ ...ofFirewall, state: 'resolved', endsAt: '+5m', endedBy: 'superseded' }],
    },
    {
      name: 'after all were connected a line is news again',
      tag: 'more',
      entity: FIREWALL,
      given: [allMonitored(condition, '-5m'), line('-4m'), allMonitored('', '0'), line('+1m')],
      expect: [ofFirewall],
    },
  ];
}
