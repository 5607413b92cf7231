import type { Millis } from '../../model/time.ts';

/** Drops what lies before an instant from a list in the order of time: in place, since most of the time nothing has to go. */
export function forgetBefore(list: { readonly at: Millis }[], from: Millis): void {
  let gone = 0;
  for (const { at } of list) {
    if (at >= from) break;
    gone++;
  }
  if (gone > 0) list.splice(0, gone);
}
