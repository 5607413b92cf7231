const ZEROS: u64 = 0x3030_3030_3030_3030;
/** What a byte above nine gets its high bit by. */
const OVER_NINE: u64 = 0x7676_7676_7676_7676;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
/** Every other pair of digits, and what the first and the second such two count. */
const EVEN_PAIRS: u64 = 0x0000_00ff_0000_00ff;
const HUNDREDS: u64 = 0x000f_4240_0000_0064;
const ONES: u64 = 0x0000_2710_0000_0001;

/** Digits and nothing else, up to eight: all at once, each byte a digit, then each two, each four a number. */
export function storeNumber(to: usize, from: usize, end: usize): bool {
  if (from >= end || end - from > 8) return false;
  const digits = (load<u64>(end - 8) ^ ZEROS) & (-1 << ((8 - <u64>(end - from)) << 3));
  if (((digits + OVER_NINE) | digits) & HIGH_BITS) return false;
  const pairs = digits * 10 + (digits >> 8);
  const value = (pairs & EVEN_PAIRS) * HUNDREDS + ((pairs >> 16) & EVEN_PAIRS) * ONES;
  store<u32>(to, <u32>(value >> 32));
  return true;
}
