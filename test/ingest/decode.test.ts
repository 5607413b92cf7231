import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { type Limits, openMembers, type SourceInput } from '../../shared/ingest/index.ts';
import { zipOf } from './zip-of.ts';

interface Read {
  readonly name: string;
  readonly text: string;
  readonly failure: string | undefined;
}

/** All in one buffer, as files are read: a chunk that is kept beyond its turn is seen. */
async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) yield chunk.subarray(0, bytes.copy(chunk, 0, at));
}

const input = (bytes: Buffer, chunk = 1000): SourceInput => ({
  name: 'in',
  size: bytes.length,
  stream: (fromByte = 0) => inChunks(bytes.subarray(fromByte), chunk),
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});

const pipe = (bytes: Buffer, chunk = 1000): SourceInput => ({ name: '-', stream: () => inChunks(bytes, chunk) });

async function readAll(source: SourceInput, limits?: Limits): Promise<Read[]> {
  const all: Read[] = [];
  for await (const member of openMembers(source, limits)) {
    const parts: Uint8Array[] = [];
    for await (const chunk of member.chunks()) parts.push(Buffer.from(chunk));
    all.push({ name: member.name, text: Buffer.concat(parts).toString(), failure: member.failure?.reason });
  }
  return all;
}

async function tarOf(files: Readonly<Record<string, Buffer>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, bytes] of Object.entries(files)) archive.entry({ name }, bytes);
  archive.finalize();
  const parts: Uint8Array[] = [];
  for await (const chunk of archive) if (chunk instanceof Uint8Array) parts.push(chunk);
  return Buffer.concat(parts);
}

/** Text that deflate cannot make tiny, so that cuts hit data. */
const lines = (count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, i) => `line ${i} ${(i * 2654435761) % 4294967296}\n`).join(''));
const a = lines(3000);
const b = lines(10);
const whole = (name: string, bytes: Buffer): Read => ({ name, text: bytes.toString(), failure: undefined });
const [leaf = a, issuer = a] = readFileSync('test/fixtures/formats/certificate-pem/synthetic-chain.in.log', 'utf8')
  .split(/(?=-----BEGIN)/)
  .map((pem) => new X509Certificate(pem).raw);
/** Of an Ed25519 key: the smallest there are. Synthetic. */
const small = Buffer.from(
  [
    'MIHYMIGLAhRinzvb1s7xlt/fc6R9UU8SvoCTFzAFBgMrZXAwDjEMMAoGA1UEAwwDdnBuMCAXDTI2MTEyMzE4MjYwNFoYDzIxMjYx',
    'MDMwMTgyNjA0WjAOMQwwCgYDVQQDDAN2cG4wKjAFBgMrZXADIQDSjXjkfbIi61+cTD7b0EHqo+f94YWc06pF1sdQEfeq8TAFBgMr',
    'ZXADQQACoO53mGQMCIrBwBKQdBL/8cKbffwHPtxJVC8JffULC9FQsqmZAHSArvqJvaI5tXYIze+wb0kBPPnTVMsUR40C',
  ].join(''),
  'base64',
);
const pem = (der: Buffer): Buffer => Buffer.from(new X509Certificate(der).toString());

