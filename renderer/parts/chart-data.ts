// What a graph shows, and its colours.

export interface ChartSeries {
  readonly name: string;
  readonly values: ArrayLike<number>;
  /** Index into the colours of the theme. */
  readonly colour: number;
  readonly draw: 'line' | 'points' | 'bars' | 'steps';
  /** Points of a line are drawn too: where values are missing around one, it would not be seen. */
  readonly dots?: boolean;
  /** Index into the names of axes; the first is on the left, the others on the right. */
  readonly axis?: number;
}

export interface ChartData {
  /** File name without its ending. */
  readonly file: string;
  readonly title: string;
  readonly x: ArrayLike<number>;
  readonly xName: string;
  /** Names of the axes of values; each has a scale of its own. */
  readonly axes: readonly string[];
  readonly log?: boolean;
  readonly series: readonly ChartSeries[];
}

export const CHART_COLOURS = ['--accent', '--red', '--green', '--amber', '--violet', '--dim'] as const;

export function colourOf(index: number): string {
  const name = CHART_COLOURS[index % CHART_COLOURS.length]!;
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const MOST_DECIMALS = 9;

/** Decimals that tell the numbers of an axis apart. @param step from each to the next, above 0 */
export function decimalsOf(step: number): number {
  for (let n = 0; n < MOST_DECIMALS; n++) {
    const scaled = step * 10 ** n;
    if (Math.round(scaled) > 0 && Math.abs(scaled - Math.round(scaled)) < 1e-3) return n;
  }
  return MOST_DECIMALS;
}

/** 12.3 k, 4 M: what an axis has room for. */
export function short(v: number): string {
  const size = Math.abs(v);
  for (const [unit, of] of [
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ] as const)
    if (size >= of) return `${Number((v / of).toPrecision(4))} ${unit}`;
  return String(Number(v.toPrecision(4)));
}

/**
 * A moving average as Wireshark's I/O graph smooths: of each interval with half as many on both sides, as far as there
 * are some. @param over intervals, 0 for none; missing values are left out
 */
export function smoothed(values: ArrayLike<number>, over: number): ArrayLike<number> {
  if (over <= 1) return values;
  const half = Math.floor(over / 2);
  const out = new Float64Array(values.length);
  let sum = 0;
  let count = 0;
  const add = (at: number, sign: 1 | -1): void => {
    const value = values[at];
    if (value === undefined || value !== value) return;
    sum += sign * value;
    count += sign;
  };
  for (let i = 0; i < Math.min(half, values.length); i++) add(i, 1);
  for (let i = 0; i < values.length; i++) {
    add(i + half, 1);
    add(i - half - 1, -1);
    out[i] = count === 0 ? NaN : sum / count;
  }
  return out;
}
