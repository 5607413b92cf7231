/** Windows' Japanese code page (cp932): what the web calls Shift_JIS. Throws on what is none. */
const CP932 = new TextDecoder('shift_jis', { fatal: true });

/** Rarer characters and half-width katakana, of which other code pages look full, may be one for this many common ones. */
const COMMON_FOR_EACH_RARE = 4;

/**
 * The text of bytes that are no UTF-8, if they are Japanese as Windows writes it; else undefined. Nearly any bytes decode as cp932, so
 * they must look Japanese as well: two common characters side by side (kana, the usual kanji, all with a first byte of 81 to 9F),
 * and few others. An accented Latin letter, Cyrillic, Korean, Chinese, EUC-JP and cut UTF-8 do not.
 */
export function japaneseText(bytes: Uint8Array): string | undefined {
  let [common, rare, run, longest] = [0, 0, 0, 0];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    if (byte < 0x80) {
      run = 0;
    } else if (byte >= 0x81 && byte <= 0x9f) {
      common++;
      run++;
      i++;
      longest = Math.max(longest, run);
    } else {
      rare++;
      run = 0;
      if (byte >= 0xe0) i++;
    }
  }
  if (longest < 2 || common < rare * COMMON_FOR_EACH_RARE) return undefined;
  try {
    return CP932.decode(bytes);
  } catch {
    return undefined;
  }
}
