import { describe, expect, it, vi } from 'vitest';
import { tunnelServerEntity } from '../../shared/model/entity.ts';
import { MINUTE, type Millis, SECOND } from '../../shared/model/time.ts';
import { BlobChanged } from '../../shared/pipeline/blob-input.ts';
import { cursorId, readCursor } from '../../shared/pipeline/cursor.ts';
import { readPartitions } from '../../shared/pipeline/partition.ts';
import { workCursor } from '../../shared/pipeline/work-cursor.ts';
import { checkRow, LIMITS } from '../../shared/store/table/guards.ts';
import { homes } from '../contract/homes.ts';
import { ARCHIVE, archiveName, checkInRecord, tunnelRecord } from '../flow/synthetic.ts';
import { finalAlerts, World } from '../flow/world.ts';
import { Killed, untilKilled, watchedStore } from './watched-store.ts';

// The cases of input, by their numbers, through blobs and the hub.

const T0: Millis = Date.UTC(2026, 10, 22, 9, 0, 0);
const name = archiveName(T0);
const down = (n: number): string => tunnelRecord(T0, 'Disconnected', `203.0.113.${n}`, 0).line;
const access = (second: number, port = 53): string =>
  `<30>1 ${new Date(T0 + second * SECOND).toISOString()} t1 ocserv-access 9 - - ACCESS_LOG,u,d,udp,10.0.0.1:50,10.0.0.5:${port},1,1,1`;

const tunnels = async (world: World) =>
  (await world.store.entities.list('tunnel')).items.map(({ entity }) => entity.key.split('|')[1]);
const servers = async (world: World) =>
  (await world.store.entities.list('tunnel-server', { limit: 100 })).items.map(({ entity }) => entity.key);
const cursorOf = async (world: World, container = 'uploads', blob = 'a.log') =>
  (await readCursor(world.pipeline, cursorId(container, blob)))?.cursor;
const reasons = async (world: World) => (await world.store.deadLetters.list()).items.map(({ reason }) => reason).sort();
const countedLines = async (world: World) =>
  (await world.alerts()).find(({ rule }) => rule === 'mstunnel.access-log-noisy')?.annotations['lines'];
/** Flags of the facts of a server, each once. */
const flagsOf = async (world: World, host: string) => {
  const facts = await world.store.facts.read(tunnelServerEntity(host), T0 - MINUTE, T0 + MINUTE);
  return [...new Set(facts.flatMap(({ fact }) => fact.flags))].sort();
};

describe('case 37: an append blob that grows while it is read', () => {
  it.each([1, 7, 61, 400])('in pieces of %i bytes, cut within lines, line ends and characters', async (size) => {
    const lines = [1, 2, 3].map((n) => `${down(n).slice(0, -1)},"note":"トンネル 🔌"}`);
    const text = Buffer.from(`${lines.join('\r\n')}\r\n${access(0)}\r\n`);
    const world = new World(T0);
    for (let at = 0; at < text.length; at += size) {
      world.blobs.append(ARCHIVE, name, text.subarray(at, at + size));
      // Read on at every piece, or at every hundredth where they are tiny.
      if (size > 1 || at % 100 === 0) await world.announce(ARCHIVE, name);
      await world.pump();
      if (size > 1 || at % 100 === 0) await world.timers();
    }
    await world.timers();
    const cursor = await cursorOf(world, ARCHIVE, name);
    expect(cursor).toMatchObject({ state: 'drained', offset: text.length, records: 4, deadLetters: 0 });
    expect(await tunnels(world)).toEqual(['203.0.113.1', '203.0.113.2', '203.0.113.3']);
  });

  it('a last line that never gets its end counts once the hour and its grace are over, once', async () => {
    const world = new World(T0);
    await world.append(ARCHIVE, name, `${down(1)}\n${down(2)}`);
    await world.pump();
    await world.advanceTo(T0 + 2 * 60 * MINUTE, 20 * MINUTE);
    expect(await tunnels(world)).toEqual(['203.0.113.1']);
    await world.advanceTo(T0 + 4 * 60 * MINUTE, 20 * MINUTE);
    expect(await tunnels(world)).toEqual(['203.0.113.1', '203.0.113.2']);
    expect(await cursorOf(world, ARCHIVE, name)).toMatchObject({ state: 'closed', records: 2, deadLetters: 0 });
  });
});

