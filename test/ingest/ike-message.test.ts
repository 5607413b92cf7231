import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readIkeMessage } from '../../shared/ingest/azure/ike-message.ts';
import { IKE_CAUSES, mayTell, sayingOf } from '../../shared/ingest/azure/ike-phrases.ts';
import { ike } from '../../shared/ingest/facts/ike.ts';
import type { LogRecord } from '../../shared/model/record.ts';

const GUID = '0A1B2C3D-0000-4000-8000-00000000000E';
const HEAD = `SESSION_ID :{${GUID}} Remote 203.0.113.7:500: Local 198.51.100.4:4500: `;

describe('the head of an IKE message', () => {
  it('is read in all three shapes', () => {
    const peers = { remote: { address: '203.0.113.7', port: 500 }, local: { address: '198.51.100.4', port: 4500 } };
    const none = { remote: undefined, local: undefined };
    expect(readIkeMessage(`${HEAD}[SEND] x`)).toMatchObject({
      session: GUID.toLowerCase(),
      ...peers,
      text: '[SEND] x',
    });
    expect(readIkeMessage(`SESSION_ID :{${GUID}} [LOCAL] x`)).toMatchObject({ session: GUID.toLowerCase(), ...none });
    expect(readIkeMessage('[LOCAL] x')).toMatchObject({ session: undefined, ...none, text: '[LOCAL] x' });
  });

  it.each([
    ['a brace in the text is no end of the session', `${HEAD}[SEND] {a} b}`, { text: '[SEND] {a} b}' }],
    ['SESSION_ID inside the text is text', '[LOCAL] of SESSION_ID :{x} y', { session: undefined }],
    ['a session that is never closed is text', 'SESSION_ID :{abc [LOCAL] x', { session: undefined }],
    ['nothing behind the peers', HEAD.trim(), { text: '' }],
    ['no peers, though the word is there', `SESSION_ID :{${GUID}} Remote end went away`, { remote: undefined }],
    ['no address', 'Remote a.b.c.d:500: Local 198.51.100.4:500: x', { remote: undefined }],
    ['a port out of range', 'Remote 203.0.113.7:70000: Local 198.51.100.4:500: x', { remote: undefined }],
  ])('%s', (_name, message, expected) => {
    expect(readIkeMessage(message)).toMatchObject(expected);
  });

  it('reads each message for itself, whatever the one before named', () => {
    const port = (text: string) => readIkeMessage(text).local?.port;
    expect(port('Remote 203.0.113.7:500: Local 198.51.100.4:50')).toBe(50);
    expect(port('Remote 203.0.113.7:500: Local 198.51.100.4:500: x')).toBe(500);
    expect(port('Remote 203.0.113.7:500: Local 198.51.100.4:5')).toBe(5);
    expect(readIkeMessage('Remote 203.0.113.7:500: Local 198.51.100.4:500:').text).toBe('');
    expect(readIkeMessage('Remote 203.0.113.8:500: Local 198.51.100.4:500: x').remote?.address).toBe('203.0.113.8');
  });

  it('splits an IPv6 address on the last colon, also where the whole would be an address', () => {
    const { remote, local } = readIkeMessage('Remote 2001:db8::7:500: Local [2001:DB8::4]:4500: [SEND] x');
    expect(remote).toEqual({ address: '2001:db8::7', port: 500 });
    expect(local).toEqual({ address: '2001:db8::4', port: 4500 });
  });
});

describe('direction, exchange and cookies', () => {
  it.each([
    ['[SEND] Sending IKE_SA_INIT', 'send', 'sa-init'],
    ['[RECEIVED][SA_AUTH] x', 'received', 'auth'],
    ['[LOCAL_MSG] Main Mode failed', 'local', 'main-mode'],
    ['LOCAL_MSG QUICK_MODE', 'local', 'quick-mode'],
    ['[LOCAL] IkeCleanupMMNegotiation called', 'local', 'main-mode'],
    ['[SEND] CREATE_CHILD_SA', 'send', 'create-child'],
    ['[SEND] DPD request', 'send', 'dpd'],
    ['[RECEIVED] INFORMATIONAL', 'received', 'informational'],
    ['[RECEIVED][SA_AUTH] Received Traffic Selector payload request', 'received', 'traffic-selectors'],
    ['SENDING x', undefined, undefined],
    ['[SENDER] x', undefined, undefined],
    ['LOCALS only', undefined, undefined],
  ])('%s', (text, direction, exchange) => {
    expect(readIkeMessage(HEAD + text)).toMatchObject({ direction, exchange });
  });

  it.each(['rCookie 0', 'rCookie = 0', 'rCookie=0', 'rCookie: 0x0000000000000000', 'RCookie 0x0'])(
    '%s is the first message',
    (cookie) => {
      const text = `[SEND][SA_INIT] iCookie 0xABC1 ${cookie}`;
      expect(readIkeMessage(HEAD + text)).toMatchObject({ iCookie: 'abc1', rCookie: '0' });
    },
  );

  it('a cookie with a zero in it is no zero', () => {
    expect(readIkeMessage(`${HEAD}[SEND][SA_INIT] rCookie=0x0100`).rCookie).toBe('0100');
  });
});