describe('openMembers', () => {
  it.each<[name: string, make: () => Buffer | Promise<Buffer>, expected: Read[]]>([
    ['plain', () => a, [whole('in', a)]],
    ['nothing', () => Buffer.alloc(0), [whole('in', Buffer.alloc(0))]],
    ['gzip', () => gzipSync(a), [whole('in', a)]],
    ['gzip of several members', () => Buffer.concat([gzipSync(a), gzipSync(b)]), [whole('in', Buffer.concat([a, b]))]],
    ['gzip with padding', () => Buffer.concat([gzipSync(b), Buffer.alloc(600)]), [whole('in', b)]],
    ['tar', () => tarOf({ 'x/a.log': a, 'b.log': b }), [whole('in!x/a.log', a), whole('in!b.log', b)]],
    [
      'tar with long paths',
      () => tarOf({ [`${'d/'.repeat(140)}é.log`]: b, a }),
      [whole(`in!${'d/'.repeat(140)}é.log`, b), whole('in!a', a)],
    ],
    [
      'tar without its end',
      async () => (await tarOf({ a, b })).subarray(0, -1024),
      [whole('in!a', a), whole('in!b', b)],
    ],
    ['tar.gz', async () => gzipSync(await tarOf({ a, b })), [whole('in!a', a), whole('in!b', b)]],
    ['tar of gzip', async () => tarOf({ 'a.gz': gzipSync(a), b }), [whole('in!a.gz', a), whole('in!b', b)]],
    ['zip', () => zipOf({ 'x/a.log': a, 'b.log': b }), [whole('in!x/a.log', a), whole('in!b.log', b)]],
    [
      'zip of gzip and tar.gz',
      async () => zipOf({ g: gzipSync(b), t: gzipSync(await tarOf({ a })) }),
      [whole('in!g', b), whole('in!t!a', a)],
    ],
    ['zip in a zip', () => zipOf({ z: zipOf({ b }) }), [whole('in!z!b', b)]],
    [
      'zip with odd paths',
      () => zipOf({ '../up': b, '/abs': b, 'a\\b': b }),
      [whole('in!../up', b), whole('in!/abs', b), whole('in!a/b', b)],
    ],
    ['an empty zip', () => zipOf({}), []],
    ['a certificate in DER', () => leaf, [whole('in', pem(leaf))]],
    ['a small one', () => small, [whole('in', pem(small))]],
    [
      'certificates behind each other, and what is none',
      () => Buffer.concat([leaf, issuer, b]),
      [whole('in', Buffer.concat([pem(leaf), pem(issuer), b]))],
    ],
    ['a zip of a certificate', () => zipOf({ 'vpn.cer': leaf }), [whole('in!vpn.cer', pem(leaf))]],
    ['a cut certificate', () => leaf.subarray(0, 200), [whole('in', leaf.subarray(0, 200))]],
    [
      'what begins as a certificate',
      () => Buffer.concat([leaf.subarray(0, 9), a]),
      [whole('in', Buffer.concat([leaf.subarray(0, 9), a]))],
    ],
  ])('%s', async (_name, make, expected) => {
    const bytes = await make();
    expect(await readAll(input(bytes))).toEqual(expected);
    expect(await readAll(input(bytes, 7919))).toEqual(expected);
    const piped = expected.map((read) => ({ ...read, name: read.name.replace('in', '-') }));
    expect(await readAll(pipe(bytes))).toEqual(piped);
  });

  it.each<[name: string, make: () => Buffer | Promise<Buffer>, failure: string, kept: number]>([
    ['a cut gzip', () => gzipSync(a).subarray(0, 12_000), 'truncated-archive', 20_000],
    ['a gzip without its trailer', () => gzipSync(a).subarray(0, -8), 'truncated-archive', a.length],
    ['a gzip cut in its header', () => gzipSync(a).subarray(0, 6), 'truncated-archive', 0],
    ['gzip and garbage', () => Buffer.concat([gzipSync(a), Buffer.from('garbage')]), 'trailing-garbage', a.length],
    [
      'a gzip whose checksum is wrong',
      () => Buffer.concat([gzipSync(a).subarray(0, -8), Buffer.alloc(8)]),
      'corrupt-archive',
      a.length,
    ],
    ['a cut tar', async () => (await tarOf({ a })).subarray(0, 50_000), 'truncated-archive', 50_000 - 512],
    ['a cut tar.gz', async () => gzipSync(await tarOf({ a })).subarray(0, 12_000), 'truncated-archive', 20_000],
    ['a cut zip', () => zipOf({ a, b }).subarray(0, 12_000), 'truncated-archive', 20_000],
  ])('%s gives what was readable, then says so once', async (_name, make, failure, kept) => {
    const bytes = await make();
    for (const source of [input(bytes), pipe(bytes)]) {
      const read = await readAll(source);
      const text = read.map((member) => member.text).join('');
      expect(read.map((member) => member.failure).filter((reason) => reason !== undefined)).toEqual([failure]);
      expect(text.length).toBeGreaterThanOrEqual(kept);
      expect(a.toString().startsWith(text)).toBe(true);
    }
  });

  it('finds the files of a zip that lost its directory', async () => {
    const zip = zipOf({ a, b });
    const read = await readAll(input(zip.subarray(0, zip.length - 60)));
    expect(read.slice(0, 2)).toEqual([whole('in!a', a), whole('in!b', b)]);
    expect(read.slice(2)).toEqual([{ name: 'in', text: '', failure: 'truncated-archive' }]);
  });

  it('goes on with the next file behind a broken one', async () => {
    const broken = Buffer.concat([gzipSync(a).subarray(0, 9000), Buffer.alloc(100, 7)]);
    const read = await readAll(input(await tarOf({ 'a.gz': broken, b })));
    expect(read.map((member) => member.failure === undefined)).toEqual([false, true]);
    expect(read[1]).toEqual(whole('in!b', b));
  });

  it.each([
    ['bzip2', Buffer.from('BZh91AY&SY')],
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 1])],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1])],
  ])('says that it does not read %s', async (_name, bytes) => {
    expect(await readAll(input(bytes))).toEqual([{ name: 'in', text: '', failure: 'unsupported-archive' }]);
  });

  it('stops a bomb, also one in an archive in an archive', async () => {
    const limits = { maxRatio: 100, harmlessBytes: 100_000 };
    const zeros = gzipSync(Buffer.alloc(5_000_000));
    for (const bytes of [zeros, gzipSync(zeros), zipOf({ zeros: Buffer.alloc(5_000_000) }), zipOf({ zeros })]) {
      const read = await readAll(input(bytes), limits);
      expect(read.map((member) => member.failure)).toEqual(['archive-bomb']);
      expect(read[0]?.text.length).toBeLessThan(2_000_000);
    }
    expect(await readAll(input(gzipSync(b)), limits)).toEqual([whole('in', b)]);
  });

  it('stops at archives in archives without end', async () => {
    let bytes = b;
    for (let i = 0; i < 10; i++) bytes = gzipSync(bytes);
    expect((await readAll(input(bytes))).map((member) => member.failure)).toEqual(['archive-too-deep']);
  });

  it('gives a source error as an error, not as a fault of the archive', async () => {
    const failing = (bytes: Buffer): SourceInput => ({
      name: 'in',
      async *stream() {
        yield bytes;
        throw new Error('the disk is gone');
      },
    });
    for (const bytes of [b, gzipSync(a).subarray(0, 5000), (await tarOf({ a })).subarray(0, 5000)]) {
      await expect(readAll(failing(bytes))).rejects.toThrow('the disk is gone');
    }
    const zip = zipOf({ a });
    const source = { ...input(zip), read: async () => Promise.reject(new Error('the disk is gone')) };
    await expect(readAll(source)).rejects.toThrow('the disk is gone');
  });

  it('starts at a byte of the uncompressed member', async () => {
    for (const bytes of [a, gzipSync(a), await tarOf({ a }), zipOf({ a })]) {
      for await (const member of openMembers(input(bytes))) {
        const parts: Uint8Array[] = [];
        for await (const chunk of member.chunks(12_345)) parts.push(Buffer.from(chunk));
        expect(Buffer.concat(parts).equals(a.subarray(12_345))).toBe(true);
      }
    }
  });

  it('can be left early, and skips members that nobody reads', async () => {
    const names: string[] = [];
    for await (const member of openMembers(input(await tarOf({ a, b, c: a })))) names.push(member.name);
    expect(names).toEqual(['in!a', 'in!b', 'in!c']);
    for (const bytes of [await tarOf({ a, b }), zipOf({ a, b }), gzipSync(a)]) {
      for await (const member of openMembers(pipe(bytes))) {
        for await (const _chunk of member.chunks()) break;
        break;
      }
    }
  });

  it('leaves no temporary file', async () => {
    const spools = () => readdirSync(tmpdir()).filter((name) => name.startsWith('tunnelwatch-spool-'));
    const before = spools();
    await readAll(pipe(zipOf({ a })));
    for await (const _member of openMembers(pipe(zipOf({ a, b })))) break;
    expect(spools()).toEqual(before);
  });

  it('does not take text for an archive', async () => {
    for (const text of ['BZh is no compression here\n', 'PK is short\n', '\x1f\n']) {
      expect(await readAll(input(Buffer.from(text)))).toEqual([whole('in', Buffer.from(text))]);
    }
  });
});
