import { createHash } from 'node:crypto';

/** Encoded text up to here stays whole; a longer one is cut to `kept` and told apart by its hash. Tables allow 1,024. */
const longest = 300;
const kept = 200;

/**
 * Any text as key text that tables, blobs and URL paths take alike: NFC; outside `[a-z0-9._-]` (upper case included, since
 * people and file systems fold it) each UTF-8 byte is `~xx`, a lone surrogate `~uxxxx`. Above 300 characters: the first 200,
 * `~~` and the SHA-256 of the whole. No two texts share a key, NFC twins apart. Example: `encodeKey('A/b')` is `~41~2fb`.
 */
export function encodeKey(text: string): string {
  const normal = text.normalize('NFC');
  const encoded = normal.replaceAll(/[^a-z0-9._-]/gu, (odd) => encodeOdd(odd));
  if (encoded.length <= longest) return encoded;
  // Hashed after encoding: the encoding keeps lone surrogates apart, UTF-8 would not.
  return `${encoded.slice(0, kept)}~~${createHash('sha256').update(encoded).digest('hex')}`;
}

/** The text of a key, in NFC; undefined for a shortened one (its row keeps the original) or for what is no key. */
export function decodeKey(key: string): string | undefined {
  if (!/^(?:[a-z0-9._-]|~[0-9a-f]{2}|~u[0-9a-f]{4})*$/.test(key)) return undefined;
  return key.replaceAll(/(?:~[0-9a-f]{2})+|~u[0-9a-f]{4}/g, (odd) =>
    odd.startsWith('~u')
      ? String.fromCharCode(Number.parseInt(odd.slice(2), 16))
      : Buffer.from(odd.replaceAll('~', ''), 'hex').toString('utf8'),
  );
}

/** The start that the keys of all texts with this prefix share, for range queries; callers still compare the texts. */
export const encodePrefix = (prefix: string): string =>
  prefix
    .normalize('NFC')
    .replaceAll(/[^a-z0-9._-]/gu, (odd) => encodeOdd(odd))
    .slice(0, kept);

function encodeOdd(character: string): string {
  if (!character.isWellFormed()) return `~u${character.charCodeAt(0).toString(16)}`;
  return Buffer.from(character, 'utf8').toString('hex').replaceAll(/../g, '~$&');
}
