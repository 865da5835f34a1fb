// Idle lists: one doubly linked list a timeout, ordered by last touch, so that expiry looks at heads only.
import { nexts, previous } from './state';

/** Head and tail of each of four lists, -1 where it is empty. */
const heads = memory.data(16, 16);
const tails = memory.data(16, 16);

export function emptyLists(): void {
  memory.fill(heads, 0xff, 16);
  memory.fill(tails, 0xff, 16);
}

export function head(list: i32): i32 {
  return load<i32>(heads + ((<usize>list) << 2));
}

export function append(list: i32, slot: i32): void {
  const tailAt = tails + ((<usize>list) << 2);
  const tail = load<i32>(tailAt);
  const at = (<usize>slot) << 2;
  store<i32>(previous + at, tail);
  store<i32>(nexts + at, -1);
  if (tail >= 0) store<i32>(nexts + ((<usize>tail) << 2), slot);
  else store<i32>(heads + ((<usize>list) << 2), slot);
  store<i32>(tailAt, slot);
}

export function remove(list: i32, slot: i32): void {
  const at = (<usize>slot) << 2;
  const before = load<i32>(previous + at);
  const after = load<i32>(nexts + at);
  if (before >= 0) store<i32>(nexts + ((<usize>before) << 2), after);
  else store<i32>(heads + ((<usize>list) << 2), after);
  if (after >= 0) store<i32>(previous + ((<usize>after) << 2), before);
  else store<i32>(tails + ((<usize>list) << 2), before);
}

/** Moves a slot to the young end of its list. */
export function touch(list: i32, slot: i32): void {
  if (load<i32>(tails + ((<usize>list) << 2)) === slot) return;
  remove(list, slot);
  append(list, slot);
}