describe('case 38: encodings', () => {
  const utf16 = (text: string, isBig: boolean): Buffer => {
    const bytes = Buffer.from(text, 'utf16le');
    return isBig ? bytes.swap16() : bytes;
  };
  const line = `${checkInRecord(T0, 't1', { site: 'Zürich' }).line}\r\n`;
  const [head = '', tail = ''] = line.split('ü');

  it.each<[string, Buffer, string[]]>([
    ['UTF-8 with a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(line)]), []],
    ['UTF-16, little-endian, with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(line, false)]), []],
    ['UTF-16, big-endian, with a mark', Buffer.concat([Buffer.from([0xfe, 0xff]), utf16(line, true)]), []],
    ['UTF-16 without a mark', utf16(line, false), []],
    ['Latin-1', Buffer.from(line, 'latin1'), ['invalid-encoding']],
    [
      'Shift-JIS',
      Buffer.concat([Buffer.from(head), Buffer.from([0x83, 0x67, 0x83, 0x93]), Buffer.from(tail)]),
      ['encoding-assumed'],
    ],
    ['NULs within', Buffer.from(`${head}\0\0${tail}`), ['nul-removed']],
    ['a lone surrogate, in UTF-16', utf16(`${head}\ud83d${tail}`, false), ['invalid-encoding']],
  ])('%s: the record is taken, what is no character is flagged, and the offset is right', async (_, bytes, flags) => {
    const world = new World(T0 + MINUTE);
    world.blobs.append(ARCHIVE, name, bytes);
    await world.listAll();
    expect(await servers(world)).toEqual(['t1']);
    expect(await flagsOf(world, 't1')).toEqual(flags);
    expect(await cursorOf(world, ARCHIVE, name)).toMatchObject({ offset: bytes.length, records: 1, deadLetters: 0 });
    // The next line begins where this one ended.
    const isWide = bytes.includes(Buffer.from([0, 0x74]));
    const next = `${checkInRecord(T0, 't2').line}\n`;
    world.blobs.append(ARCHIVE, name, isWide ? utf16(next, bytes[0] === 0xfe) : Buffer.from(next));
    await world.timers();
    expect(await servers(world)).toEqual(['t1', 't2']);
  });
});

describe('case 39: a blob that is replaced', () => {
  it.each<[string, string]>([
    ['a shorter one', access(40)],
    ['one of the same length', [0, 1, 2].map((n) => access(40 + n)).join('\n')],
    ['a longer one', Array.from({ length: 20 }, (_, n) => access(20 + n, 443)).join('\n')],
  ])('by %s is read from its start, and nothing of it is taken for the old one', async (_, text) => {
    const world = new World(T0 + MINUTE);
    await world.upload('a.log', [0, 1, 2].map((n) => access(n)).join('\n'));
    await world.pump();
    expect(await cursorOf(world)).toMatchObject({ generation: 0, records: 3 });
    world.now += SECOND;
    world.blobs.put('uploads', 'a.log', Buffer.from(text));
    // Its announcement is lost: the listing sees another blob under the name.
    await world.listAll();
    const lines = text.split('\n').length;
    expect(await cursorOf(world)).toMatchObject({
      ...{ generation: 1, state: 'closed', records: 3 + lines, deadLetters: 0 },
      offset: 0,
      length: text.length,
    });
    const facts = await world.store.facts.read(tunnelServerEntity('t1'), T0 - MINUTE, T0 + MINUTE);
    const counted = facts
      .filter(({ fact }) => fact.kind === 'access.counted')
      .map(({ fact }) => fact.attributes['lines']);
    expect(counted.sort()).toEqual([3, lines].sort());
  });

  it('while it is read: the slice ends without a record of two blobs, and the next one reads the new blob', async () => {
    const world = new World(T0 + MINUTE);
    const { read } = world.blobs;
    vi.spyOn(world.blobs, 'read').mockImplementationOnce((...args) => {
      world.now += SECOND;
      world.blobs.put('uploads', 'a.log', Buffer.from(down(2)));
      return read(...args);
    });
    await world.upload('a.log', `${down(1)}\n${down(1)}`);
    await expect(world.pump()).rejects.toThrow(BlobChanged);
    expect(await tunnels(world)).toEqual([]);
    await world.advanceTo(world.now + 2 * MINUTE);
    expect(await tunnels(world)).toEqual(['203.0.113.2']);
    expect(await cursorOf(world)).toMatchObject({ state: 'closed', generation: 1, records: 1, error: null });
  });
});

describe('case 40: two workers on one blob', () => {
  const text = Array.from({ length: 12 }, (_, n) => access(n)).join('\n');

  it('at once: one has it, and its lines count once', async () => {
    const world = new World(T0 + MINUTE);
    await world.upload('a.log', text);
    const id = cursorId('uploads', 'a.log');
    await Promise.all([1, 2, 3].map(() => workCursor(world.pipeline, id)));
    expect(await cursorOf(world)).toMatchObject({ state: 'closed', records: 12 });
    expect(await countedLines(world)).toBe('12');
  });

  it('one that was thought dead: what it still does changes nothing', async () => {
    const world = new World(T0 + MINUTE);
    const home = world.store;
    const id = cursorId('uploads', 'a.log');
    let isSlow = true;
    const slow = watchedStore(home, {
      async before({ operation }) {
        if (!isSlow || operation !== 'facts.put') return;
        isSlow = false;
        // Its lease runs out, and another one does the whole blob meanwhile.
        world.now += MINUTE;
        world.restart(home);
        await workCursor(world.pipeline, id);
      },
    });
    world.restart(slow);
    await world.upload('a.log', text);
    await expect(workCursor(world.pipeline, id)).rejects.toThrow('another worker');
    await world.advanceTo(world.now + 2 * MINUTE);
    expect(await cursorOf(world)).toMatchObject({ state: 'closed', records: 12, error: null });
    expect(await countedLines(world)).toBe('12');
  });

  it.each(['before', 'after'] as const)(
    'one that died, %s any write: the next takes over, after the lease',
    async (when) => {
      for (let at = 0; ; at++) {
        const world = new World(T0 + MINUTE);
        const home = world.store;
        await world.upload('a.log', text);
        const life = untilKilled(home, at, when);
        world.restart(life.store);
        const died = await world.pump().then(
          () => false,
          (error) => error instanceof Killed,
        );
        world.restart(home);
        await world.advanceTo(world.now + 2 * MINUTE);
        expect(await cursorOf(world), `write ${at}`).toMatchObject({ state: 'closed', records: 12, deadLetters: 0 });
        expect(await countedLines(world), `write ${at}`).toBe('12');
        if (!died) return expect(at).toBeGreaterThan(4);
      }
    },
  );
});

describe('case 41: hostile lines', () => {
  const field = (n: number): string => `"f${n}":${n}`;
  const hostile: readonly (readonly [name: string, line: string, rejected: string | null])[] = [
    ['a line of 10 MB', 'x'.repeat(10 * 1024 * 1024), 'too-long'],
    ['JSON of 10 MB', `{"a":"${'x'.repeat(10 * 1024 * 1024)}"}`, 'too-long'],
    ['a million fields', `{${Array.from({ length: 1_000_000 }, (_, n) => field(n)).join()}}`, 'too-long'],
    ['fields up to the limit', `{${Array.from({ length: 60_000 }, (_, n) => field(n)).join()}}`, null],
    ['depth', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, null],
    ['depth in an object', `{"a":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`, 'too-deep'],
    ['__proto__', '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}', null],
    ['an object that begins anew', '{"a":{"b":{"c":', 'invalid-json'],
    ['quotes without end', '"'.repeat(100_001), null],
    ['brackets without end', '{['.repeat(50_000), null],
  ];

  it.each(hostile)('%s: its neighbours are taken, by blob and by event, in time', async (_, line, rejected) => {
    for (const route of ['upload', 'event'] as const) {
      const world = new World(T0 + MINUTE);
      const started = process.cpuUsage();
      const text = `${down(1)}\n${line}\n${down(2)}\n`;
      if (route === 'upload') await world.upload('a.log', text);
      else world.send(text);
      await world.pump();
      await world.deliver();
      const { user } = process.cpuUsage(started);
      expect(await tunnels(world), route).toEqual(['203.0.113.1', '203.0.113.2']);
      if (rejected) expect(new Set(await reasons(world)), route).toEqual(new Set([rejected]));
      expect(await reasons(world), route).not.toContain('internal-error');
      expect(user / 1e6, `${route}: seconds`).toBeLessThan(10);
    }
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  it('a huge `records` is read to its end', async () => {
    const world = new World(T0 + MINUTE);
    const items = Array.from({ length: 100_000 }, (_, n) => `{"n":${n}}`);
    world.send(`{"records":[${items.join()},${down(1)}]}`);
    await world.deliver();
    expect(await readPartitions(world.pipeline)).toMatchObject([{ records: 100_001, deadLetters: 0 }]);
    expect(await tunnels(world)).toEqual(['203.0.113.1']);
  });

  it('the last of duplicate keys counts, and numbers beyond reason are no measurements', async () => {
    const world = new World(T0);
    const checkIn = (host: string, fields: string): string =>
      `{"time":"${new Date(T0).toISOString()}","hostname":"${host}",${fields}}`;
    world.send(checkIn('t1', '"diskSpaceFree":1,"diskSpaceFree":50'));
    world.send(checkIn('t2', '"cpuUsage":1e400,"diskSpaceFree":50'));
    world.send(checkIn('t3', '"activeConnections":9007199254740993'));
    world.send(checkIn('t4', '"__proto__":{"cpuUsage":100},"diskSpaceFree":50'));
    await world.deliver();
    const said = async (host: string) => {
      const facts = await world.store.facts.read(tunnelServerEntity(host), T0 - MINUTE, T0 + MINUTE);
      return facts.find(({ fact }) => fact.kind === 'server.checkin')?.fact.attributes ?? {};
    };
    expect((await said('t1'))['diskSpaceFree']).toBe(50);
    expect(await said('t2')).not.toHaveProperty('cpuUsage', Number.POSITIVE_INFINITY);
    expect((await said('t3'))['activeConnections']).toBeGreaterThan(9e15);
    expect(await said('t4')).not.toHaveProperty('cpuUsage');
    expect(finalAlerts(await world.alerts()).filter(({ state }) => state === 'firing')).toEqual([]);
  });
});

describe.each(homes)('case 46: odd names, in the $name store', ({ open }) => {
  const names = [
    ...['a/b', 'a\\b', 'a#b', 'a?b', 'a%2fb', 'a b', "a'b", 'a|b', 'a!b', '..', '...', 'a~2fb'],
    ...['\u202eabc', 'abc', 'а\u0062c', '\u00e9', 'e', 'ﬁ', 'fi', '日本'],
  ];

  it('are entities of their own, each found again by its own name', async () => {
    let now = T0;
    const world = new World(now, { store: open(() => now) });
    world.send(names.map((host, n) => checkInRecord(T0, host, { diskSpaceFree: 50 + n }).line).join('\n'));
    await world.deliver();
    expect((await world.store.deadLetters.list()).items).toEqual([]);
    expect((await servers(world)).toSorted()).toEqual(names.toSorted());
    for (const [n, host] of names.entries()) {
      const facts = await world.store.facts.read(tunnelServerEntity(host), T0 - MINUTE, T0 + MINUTE);
      const disks = facts.flatMap(({ fact }) => fact.attributes['diskSpaceFree'] ?? []);
      expect(disks, host.slice(0, 10)).toEqual([50 + n]);
    }
    now += 6 * MINUTE;
    world.now = now;
    await world.evaluateEverything();
    const offline = (await world.alerts()).filter(({ rule }) => rule === 'server.offline');
    expect(offline.map(({ entity }) => entity.key).sort()).toEqual(names.toSorted());
  });

  it('of more characters than a key may have are whole, and told apart by their last one', async () => {
    const world = new World(T0, { store: open(() => T0) });
    const long = `CONTOSO-${'X'.repeat(1_025)}`;
    for (const end of ['1', '2']) world.send(down(1).replace('CONTOSO-VPN', `${long}${end}`));
    await world.deliver();
    const keys = (await world.store.entities.list('tunnel')).items.map(({ entity }) => entity.key);
    expect(keys.map((key) => /contoso-(x+\d)\|/.exec(key)?.[1]).sort()).toEqual(
      ['1', '2'].map((end) => `${'x'.repeat(1_025)}${end}`),
    );
  });

  it('that are the same to people are the same: twins in case, and in composition', async () => {
    const world = new World(T0, { store: open(() => T0) });
    for (const host of ['T1', 't1', ' t1 ', 'caf\u00e9', 'cafe\u0301']) world.send(checkInRecord(T0, host).line);
    await world.deliver();
    const keys = (await servers(world)).map((key) => key.normalize('NFC'));
    expect(keys).toEqual(['caf\u00e9', 't1'].sort());
  });
});

it.each<[string, Record<string, string | number | Date>, string]>([
  ['253 properties', Object.fromEntries(Array.from({ length: LIMITS.properties + 1 }, (_, n) => [`p${n}`, n])), 'r'],
  ['a string of 64 KiB and one character', { text: 'x'.repeat(LIMITS.valueBytes / 2 + 1) }, 'r'],
  ['a row over 1 MiB', Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`p${n}`, 'x'.repeat(32_000)])), 'r'],
  ['a date before 1601', { at: new Date(Date.UTC(1600, 11, 31)) }, 'r'],
  ['a key of 1,025 characters', {}, 'x'.repeat(1_025)],
  ['a control character in a key', {}, 'a\u0007b'],
])('case 46: %s is refused before it is sent, since the emulator would take it', (_, columns, rowKey) => {
  expect(() => checkRow({ partitionKey: 'p', rowKey, ...columns })).toThrow(
    expect.objectContaining({ name: 'StoreRefused' }),
  );
});
