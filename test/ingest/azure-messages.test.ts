import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { p2sMessage } from '../../shared/ingest/azure/p2s-message.ts';
import { regionOf } from '../../shared/ingest/azure/region.ts';
import { routeMessage } from '../../shared/ingest/azure/route-message.ts';

/** Synthetic sentences: no message of this log is public, so each says the same in another order. */
describe('the message of a route event', () => {
  it.each([
    ['BGP peer 10.1.0.4 connected', '10.1.0.4'],
    ['Peer: 10.1.0.4 (ASN 65010) is down', '10.1.0.4'],
    ['Connection to neighbor 10.1.0.4:179 closed', '10.1.0.4'],
    ['Local 10.0.255.4:179 Remote 10.1.0.4:179', '10.1.0.4'],
    ['10.0.255.4 lost its BGP peer 10.1.0.4', '10.1.0.4'],
    ['session with 10.1.0.4 from self 10.0.255.4', '10.1.0.4'],
    ['10.1.0.4 connected.', '10.1.0.4'],
    ['peering with fd00:1::0004: up', 'fd00:1::4'],
    ['peer ::ffff:10.1.0.4 is up', '10.1.0.4'],
    ['peer 10.1.0.4 withdrew 10.2.0.0/16', '10.1.0.4'],
    ['Instance 0: peer 10.1.0.4 disconnected', '10.1.0.4'],
    ['LocalAddress=10.0.0.30 PeerAddress=10.1.0.4', '10.1.0.4'],
    ['peerIp 10.1.0.4, localIp 10.0.0.30', '10.1.0.4'],
    ['10.0.0.30, remote_address: 10.1.0.4', '10.1.0.4'],
    ['Instance 0: BGP session with 10.1.0.4 went down', '10.1.0.4'],
    ['Local ASN 65515. BGP session to 10.1.0.4 is disconnected', '10.1.0.4'],
    ['Connection via IPsec tunnel to 10.1.0.4 lost', '10.1.0.4'],
    ['On instance GatewayTenantWorker_IN_0, 10.1.0.4 disconnected', '10.1.0.4'],
    ['local_address: 10.0.0.30', null],
    ['at 09:10:11 the session of version 1.2.3.4.5 ended', null],
    ['peer 10.1.0.400 connected', null],
    ['next hop 203.0.113.10', null],
    ['', null],
  ])('%s', (message, peer) => {
    expect(routeMessage(message).peer).toBe(peer);
  });

  it.each([
    ['added 10.2.0.0/16, 10.3.0.0/16', ['10.2.0.0/16', '10.3.0.0/16'], [], []],
    ['Withdrawn routes: 10.2.0.0/16', [], ['10.2.0.0/16'], []],
    ['10.2.0.0/16 was removed', [], ['10.2.0.0/16'], []],
    ['learned 10.2.0.0/16 and withdrew 10.3.0.0/16', ['10.2.0.0/16'], ['10.3.0.0/16'], []],
    ['10.2.0.0/16 removed, 10.3.0.0/16 added', ['10.3.0.0/16'], ['10.2.0.0/16'], []],
    ['10.2.0.0/16, 10.3.0.0/16 were withdrawn', [], ['10.2.0.0/16', '10.3.0.0/16'], []],
    ['routes 10.2.0.0/16 10.2.0.0/16', [], [], ['10.2.0.0/16']],
    ['added 2001:DB8::/32', ['2001:db8::/32'], [], []],
    ['added 10.2.0.0/33 and 10.2.0/16', [], [], []],
  ])('%s', (message, added, withdrawn, other) => {
    expect(routeMessage(message)).toMatchObject({ added, withdrawn, other });
  });
});

describe('the message of a point-to-site event', () => {
  const id = '[MSG] [default] [OVPN_00C0FFEE]';
  it.each([
    [
      `${id} Connect request received. IP=0.0.113.5:49152`,
      { step: 'requested', clientIp: '0.0.113.5', assignedIp: null },
    ],
    [
      `${id} AAD authentication succeeded. Username=***user@contoso.example`,
      { step: 'authenticated', user: '***user@contoso.example' },
    ],
    [
      `${id} Connection successful. Username=***a b@contoso.example IP=10.0.0.1`,
      { step: 'connected', user: '***a b@contoso.example', assignedIp: '10.0.0.1', clientIp: null },
    ],
    [`${id} Connection failed. Reason=pool exhausted IP=0.0.113.5:1`, { step: 'failed', assignedIp: null }],
    [`${id} RADIUS authentication failed`, { step: 'failed' }],
    [`${id} TLS handshake failed`, { step: 'failed' }],
    [`${id} Client disconnected`, { step: 'disconnected' }],
    [`${id} Something else`, { step: null, protocol: 'openvpn', session: 'OVPN_00C0FFEE' }],
    ['[OVPN_00C0FFEE] Connection successful.', { step: 'connected', assignedIp: null }],
    ['[MSG] Connection successful. [OVPN_00C0FFEE]', { step: null, session: null, protocol: 'unknown' }],
    ['[MSG] [default] [OVPN_] Connection successful.', { step: null, session: null }],
    ['[MSG] [default] [SSTP_00C0FFEE] Connection successful.', { step: null, session: null }],
    ['SESSION_ID :{0c0ffee0-0000-4000-8000-0000000000d4} Connection failed', { step: 'failed', protocol: 'ikev2' }],
    ['Connection failed.', { step: null, session: null, protocol: 'unknown' }],
  ])('%s', (message, expected) => {
    expect(p2sMessage(message)).toMatchObject(expected);
  });
});

it.each([
  ['East US 2', 'eastus2'],
  ['eastus2', 'eastus2'],
  ['EAST-US-2', 'eastus2'],
  ['Global', null],
  ['', null],
])('the region %s is %s', (stated, region) => {
  expect(regionOf(stated)).toBe(region);
});

/** Pieces that make a search go back and forth. */
const piece = fc.constantFrom(
  '[',
  ']',
  '[MSG] ',
  '[OVPN_',
  'a',
  '=',
  ' a=',
  ' ',
  '10.',
  '1',
  ':',
  '::',
  '/1',
  'peer ',
  'add',
  '\n',
  '"',
);

it('reads any text, however long, at once', () => {
  const text = fc
    .array(piece, { minLength: 1, maxLength: 40 })
    .map((pieces) => pieces.join('').repeat(20_000 / pieces.length));
  fc.assert(
    fc.property(text, (message) => {
      const startedAt = performance.now();
      p2sMessage(message);
      routeMessage(message);
      expect(performance.now() - startedAt).toBeLessThan(500);
    }),
    { numRuns: 60 },
  );
});
