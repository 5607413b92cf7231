import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifyToken } from '../../../infra/local/broker/shared-access.ts';

const key = 'synthetic-key';
const nowMs = 1_795_000_000_000;
const audience = 'sb://127.0.0.1:5673/Tunnels/ConsumerGroups/$default/Partitions/0';

function token({
  resource = audience,
  expiry = nowMs / 1000 + 60,
  signedBy = key,
  keyName = 'RootManageSharedAccessKey',
}) {
  const sr = encodeURIComponent(resource);
  const signature = createHmac('sha256', signedBy).update(`${sr}\n${expiry}`).digest('base64');
  return `SharedAccessSignature sr=${sr}&sig=${encodeURIComponent(signature)}&se=${expiry}&skn=${keyName}`;
}

describe('verifyToken', () => {
  it.each([
    { name: 'for the audience', given: token({}) },
    { name: 'for the hub that the audience is in', given: token({ resource: 'sb://127.0.0.1:5673/tunnels' }) },
    { name: 'for the whole namespace', given: token({ resource: 'sb://127.0.0.1:5673/' }) },
  ])('takes a token $name', ({ given }) => {
    expect(verifyToken(given, audience, key, nowMs)).toEqual({ isValid: true, expiresAtMs: nowMs + 60_000 });
  });

  it.each([
    { name: 'of another key', given: token({ signedBy: 'other' }) },
    { name: 'of another key name', given: token({ keyName: 'ListenOnly' }) },
    { name: 'that is expired', given: token({ expiry: nowMs / 1000 }) },
    { name: 'whose expiry is no number', given: token({ expiry: Number.NaN }) },
    { name: 'for another hub', given: token({ resource: 'sb://127.0.0.1:5673/other' }) },
    { name: 'for a hub whose name only begins alike', given: token({ resource: 'sb://127.0.0.1:5673/tun' }) },
    { name: 'with a later expiry than was signed', given: token({}).replace(/se=\d+/, 'se=9999999999') },
    { name: 'that is broken off', given: 'SharedAccessSignature sr=' },
    { name: 'that is something else', given: 'Bearer abc' },
    { name: 'with a bad escape', given: token({}).replace('sig=', 'sig=%') },
  ])('refuses a token $name', ({ given }) => {
    expect(verifyToken(given, audience, key, nowMs).isValid).toBe(false);
  });
});
