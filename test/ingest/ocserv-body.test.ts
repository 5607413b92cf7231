import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bodyFields, mayTell } from '../../shared/ingest/ocserv/body.ts';

const pieces = fc.constantFrom(
  'main',
  'worker',
  'sec-mod',
  'other',
  '[',
  ']',
  '[user]',
  '[]',
  '[vhost:v]',
  '[vhost:v: u]',
  ':',
  ': ',
  ' ',
  '203.0.113.7',
  '203.0.113.7:50001 ',
  '256.1.1.1 ',
  '1.2.3.4:',
  '::1 ',
  'a',
  'main.c:12: ',
  'x: ',
  'new user session',
  'sent periodic stats',
  '[unknown] ',
  'é',
  '\t',
  '7',
  "user 'u' disconnected",
  'Latency: Median Total 1 RMS Total 2 Sample Count 3',
  'have not received TCP DPD',
  'rejected ',
  'cmd ',
);
const anything = fc.array(pieces, { maxLength: 6 }).map((parts) => parts.join(''));
const usual = fc
  .tuple(
    fc.constantFrom('main', 'worker', 'sec-mod'),
    fc.constantFrom('', '[user]'),
    fc.constantFrom(':', ': '),
    anything,
  )
  .map((parts) => parts.join(''));
const body = fc.oneof(anything, usual);

it('overlooks no message that tells something', () => {
  let telling = 0;
  let chatter = 0;
  fc.assert(
    fc.property(body, (message) => {
      const tells = bodyFields(message).event !== null;
      if (tells) telling++;
      if (mayTell(message)) return;
      expect(tells, message).toBe(false);
      chatter++;
    }),
    { numRuns: Number(process.env['RUNS'] ?? 2_000) },
  );
  expect(telling).toBeGreaterThan(20);
  expect(chatter).toBeGreaterThan(20);
});

it.each([
  'sec-mod: received request from pid 7914 and uid 65534',
  'sec-mod: cmd [size=57] sm: sign',
  "main:203.0.113.226:17716 main received worker's message 'session info' of 66 bytes",
  "worker: 203.0.113.110 User-agent: 'MobileAccess iOS 1.1.34040102'",
  'worker[403fefe0]: 203.0.113.138 sent periodic stats (in: 46492, out: 40181) to sec-mod',
])('knows chatter at a glance: %s', (message) => {
  expect(mayTell(message)).toBe(false);
});

it.each([
  ['main[u]:203.0.113.7:50001 new user session', 'u', '203.0.113.7', 50_001, 'new user session'],
  ['main[u][vhost:v]: 203.0.113.7:50001  user logged in', 'u', '203.0.113.7', 50_001, 'user logged in'],
  ['main[vhost:v.example: u v]:203.0.113.7:50001 user logged in', 'u v', '203.0.113.7', 50_001, 'user logged in'],
  ['worker[vhost:v]: 203.0.113.7 cmd', null, '203.0.113.7', null, 'cmd'],
  ['worker: [vhost:v] 203.0.113.7[vhost:v] cmd', null, '203.0.113.7', null, 'cmd'],
  ['main[vhost:v][u]:[2001:db8::7]:443[vhost:v] cmd', 'u', '2001:db8::7', 443, 'cmd'],
  ['worker: [unknown] ::1 cmd', null, '::1', null, 'cmd'],
  ['worker: [unknown]  cmd', null, null, null, ' cmd'],
  ['main: 256.1.1.1  cmd', null, null, null, '256.1.1.1  cmd'],
  ['main: a[b cmd', null, null, null, 'a[b cmd'],
  ['main[u 203.0.113.7 cmd', null, null, null, 'main[u 203.0.113.7 cmd'],
])('tells the peer from the message: %s', (body, user, peerAddress, peerPort, message) => {
  expect(bodyFields(body)).toMatchObject({ user, peerAddress, peerPort, message });
});