const record = (message: string): LogRecord => ({
  format: 'azure-ike',
  position: { source: 'synthetic', line: 1, byte: 0 },
  flags: [],
  timestamp: '2026-11-22T09:00:05.1234567Z',
  precision: 7,
  severity: undefined,
  hostname: undefined,
  appName: undefined,
  procId: undefined,
  body: message,
  attributes: { message, resourceId: '/subscriptions/s/providers/Microsoft.Network/virtualNetworkGateways/gw1' },
});

describe('an IKE message', () => {
  const word = fc.constantFrom(
    ...'SESSION_ID|:{|}|Remote |Local |: |203.0.113.7:500|2001:db8::7:500|[SEND]|[RECEIVED][SA_INIT]|LOCAL_MSG|rCookie 0|iCookie=|0x|'.split(
      '|',
    ),
    ...'SA_INIT|IKE_AUTH|CREATE_CHILD_SA|Quick Mode|INFORMATIONAL|DPD|no response|dead peer |[ErrorCode] |0x35E9|error 13868|error |Traffic Selector|StartAddress'.split(
      '|',
    ),
    ...'established|tunnel closed with status |Policy match error|not |negotiation |timed out|SA_NEGOTIATION_FAILED|\u0000|é|\n'.split(
      '|',
    ),
  );
  const anyMessage = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(word, { maxLength: 20 }).map((words) => words.join('')),
  );

  it('of any text is read, and says what it says', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        const read = readIkeMessage(message);
        expect(message).toContain(read.text);
        const saying = sayingOf(read);
        if (saying?.type === 'failed') expect(IKE_CAUSES).toContain(saying.cause);
        for (const fact of ike.extract(record(message))) expect(fact.time <= '2026-11-22T09:00:05.1234567Z').toBe(true);
      }),
      { seed: 20261122, numRuns: 2_000 },
    );
  });

  it('that surely tells nothing has no step and no outcome', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        fc.pre(!mayTell(message));
        const read = readIkeMessage(message);
        expect(sayingOf(read)).toBeUndefined();
        expect(['dpd', 'informational', undefined]).toContain(read.exchange);
      }),
      { seed: 20261122, numRuns: 2_000 },
    );
  });

  it('is read back as it was built', () => {
    const address = fc.oneof(
      fc.ipV4(),
      fc.ipV6().filter((ip) => !ip.includes('.')),
    );
    const port = fc.constantFrom(500, 4500);
    fc.assert(
      fc.property(fc.uuid(), address, port, address, port, (session, remote, remotePort, local, localPort) => {
        const message = `SESSION_ID :{${session.toUpperCase()}} Remote ${remote}:${remotePort}: Local ${local}:${localPort}: [SEND] x`;
        expect(readIkeMessage(message)).toMatchObject({
          session,
          remote: { address: remote.toLowerCase(), port: remotePort },
          local: { address: local.toLowerCase(), port: localPort },
          text: '[SEND] x',
        });
      }),
      { seed: 20261122, numRuns: 500 },
    );
  });

  it('costs time in proportion to its length', () => {
    const timed = (message: string): number => {
      const from = performance.now();
      sayingOf(readIkeMessage(message));
      mayTell(message);
      return performance.now() - from;
    };
    for (const begin of [
      'SESSION_ID',
      'Remote 203.0.113.7:500: Local x',
      `${HEAD}rCookie`,
      `${HEAD}error`,
      `${HEAD}with status`,
    ])
      expect(timed(`${begin}${' '.repeat(100_000)}x{`), begin).toBeLessThan(2_000);
    for (const piece of ['tunnel ', 'error ', 'Cookie ', 'sa sa ', 'dpd ', ': Local ', '[', 'with status '])
      expect(timed(HEAD + piece.repeat(100_000 / piece.length)), piece).toBeLessThan(2_000);
  });
});
