/** Share of control characters from which a line is taken for binary data. Random bytes have 11 of 100. */
const MAX_CONTROL_SHARE = 0.05;
/** In what is not valid text anyway, as in short pieces of binary data, fewer characters say it. */
const SHORT = 20;

/**
 * Could a person read this as log text? Text in a wrong encoding can (every second character may be U+FFFD); what is full of
 * control characters cannot. Tabs, form feeds, escapes (colours) and carriage returns are no signs of binary data.
 */
export function isReadable(text: string): boolean {
  let controls = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code < 0x20 && !(code >= 0x08 && code <= 0x0d) && code !== 0x1b) || code === 0x7f) controls++;
  }
  if (controls === 0) return true;
  return text.length <= SHORT && !text.includes('\ufffd')
    ? controls < text.length / 2
    : controls / text.length <= MAX_CONTROL_SHARE;
}
