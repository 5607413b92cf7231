/** The digits of a count that is believed; more would be over 10 MB. */
const MAX_DIGITS = 7;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const LESS = 0x3c;
const GREATER = 0x3e;

/**
 * The index behind a message whose length its sender stated in front of it, `57 <14>1 …` (RFC 6587, 3.4.1), in a text of one
 * character per byte; undefined when none begins here. Whether the count is true is for `boundaryAt` and `opensAnother` to say:
 * files keep counts that no longer are.
 */
export function octetFrameEnd(text: string, at: number): number | undefined {
  let i = at;
  let count = 0;
  for (let code = text.charCodeAt(i); isDigitCode(code) && i - at < MAX_DIGITS; code = text.charCodeAt(i)) {
    count = count * 10 + code - 0x30;
    i++;
  }
  const isCount = i > at && text.charCodeAt(at) !== 0x30 && text.charCodeAt(i) === SPACE;
  return isCount && isPriority(text, i + 1) ? i + 1 + count : undefined;
}

/** Whether a frame may end at an index: before a line end, a frame, a priority. Undefined while the text is too short to tell. */
export function boundaryAt(text: string, at: number, final: boolean): boolean | undefined {
  if (at >= text.length) return final ? true : undefined;
  const code = text.charCodeAt(at);
  if (code === LINE_FEED || code === CARRIAGE_RETURN) return true;
  if (isPriority(text, at) || octetFrameEnd(text, at) !== undefined) return true;
  // A line feed that was counted along ends the frame as well.
  if (text.charCodeAt(at - 1) === LINE_FEED) return true;
  return !final && text.length - at < MAX_DIGITS + 6 && !text.includes('\n', at) ? undefined : false;
}

/** Whether a line between two indices begins another message: then the count in front was not that of one. */
export function opensAnother(text: string, at: number, end: number): boolean {
  for (let i = text.indexOf('\n', at); i >= 0 && i + 1 < end; i = text.indexOf('\n', i + 1)) {
    if (isPriority(text, i + 1) || octetFrameEnd(text, i + 1) !== undefined) return true;
  }
  return false;
}

/**
 * Index of the first message inside a line that has its length in front and ends at a boundary within the line, `to`; -1 when there is none,
 * undefined while the text is too short to tell. Digits right before a count may be the end of another message.
 */
export function trueFrameIn(text: string, from: number, to: number, final: boolean): number | undefined {
  for (let less = text.indexOf('<', from); less >= 0 && less < to; less = text.indexOf('<', less + 1)) {
    let at = less - 1;
    while (at > from && less - at <= MAX_DIGITS && isDigitCode(text.charCodeAt(at - 1))) at--;
    for (; at < less - 1; at++) {
      const end = octetFrameEnd(text, at);
      if (end === undefined || (end > to && (final || to < text.length))) continue;
      const isWhole = end > to ? undefined : boundaryAt(text, end, final);
      if (isWhole !== false) return isWhole && at;
    }
  }
  return -1;
}

/** Index of the next NUL that ends a message, as some senders do (RFC 6587, 3.4.2): one in front of a priority. Or that of the text's end. */
export function nulEnd(text: string, from: number): number {
  let at = text.indexOf('\0<', from);
  while (at >= 0 && !isPriority(text, at + 1)) at = text.indexOf('\0<', at + 1);
  return at < 0 ? text.length : at;
}

/** `<0>` to `<999>`; of what is in range the header's reader decides. */
function isPriority(text: string, at: number): boolean {
  if (text.charCodeAt(at) !== LESS) return false;
  let i = at + 1;
  while (i < at + 4 && isDigitCode(text.charCodeAt(i))) i++;
  return i > at + 1 && text.charCodeAt(i) === GREATER;
}

const isDigitCode = (code: number): boolean => code >= 0x30 && code <= 0x39;
