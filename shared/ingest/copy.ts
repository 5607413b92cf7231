/** Shorter pieces are copies already: V8 shares memory from 13 characters on. */
const SHARED_FROM = 13;

/**
 * A copy of a text that does not share memory with it. A piece cut from a line keeps the whole chunk alive that the line was
 * cut from: what outlives its line is copied. Joining and cutting again is the fastest way to a text of its own.
 */
export const copyOf = (text: string): string => (text.length < SHARED_FROM ? text : ` ${text}`.slice(1));
