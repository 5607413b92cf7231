import { expect, it } from 'vitest';
import { forgetBefore } from '../../shared/alerts/rules/window.ts';

const at = (...times: number[]) => times.map((time) => ({ at: time }));

it.each([
  { list: at(), from: 5, left: at() },
  { list: at(5, 6), from: 5, left: at(5, 6) },
  { list: at(3, 4, 5, 6), from: 5, left: at(5, 6) },
  { list: at(3, 4), from: 5, left: at() },
  { list: at(6, 4), from: 5, left: at(6, 4) },
])('keeps $left of $list from $from on', ({ list, from, left }) => {
  forgetBefore(list, from);
  expect(list).toEqual(left);
});
