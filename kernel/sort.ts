// Sorts what a sweep has found by row: rows stand in the upper half of each value. Heap sort, in place.

function valueAt(at: usize, i: i32): u64 {
  return load<u64>(at + ((<usize>i) << 3));
}

function sift(at: usize, from: i32, count: i32): void {
  const value = valueAt(at, from);
  let i = from;
  while (true) {
    let child = 2 * i + 1;
    if (child >= count) break;
    if (child + 1 < count && valueAt(at, child + 1) > valueAt(at, child)) child++;
    if (valueAt(at, child) <= value) break;
    store<u64>(at + ((<usize>i) << 3), valueAt(at, child));
    i = child;
  }
  store<u64>(at + ((<usize>i) << 3), value);
}

export function sortByRow(at: usize, count: i32): void {
  let ascending = true;
  for (let i = 1; i < count && ascending; i++) ascending = valueAt(at, i - 1) <= valueAt(at, i);
  if (ascending) return;
  for (let i = (count >> 1) - 1; i >= 0; i--) sift(at, i, count);
  for (let end = count - 1; end > 0; end--) {
    const last = valueAt(at, end);
    store<u64>(at + ((<usize>end) << 3), valueAt(at, 0));
    store<u64>(at, last);
    sift(at, 0, end);
  }
}
