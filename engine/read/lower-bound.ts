/** First index whose value is not less than `value`. */
export function lowerBound(
  sorted: Uint32Array | Float64Array | readonly number[],
  value: number,
  length = sorted.length,
): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * First of `length` indices of which `before` does not hold; it holds of the first ones only. `length` where it holds
 * of all.
 */
export function lowerBoundBy(length: number, before: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
