/**
 * A copy of a text that does not share memory with it. A piece cut from a line keeps the whole chunk alive that the line was
 * cut from: what outlives its line is copied.
 */
export const copyOf = (text: string): string => Buffer.from(text).toString();
