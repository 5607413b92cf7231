import { COLON, COMMA, digit, MAX_ORIGIN, ORIGIN_SIZE, ORIGIN_SLOTS, ORIGINS, SPACE } from './memory';

/** What the bytes of an origin end with: a tag's colon, the space behind a host alone, or the last of the fields of RFC 5424. */
const TAGGED: u32 = 0x100;
const HOST_ONLY: u32 = 0x200;
const FIELDED: u32 = 0x300;
const FIELDS: i32 = 4;

/** Where in a slot the bytes begin. */
const BYTES: usize = 4;

/** How many slots side by side an origin may be in: a power of two. */
const WAYS: i32 = 4;
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/** Where the bytes of the origin found last end. */
export let originEnd: usize = 0;

/**
 * The slot of `host tag[pid]:` or of the host of what has no tag but begins as a CSV row; -1 when it is not known. Only the first colon
 * counts, and only with a space behind it.
 */
export function taggedOrigin(at: usize): i32 {
  let i = at;
  let stops: i32 = 0;
  while (true) {
    const bytes = v128.load(i);
    stops = i8x16.bitmask(v128.or(i8x16.eq(bytes, i8x16.splat(0x0a)), i8x16.eq(bytes, i8x16.splat(0x3a))));
    if (stops !== 0) break;
    i += 16;
    if (i >= at + MAX_ORIGIN) return hostOrigin(at, i);
  }
  const stop = i + ctz(stops);
  if (load<u8>(stop) === COLON && load<u8>(stop + 1) === SPACE) return found(at, stop + 1, TAGGED);
  return hostOrigin(at, stop);
}

/** The same of a host alone, whose space stands before `end`. */
function hostOrigin(at: usize, end: usize): i32 {
  let i = at;
  while (i < end && load<u8>(i) !== SPACE) i++;
  return i < end && beginsRow(i + 1) ? found(at, i + 1, HOST_ONLY) : -1;
}

/** The slot of the four fields of RFC 5424, each with the space behind it; -1 when they are not known. */
export function fieldedOrigin(at: usize): i32 {
  let left = FIELDS;
  for (let i = at; i < at + MAX_ORIGIN; i += 16) {
    const bytes = v128.load(i);
    const ends = i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0x0a)));
    let spaces = i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0x20)));
    if (ends !== 0) spaces &= (ends & -ends) - 1;
    for (; spaces !== 0; spaces &= spaces - 1) if (--left === 0) return found(at, i + ctz(spaces) + 1, FIELDED);
    if (ends !== 0) break;
  }
  return -1;
}

/** `1,2026/`: no tag and no header of another sender can begin so. */
function beginsRow(at: usize): bool {
  let i = at;
  while (digit(i) <= 9) i++;
  if (i === at || i >= at + 4 || load<u8>(i) !== COMMA) return false;
  return digit(i + 1) <= 9 && digit(i + 4) <= 9 && load<u8>(i + 5) === 0x2f;
}

function found(at: usize, end: usize, kind: u32): i32 {
  originEnd = end;
  if (end - at > MAX_ORIGIN) return -1;
  const first = slotOf(at, end);
  for (let way = 0; way < WAYS; way++) if (isIn(first + way, at, end, kind)) return first + way;
  return -1;
}

/** The first slot for an origin. Of bytes that are compared whole anyway: eight at a time. All of them reach the upper bits of a product. */
function slotOf(at: usize, end: usize): i32 {
  let hash: u64 = <u64>(end - at);
  let i = at;
  for (; i + 8 <= end; i += 8) hash = mixed(hash, load<u64>(i));
  if (i < end) hash = mixed(hash, load<u64>(i) << ((<u64>(i + 8 - end)) << 3));
  return <i32>(hash >> 48) & <i32>(ORIGIN_SLOTS - WAYS);
}

function mixed(hash: u64, bytes: u64): u64 {
  return (rotl<u64>(hash, 5) ^ bytes) * MIX;
}

function isIn(slot: i32, at: usize, end: usize, kind: u32): bool {
  const room = ORIGINS + <usize>slot * ORIGIN_SIZE;
  const length = end - at;
  if (load<u32>(room) !== (kind | <u32>length)) return false;
  let i: usize = 0;
  for (; i + 16 <= length; i += 16) {
    if (v128.any_true(v128.xor(v128.load(room + BYTES + i), v128.load(at + i)))) return false;
  }
  if (i === length) return true;
  const same = i8x16.bitmask(i8x16.eq(v128.load(room + BYTES + i), v128.load(at + i)));
  const wanted = (1 << (<i32>(length - i))) - 1;
  return (same & wanted) === wanted;
}

/**
 * Remembers the origin that the bytes from `at` to `end` are, so that the next lines find it; its slot, or -1 for bytes that no line
 * would be looked up by. Forgets what was in the slot.
 */
export function keepOrigin(at: usize, end: usize, isFielded: bool): i32 {
  originEnd = 0;
  const known = isFielded ? fieldedOrigin(at) : taggedOrigin(at);
  if (originEnd !== end || end - at > MAX_ORIGIN) return -1;
  if (known >= 0) return known;
  let slot = slotOf(at, end);
  const last = slot + WAYS - 1;
  while (slot < last && load<u32>(ORIGINS + <usize>slot * ORIGIN_SIZE) !== 0) slot++;
  const room = ORIGINS + <usize>slot * ORIGIN_SIZE;
  const kind = isFielded ? FIELDED : load<u8>(end - 1) === COLON ? TAGGED : HOST_ONLY;
  store<u32>(room, kind | <u32>(end - at));
  memory.copy(room + BYTES, at, end - at);
  return slot;
}
