import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EventBody, eventBodies } from '../../../infra/local/send/event-bodies.ts';
import { Framer } from '../../../shared/ingest/index.ts';

async function bodiesOf(content: Uint8Array, chunkBytes = 32 * 1024): Promise<EventBody[]> {
  async function* chunks() {
    for (let at = 0; at < content.length; at += chunkBytes) yield content.subarray(at, at + chunkBytes);
  }
  const bodies: EventBody[] = [];
  for await (const body of eventBodies(chunks())) bodies.push(body);
  return bodies;
}
const bytesOf = (bodies: readonly EventBody[]): Buffer[] =>
  bodies.flatMap((event) => (event.kind === 'body' ? [event.bytes] : []));
const textsOf = (bodies: readonly EventBody[]) => bytesOf(bodies).map(String);
const tooLong = (bodies: readonly EventBody[]) =>
  bodies.flatMap((event) => (event.kind === 'too-long' ? [event.line] : []));
/** What the app reads from bytes. */
function recordsOf(content: Uint8Array): string[] {
  const framer = new Framer('');
  return [...framer.push(content), ...framer.end()].map(({ text }) => text);
}
const lines = (count: number, bytes: number) =>
  Array.from({ length: count }, (_, index) => `${index} `.padEnd(bytes - 1, 'x')).join('\n');

describe('event bodies', () => {
  it('are exact lines, packed to 64 KB', async () => {
    const content = Buffer.from(lines(1_000, 500));
    const bodies = bytesOf(await bodiesOf(content));
    expect(Buffer.concat(bodies)).toEqual(content);
    expect(bodies.length).toBe(Math.ceil(500_000 / (131 * 500)));
    expect(bodies.slice(0, -1).every((body) => body.length <= 65_536 && body.at(-1) === 10)).toBe(true);
  });

  it('keep odd bytes', async () => {
    const content = Buffer.from([0xff, 0x0a, 0x00, 0xc3, 0x0a]);
    expect(Buffer.concat(bytesOf(await bodiesOf(content)))).toEqual(content);
  });

  it('hold a line longer than 64 KB by itself, and leave out one that no event holds', async () => {
    const content = Buffer.from(
      `first\n${'a'.repeat(100_000)}\n${'b'.repeat(3_000_000)}\nlast\n${'c'.repeat(1_030_000)}`,
    );
    for (const chunkBytes of [1_000, 32_768, 5_000_000]) {
      const bodies = await bodiesOf(content, chunkBytes);
      expect(textsOf(bodies).map((text) => text.slice(0, 6))).toEqual(['first\n', 'aaaaaa', 'last\n']);
      expect(tooLong(bodies)).toEqual([3, 5]);
    }
  });

  it.each([
    ['an envelope', '{\n  "records": [\n    {"a": 12345678901234567890},\n    {"b": 2}\n  ]\n}\n'],
    ['an array', '[\n {"a": 1},\n {"b": 2}\n]'],
    ['an envelope on one line', `{"records":[${'{"a":1},'.repeat(20_000)}{"b":2}]}`],
  ])('hold %s whole', async (_name, text) => {
    expect(textsOf(await bodiesOf(Buffer.from(text)))).toEqual([text]);
  });

  it('hold lines that begin with a bracket as lines', async () => {
    const content = Buffer.from(`[app] ${lines(3_000, 500)}`);
    expect(Buffer.concat(bytesOf(await bodiesOf(content)))).toEqual(content);
  });

  it.each([
    [
      'an envelope that no event holds',
      `{\n"records": [\n${'{"id": 12345678901234567890, "text": "é"},\n'.repeat(40_000)}{"b":2}]}`,
    ],
    ['objects over several lines', '{\n "a": 1\n}\n'.repeat(20_000)],
    ['a broken first line', `{"a":1\n${'{"a": 2}\n'.repeat(20_000)}`],
  ])('cut %s between its records', async (_name, text) => {
    const content = Buffer.from(text);
    const bodies = bytesOf(await bodiesOf(content));
    expect(bodies.length).toBeGreaterThan(1);
    expect(Math.max(...bodies.map(({ length }) => length))).toBeLessThan(66_000);
    expect(bodies.flatMap((body) => recordsOf(body))).toEqual(recordsOf(content));
  });

  it('turn UTF-16 into UTF-8', async () => {
    const content = Buffer.from('\uFEFFé one\ntwo\n', 'utf16le');
    expect(
      textsOf(await bodiesOf(content))
        .join('\n')
        .replaceAll('\uFEFF', ''),
    ).toBe('é one\ntwo');
  });

  it('of nothing are none', async () => {
    expect(await bodiesOf(Buffer.alloc(0))).toEqual([]);
  });

  it('do not depend on how the bytes came', async () => {
    const line = fc.oneof(fc.string(), fc.json(), fc.constantFrom('{', '[{', '{"records":[', '', 'x'.repeat(70_000)));
    await fc.assert(
      fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 5_000 }), async (parts, chunkBytes) => {
        const content = Buffer.from(parts.join('\n'));
        expect(textsOf(await bodiesOf(content, chunkBytes))).toEqual(textsOf(await bodiesOf(content)));
      }),
      { numRuns: 50 },
    );
  });
});
