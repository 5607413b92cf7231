import { describe, expect, it } from 'vitest';
import {
  currentSecrets,
  masked,
  receiverSchema,
  receiverSettingsSchema,
  routes,
} from '../../shared/notify/receiver.ts';
import { alertOf, NOW, receiverOf, toldOf } from './sample.ts';

const given = (changes: Record<string, unknown>) => ({
  id: 'on-call',
  url: 'https://hooks.contoso.example/alerts',
  secrets: [{ setting: 'ON_CALL_SECRET' }],
  ...changes,
});

describe('receiverSchema', () => {
  it('fills in what was left out', () => {
    expect(receiverSchema.parse(given({}))).toEqual({
      ...given({}),
      format: 'native',
      minSeverity: 'informational',
      matchers: [],
      language: 'en',
      enabled: true,
    });
  });

  it.each([
    ['an id that is no slug', { id: 'On Call' }, 'id'],
    ['an id that ends in a hyphen', { id: 'on-' }, 'id'],
    ['no URL', { url: undefined }, 'url'],
    ['a URL of another scheme', { url: 'ftp://contoso.example/' }, 'url'],
    ['the masked URL of a read', { url: 'https://hooks.contoso.example/***' }, 'url'],
    ['a format it does not know', { format: 'fax' }, 'format'],
    ['a severity it does not know', { minSeverity: 'severe' }, 'minSeverity'],
    ['a language it does not know', { language: 'la' }, 'language'],
    ['a label it does not know', { matchers: [{ label: 'colour', op: '=', value: 'red' }] }, 'matchers.0.label'],
    ['an operator it does not know', { matchers: [{ label: 'rule', op: '~', value: 'x' }] }, 'matchers.0.op'],
    ['a signed format without a secret', { secrets: [] }, 'secrets'],
    ['three secrets', { secrets: ['A', 'B', 'C'].map((setting) => ({ setting })) }, 'secrets'],
    ['the secret itself', { secrets: [{ setting: 'whsec_AAAA+BBBB==' }] }, 'secrets.0.setting'],
    ['an end that is no time', { secrets: [{ setting: 'A', notAfter: 'tomorrow' }] }, 'secrets.0.notAfter'],
  ])('refuses %s and says where', (_name, changes, path) => {
    const parsed = receiverSchema.safeParse(given(changes));
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });

  it('refuses fields it does not know, and takes the id from the path only', () => {
    expect(receiverSchema.safeParse(given({ colour: 'red' })).error?.issues[0]).toMatchObject({ keys: ['colour'] });
    expect(receiverSettingsSchema.safeParse(given({})).error?.issues[0]).toMatchObject({ keys: ['id'] });
  });
});

describe('routes', () => {
  const rule = (op: string, value: string) => ({ matchers: [{ label: 'rule', op, value }] });
  const label = (name: string, op: string, value: string) => ({ matchers: [{ label: name, op, value }] });

  it.each([
    ['no conditions', {}, true],
    ['disabled', { enabled: false }, 'not-routed'],
    ['severity just enough', { minSeverity: 'critical' }, true],
    ['rule equal', rule('=', 'tunnel.down'), true],
    ['rule equal in another case', rule('=', 'Tunnel.DOWN'), true],
    ['rule not equal', rule('=', 'tunnel.dow'), 'not-routed'],
    ['rule not that one', rule('!=', 'tunnel.down'), 'not-routed'],
    ['rule other than', rule('!=', 'tunnel.failover'), true],
    ['rule by prefix', rule('=~', 'tunnel.*'), true],
    ['rule by another prefix', rule('=~', 'session.*'), 'not-routed'],
    ['rule by suffix', rule('=~', '*.down'), true],
    ['rule by middle', rule('=~', 't*n*l*d*n'), true],
    ['pattern without a star is equality', rule('=~', 'tunnel'), 'not-routed'],
    ['dots are dots', rule('=~', 'tunnel?down'), 'not-routed'],
    ['head and tail must not share letters', rule('=~', 'tunnel.down*down'), 'not-routed'],
    ['star alone', rule('=~', '*'), true],
    ['rule outside a pattern', rule('!~', 'session.*'), true],
    ['rule inside a pattern', rule('!~', 'tunnel.*'), 'not-routed'],
    ['label equal', label('remoteIp', '=', '203.0.113.7'), true],
    ['label equal to another', label('remoteIp', '=', '203.0.113.8'), 'not-routed'],
    ['label that the alert lacks', label('server', '=', 'vpn01'), 'not-routed'],
    ['label that the alert lacks is not that', label('server', '!=', 'vpn01'), true],
    ['label that must be absent', label('server', '=', ''), true],
    [
      'one of two matchers',
      { matchers: [...rule('=', 'tunnel.down').matchers, ...label('gateway', '=', 'gw2').matchers] },
      'not-routed',
    ],
  ])('%s -> %s', (_name, receiver, expected) => {
    expect(routes(receiverOf(receiver), alertOf())).toBe(expected);
  });

  it('is below the severity only when it was never told higher', () => {
    const receiver = receiverOf({ minSeverity: 'critical' });
    expect(routes(receiver, alertOf({ severity: 'warning' }))).toBe('below-severity');
    expect(routes(receiver, alertOf({ severity: 'warning', told: toldOf({ severity: 'critical' }) }))).toBe(true);
  });

  it('stands a hostile pattern', () => {
    const alert = alertOf({ rule: 'a'.repeat(500) });
    const began = performance.now();
    expect(routes(receiverOf(rule('=~', `${'*a'.repeat(249)}*b`)), alert)).toBe('not-routed');
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

describe('masked', () => {
  it.each([
    ['https://hooks.contoso.example/alerts', 'https://hooks.contoso.example/alerts'],
    ['https://hooks.contoso.example', 'https://hooks.contoso.example/'],
    ['https://user:pass@hooks.contoso.example/a', 'https://hooks.contoso.example/a'],
    ['https://hooks.contoso.example/a?sig=abc#frag', 'https://hooks.contoso.example/a?***'],
    ['https://hooks.contoso.example/services/T0AB12/B0CD34/x9Yz', 'https://hooks.contoso.example/services/***/***/***'],
    ['http://127.0.0.1:8080/api/v1/hook', 'http://127.0.0.1:8080/api/v1/hook'],
    ['https://hooks.contoso.example/abcdefghijklmnopqrst', 'https://hooks.contoso.example/***'],
  ])('%s -> %s', (url, expected) => {
    expect(masked(receiverOf({ url }))).toEqual({ ...receiverOf({ url }), url: expected });
  });
});

describe('currentSecrets', () => {
  const rotation = receiverOf({
    secrets: [{ setting: 'OLD', notAfter: new Date(NOW).toISOString() }, { setting: 'NEW' }],
  });
  it('signs with both until the old one ends, without a gap', () => {
    expect(currentSecrets(rotation, NOW)).toEqual(['OLD', 'NEW']);
    expect(currentSecrets(rotation, NOW + 1)).toEqual(['NEW']);
  });
});
