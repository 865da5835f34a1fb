// The kernel's memory: places of a power of two, given back by their size, so that a table that has moved leaves room
// for the next one that grows.
import { full } from './host';

const SMALLEST: i32 = 10;
const LARGEST: i32 = 31;
const PAGE: usize = 65_536;

/** First free place of each power of two, 0 without one; a free place begins with the address of the next. */
const free = memory.data(4 * 32, 16);
let top: usize = __heap_base;

/** The power of two that holds so many bytes; no bytes have a place, too. */
function sizeClass(bytes: usize): i32 {
  const bits = 32 - clz<u32>(<u32>max<usize>(bytes, 1) - 1);
  return bits < SMALLEST ? SMALLEST : bits;
}

/** @returns the address of so many bytes, all of them 0 */
export function take(bytes: usize): usize {
  const c = sizeClass(bytes);
  // Beyond 2 GiB there is no place for one table.
  if (c > LARGEST) full();
  const head = free + ((<usize>c) << 2);
  const known = load<u32>(head);
  const size = (<usize>1) << c;
  if (known !== 0) {
    store<u32>(head, load<u32>(known));
    memory.fill(known, 0, size);
    return known;
  }
  const at = (top + 63) & ~63;
  const end = <u64>at + size;
  const pages = <i32>((end + PAGE - 1) >> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) full();
  top = <usize>end;
  return at;
}

/** Gives a place back. @param bytes as it was asked for */
export function give(at: usize, bytes: usize): void {
  const head = free + ((<usize>sizeClass(bytes)) << 2);
  store<u32>(at, load<u32>(head));
  store<u32>(head, <u32>at);
}

/** Moves a table to a place of more bytes. What is new is 0. */
export function move(at: usize, bytes: usize, more: usize): usize {
  const to = take(more);
  memory.copy(to, at, bytes);
  give(at, bytes);
  return to;
}
