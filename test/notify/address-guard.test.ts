import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { guardedLookup, isAllowed, type ResolvedAddress, refusalOfUrl } from '../../shared/notify/address-guard.ts';

const PUBLIC = { allowLocal: false };
const LOCAL = { allowLocal: true };
/** An address of a well-known public resolver: nothing connects to it here. */
const GOOD: ResolvedAddress = { address: '8.8.8.8', family: 4 };

describe('isAllowed', () => {
  it.each([
    ['8.8.8.8', 'public', true, true],
    ['2001:4860:4860::8888', 'public', true, true],
    ['127.0.0.1', 'loopback', false, true],
    ['127.255.255.254', 'loopback', false, true],
    ['::1', 'loopback', false, true],
    ['10.1.2.3', 'private', false, true],
    ['172.31.255.255', 'private', false, true],
    ['192.168.1.1', 'private', false, true],
    ['fd00::1', 'unique local', false, true],
    ['169.254.169.254', 'metadata service', false, false],
    ['fe80::1', 'link-local', false, false],
    ['168.63.129.16', 'Azure wire server', false, false],
    ['0.0.0.0', 'this host', false, false],
    ['::', 'unspecified', false, false],
    ['100.64.0.1', 'carrier NAT', false, false],
    ['192.0.0.1', 'reserved', false, false],
    ['198.18.0.1', 'benchmarking', false, false],
    ['203.0.113.7', 'documentation', false, false],
    ['224.0.0.1', 'multicast', false, false],
    ['255.255.255.255', 'broadcast', false, false],
    ['::ffff:127.0.0.1', 'mapped', false, false],
    ['::ffff:8.8.8.8', 'mapped, public inside', false, false],
    ['::7f00:1', 'IPv4-compatible', false, false],
    ['::127.0.0.1', 'IPv4-compatible, dotted', false, false],
    ['64:ff9b::a9fe:a9fe', 'NAT64', false, false],
    ['64:ff9b:1::1', 'local NAT64', false, false],
    ['2002:7f00:1::', '6to4', false, false],
    ['2001:0:1::', 'Teredo', false, false],
    ['fec0::1', 'site-local', false, false],
    ['ff02::1', 'multicast', false, false],
    ['2001:db8::1', 'documentation', false, false],
    ['localhost', 'no address', false, false],
    ['', 'nothing', false, false],
  ])('%s (%s): public %s, local run %s', (address, _name, inPublic, inLocal) => {
    expect(isAllowed(address, PUBLIC)).toBe(inPublic);
    expect(isAllowed(address, LOCAL)).toBe(inLocal);
  });

  it('refuses a configured host by its address', () => {
    expect(isAllowed('8.8.8.8', { ...LOCAL, blockedHosts: ['8.8.8.8'] })).toBe(false);
  });
});

describe('refusalOfUrl', () => {
  it.each([
    ['https://hooks.contoso.example/a', undefined],
    ['https://8.8.8.8/a', undefined],
    ['https://[2001:4860:4860::8888]/a', undefined],
    ['http://hooks.contoso.example/a', 'scheme-refused'],
    ['ftp://hooks.contoso.example/a', 'scheme-refused'],
    ['file:///etc/passwd', 'scheme-refused'],
    ['not a url', 'url-invalid'],
    ['https://127.0.0.1/', 'address-refused'],
    ['https://127.1/', 'address-refused'],
    ['https://2130706433/', 'address-refused'],
    ['https://0x7f.1/', 'address-refused'],
    ['https://017700000001/', 'address-refused'],
    ['https://①②⑦.0.0.1/', 'address-refused'],
    ['https://a@b.com@169.254.169.254/', 'address-refused'],
    ['https://168.63.129.16/', 'address-refused'],
    ['https://[::1]/', 'address-refused'],
    ['https://[::ffff:7f00:1]/', 'address-refused'],
    ['https://[::ffff:169.254.169.254]/', 'address-refused'],
    ['https://[64:ff9b::a9fe:a9fe]/', 'address-refused'],
    ['https://[2002:a9fe:a9fe::]/', 'address-refused'],
    ['https://127.0.0.1./', 'address-refused'],
    ['https://localhost/', 'host-refused'],
    ['https://LOCALHOST./', 'host-refused'],
    ['https://hook.localhost/', 'host-refused'],
    ['https://identity.internal.example/', 'host-refused'],
    ['https://Identity.Internal.Example./', 'host-refused'],
    ['https://198.51.100.9/', 'host-refused'],
  ])('%s -> %s', (url, refusal) => {
    const blockedHosts = ['identity.internal.example', '198.51.100.9'];
    expect(refusalOfUrl(url, { ...PUBLIC, blockedHosts })).toBe(refusal);
  });

  it.each([
    ['http://127.0.0.1:8080/hook', undefined],
    ['http://localhost:8080/hook', undefined],
    ['http://192.168.1.5/hook', undefined],
    ['https://hooks.contoso.example/a', undefined],
    ['http://169.254.169.254/metadata', 'address-refused'],
    ['ftp://127.0.0.1/', 'scheme-refused'],
  ])('in a local run %s -> %s', (url, refusal) => {
    expect(refusalOfUrl(url, LOCAL)).toBe(refusal);
  });
});

describe('guardedLookup', () => {
  const look = (all: boolean, answers: readonly ResolvedAddress[]) => {
    const guarded = guardedLookup(PUBLIC, async () => answers);
    return promisify<unknown>((done) =>
      guarded('hooks.contoso.example', { all }, (error, address) => done(error, address)),
    )();
  };

  it('hands on what it checked, in the form that was asked for', async () => {
    expect(await look(true, [GOOD])).toEqual([GOOD]);
    expect(await look(false, [GOOD])).toBe('8.8.8.8');
  });

  it.each([
    ['a private address', [{ address: '10.0.0.1', family: 4 }]],
    ['a public one beside a private one', [GOOD, { address: '169.254.169.254', family: 4 }]],
    ['mapped loopback', [{ address: '::ffff:127.0.0.1', family: 6 }]],
    ['no address', []],
    ['what is no address', [{ address: 'hooks', family: 4 }]],
  ])('refuses %s', async (_name, answers) => {
    await expect(look(true, answers)).rejects.toMatchObject({ refusal: 'address-refused' });
    await expect(look(false, answers)).rejects.toMatchObject({ refusal: 'address-refused' });
  });

  it('checks each time: public first, rebound to private after', async () => {
    const resolve = vi
      .fn()
      .mockResolvedValueOnce([GOOD])
      .mockResolvedValueOnce([{ address: '127.0.0.1', family: 4 }]);
    const guarded = guardedLookup(PUBLIC, resolve);
    const once = () => promisify<unknown>((done) => guarded('rebind.contoso.example', { all: true }, done))();
    expect(await once()).toEqual([GOOD]);
    await expect(once()).rejects.toMatchObject({ refusal: 'address-refused' });
  });

  it('resolves by the system when told nothing else', async () => {
    const once = promisify<unknown>((done) => guardedLookup(PUBLIC)('localhost', { all: true }, done))();
    await expect(once).rejects.toMatchObject({ refusal: 'address-refused' });
  });
});
