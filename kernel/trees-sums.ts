// What an ensemble's sums become.

export let trees: usize = 0;
let base: f64 = 0;
let scale: f64 = 0;

export function begin(count: i32, offset: f64, factor: f64): void {
  trees = count;
  base = offset;
  scale = factor;
}

/** @param value sum of leaf values @param seldom sum of -ln(share) */
export function write(value: f64, seldom: f64, raw: usize, novelty: usize): void {
  store<f64>(raw, base + scale * value);
  store<f64>(novelty, seldom / <f64>trees);
}
