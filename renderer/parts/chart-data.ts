// What a graph shows, and its colours.

export interface ChartSeries {
  readonly name: string;
  readonly values: ArrayLike<number>;
  /** Index into the colours of the theme. */
  readonly colour: number;
  readonly draw: 'line' | 'points' | 'bars' | 'steps';
  /** The axis on the right. */
  readonly right?: boolean;
}

export interface ChartData {
  /** File name without its ending. */
  readonly file: string;
  readonly title: string;
  readonly x: ArrayLike<number>;
  readonly xName: string;
  readonly yName: string;
  readonly rightName?: string;
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
