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
  const encoded = encodeAll(text.normalize('NFC'));
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

/**
 * The range of key text that holds all texts with this prefix, for queries; callers still compare the texts, since a long key
 * has only its first 200 characters in the range. `before` is what the caller puts in front of its keys: `key!`.
 */
export function prefixRange(before: string, prefix: string): { readonly from: string; readonly to: string } {
  const encoded = encodeAll(prefix.normalize('NFC')).slice(0, kept);
  // A cut may leave half of a ~xx; the tilde is the last of all characters and has no successor to end a range with.
  const from = `${before}${encoded}`.replace(/~$/, '');
  return { from, to: from.slice(0, -1) + String.fromCharCode(from.charCodeAt(from.length - 1) + 1) };
}

const encodeAll = (text: string): string => text.replaceAll(/[^a-z0-9._-]/gu, (odd) => encodeOdd(odd));

function encodeOdd(character: string): string {
  if (!character.isWellFormed()) return `~u${character.charCodeAt(0).toString(16)}`;
  return Buffer.from(character, 'utf8').toString('hex').replaceAll(/../g, '~$&');
}
