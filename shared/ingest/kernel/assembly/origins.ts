import { COLON, COMMA, digit, LINE_FEED, MAX_ORIGIN, ORIGIN_SIZE, ORIGIN_SLOTS, ORIGINS, SPACE } from './memory';

/** What the bytes of an origin end with: a tag's colon, the space behind a host alone, or the last of the fields of RFC 5424. */
const TAGGED: u32 = 0x100;
const HOST_ONLY: u32 = 0x200;
const FIELDED: u32 = 0x300;

/** Where the bytes of the origin found last end. */
export let originEnd: usize = 0;

/** The slot of `host tag[pid]:` or of the host of what has no tag but begins as a CSV row; -1 when it is not known. */
export function taggedOrigin(at: usize): i32 {
  const limit = at + MAX_ORIGIN;
  let hash: u32 = 0;
  let hostHash: u32 = 0;
  let hostEnd: usize = 0;
  let i = at;
  for (; i < limit; i++) {
    const code = <u32>load<u8>(i);
    if (code === LINE_FEED) break;
    hash = hash * 31 + code;
    if (code === COLON) {
      if (load<u8>(i + 1) === SPACE) return found(at, i + 1, hash, TAGGED);
      break;
    }
    if (code === SPACE && hostEnd === 0) {
      hostEnd = i + 1;
      hostHash = hash;
    }
  }
  return hostEnd > 0 && beginsRow(hostEnd) ? found(at, hostEnd, hostHash, HOST_ONLY) : -1;
}

/** The slot of the four fields of RFC 5424, each with the space behind it; -1 when they are not known. */
export function fieldedOrigin(at: usize): i32 {
  const limit = at + MAX_ORIGIN;
  let hash: u32 = 0;
  let left = 4;
  for (let i = at; i < limit; i++) {
    const code = <u32>load<u8>(i);
    if (code === LINE_FEED) return -1;
    hash = hash * 31 + code;
    if (code === SPACE && --left === 0) return found(at, i + 1, hash, FIELDED);
  }
  return -1;
}

/** `1,2026/`: no tag and no header of another sender can begin so. */
function beginsRow(at: usize): bool {
  let i = at;
  while (digit(i) <= 9) i++;
  return (
    i > at && i < at + 4 && load<u8>(i) === COMMA && digit(i + 1) <= 9 && digit(i + 4) <= 9 && load<u8>(i + 5) === 0x2f
  );
}

function found(at: usize, end: usize, hash: u32, kind: u32): i32 {
  originEnd = end;
  const first = slotOf(hash);
  if (isIn(first, at, end, kind)) return first;
  const second = first ^ 1;
  return isIn(second, at, end, kind) ? second : -1;
}

function slotOf(hash: u32): i32 {
  return <i32>((hash ^ (hash >> 13)) & (ORIGIN_SLOTS - 1));
}

function isIn(slot: i32, at: usize, end: usize, kind: u32): bool {
  const room = ORIGINS + <usize>slot * ORIGIN_SIZE;
  const length = end - at;
  if (load<u32>(room) !== (kind | <u32>length)) return false;
  let i: usize = 0;
  for (; i + 16 <= length; i += 16) {
    if (v128.any_true(v128.xor(v128.load(room + 16 + i), v128.load(at + i)))) return false;
  }
  if (i === length) return true;
  const same = i8x16.bitmask(i8x16.eq(v128.load(room + 16 + i), v128.load(at + i)));
  const wanted = (1 << (<i32>(length - i))) - 1;
  return (same & wanted) === wanted;
}

/**
 * Remembers the origin that the bytes from `at` to `end` are, so that the next lines find it; its slot, or -1 for bytes that no line
 * would be looked up by. Forgets what was in the slot.
 */
export function keepOrigin(at: usize, end: usize, isFielded: bool): i32 {
  if (end - at > MAX_ORIGIN) return -1;
  originEnd = 0;
  const known = isFielded ? fieldedOrigin(at) : taggedOrigin(at);
  if (originEnd !== end) return -1;
  if (known >= 0) return known;
  let hash: u32 = 0;
  for (let i = at; i < end; i++) hash = hash * 31 + <u32>load<u8>(i);
  let slot = slotOf(hash);
  if (
    load<u32>(ORIGINS + <usize>slot * ORIGIN_SIZE) !== 0 &&
    load<u32>(ORIGINS + <usize>(slot ^ 1) * ORIGIN_SIZE) === 0
  )
    slot ^= 1;
  const room = ORIGINS + <usize>slot * ORIGIN_SIZE;
  const kind = isFielded ? FIELDED : load<u8>(end - 1) === COLON ? TAGGED : HOST_ONLY;
  store<u32>(room, kind | <u32>(end - at));
  memory.copy(room + 16, at, end - at);
  return slot;
}
