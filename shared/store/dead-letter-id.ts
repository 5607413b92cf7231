import { encodeKey } from './keys.ts';

/** Id of the dead letters of one slice or event, by its position; safe as a blob name and as a URL path segment. */
export const deadLetterId = (source: string, byte: number): string =>
  `${encodeKey(source)}!${String(byte).padStart(16, '0')}`;
