// The obvious twin of the accumulators: a flow's packets in a list, every statistic worked out from the whole of it.

export interface TwinPacket {
  /** 0 from the initiator. */
  readonly dir: number;
  /** Nanoseconds since the capture's first packet. */
  readonly time: number;
  readonly wire: number;
  readonly payload: number;
  /** TCP flags, -1 without TCP. */
  readonly flags: number;
}

const mean = (v: readonly number[]): number => v.reduce((a, b) => a + b, 0) / v.length;
const deviation = (v: readonly number[]): number => {
  const m = mean(v);
  return Math.sqrt(mean(v.map((x) => (x - m) ** 2)));
};
const smallest = (v: readonly number[]): number => v.reduce((a, b) => Math.min(a, b), Infinity);
const largest = (v: readonly number[]): number => v.reduce((a, b) => Math.max(a, b), -Infinity);
/** The value at rank floor(q (n - 1)): what a histogram can know. */
const quantile = (v: readonly number[], q: number): number =>
  [...v].sort((a, b) => a - b)[Math.floor(q * (v.length - 1))]!;
const QUANTILES = [10, 25, 50, 75, 90];
const FLAGS = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ece', 'cwr'];

/** @returns features of groups A, B, C, D (flags) and F by name; NaN where there is nothing to say */
export function twinFeatures(packets: readonly TwinPacket[]): Map<string, number> {
  const f = new Map<string, number>();
  const of = (dir: number): TwinPacket[] => packets.filter((p) => p.dir === dir);
  const sum = (list: readonly TwinPacket[], what: 'wire' | 'payload'): number => list.reduce((n, p) => n + p[what], 0);
  const last = largest(packets.map((p) => p.time));
  const duration = (last - smallest(packets.map((p) => p.time))) / 1e9;
  f.set('duration', duration);
  f.set('packet_rate', duration > 0 ? packets.length / duration : NaN);
  f.set('byte_rate', duration > 0 ? sum(packets, 'wire') / duration : NaN);
  f.set('bytes_rev_share', sum(of(1), 'wire') / sum(packets, 'wire'));
  f.set('payload_rev_share', sum(packets, 'payload') > 0 ? sum(of(1), 'payload') / sum(packets, 'payload') : NaN);
  f.set('one_way', of(0).length === 0 || of(1).length === 0 ? 1 : 0);
  (['fwd', 'rev'] as const).forEach((name, dir) => {
    const own = of(dir);
    f.set(`packets_${name}`, own.length);
    f.set(`bytes_${name}`, sum(own, 'wire'));
    f.set(`payload_${name}`, sum(own, 'payload'));
    f.set(`payload_packets_${name}`, own.filter((p) => p.payload > 0).length);
    const lengths = own.map((p) => p.payload);
    const none = lengths.length === 0;
    f.set(`len_${name}_min`, none ? NaN : smallest(lengths));
    f.set(`len_${name}_mean`, none ? NaN : mean(lengths));
    f.set(`len_${name}_max`, none ? NaN : largest(lengths));
    f.set(`len_${name}_dev`, none ? NaN : deviation(lengths));
    for (const q of QUANTILES) f.set(`len_${name}_p${q}`, none ? NaN : quantile(lengths, q / 100));
    f.set(`len_${name}_empty_share`, none ? NaN : lengths.filter((l) => l === 0).length / lengths.length);
    f.set(`len_${name}_full_share`, none ? NaN : lengths.filter((l) => l >= 1300).length / lengths.length);
    if (packets[0]!.flags >= 0)
      FLAGS.forEach((flag, bit) =>
        f.set(`tcp_${name}_${flag}`, none ? NaN : own.filter((p) => p.flags & (1 << bit)).length / own.length),
      );
  });
  const sets: readonly (readonly [string, readonly TwinPacket[]])[] = [
    ['fwd', of(0)],
    ['rev', of(1)],
    ['both', packets],
  ];
  for (const [name, list] of sets) {
    const gaps: number[] = [];
    // A packet that is stamped before another that came earlier has no gap; with both directions together the latest
    // time so far counts.
    for (let i = 1, latest = list[0]?.time ?? 0; i < list.length; i++) {
      const from = name === 'both' ? latest : list[i - 1]!.time;
      gaps.push(Math.max(0, list[i]!.time - from) / 1e9);
      latest = Math.max(latest, list[i]!.time);
    }
    const none = gaps.length === 0;
    f.set(`gap_${name}_min`, none ? NaN : smallest(gaps));
    f.set(`gap_${name}_mean`, none ? NaN : mean(gaps));
    f.set(`gap_${name}_max`, none ? NaN : largest(gaps));
    f.set(`gap_${name}_dev`, none ? NaN : deviation(gaps));
    for (const q of QUANTILES) f.set(`gap_${name}_p${q}`, none ? NaN : quantile(gaps, q / 100));
    if (name === 'both') f.set('bursts', gaps.filter((g) => g > 1).length);
  }
  sequence(
    packets.filter((p) => p.payload > 0),
    f,
  );
  return f;
}

function sequence(loaded: readonly TwinPacket[], f: Map<string, number>): void {
  for (let i = 0; i < 20; i++) {
    const p = loaded[i];
    f.set(`seq_len_${i + 1}`, p === undefined ? NaN : (p.dir === 0 ? 1 : -1) * p.payload);
    f.set(`seq_gap_${i + 1}`, p === undefined || i === 0 ? NaN : Math.max(0, p.time - loaded[i - 1]!.time) / 1e9);
  }
  const edges = ['0', '190', '380', '570', '760', '950', '1140', '1330+'];
  const limits: readonly (readonly [string, number])[] = [
    ['1ms', 1e6],
    ['10ms', 1e7],
    ['100ms', 1e8],
    ['1s', 1e9],
    ['10s', 1e10],
    ['longer', Infinity],
  ];
  const lengthName = (p: TwinPacket): string => edges[Math.min(7, Math.floor(p.payload / 190))]!;
  const gapName = (i: number): string =>
    limits.find(([, limit]) => Math.max(0, loaded[i]!.time - loaded[i - 1]!.time) < limit)![0];
  const share = (prefix: string, names: readonly string[], pairs: readonly (readonly [string, string])[]): void => {
    for (const a of names)
      for (const b of names)
        f.set(
          `${prefix}_${a}_${b}`,
          pairs.length === 0 ? NaN : pairs.filter(([x, y]) => x === a && y === b).length / pairs.length,
        );
  };
  share(
    'markov_len',
    edges,
    loaded.slice(1).map((p, i) => [lengthName(loaded[i]!), lengthName(p)] as const),
  );
  const gaps = loaded.slice(1).map((_, i) => gapName(i + 1));
  share(
    'markov_gap',
    limits.map(([n]) => n),
    gaps.slice(1).map((g, i) => [gaps[i]!, g] as const),
  );
}

/**
 * How far a feature may lie from its twin: quantiles by the width of their bins, all else by float32 and by sums in
 * another order.
 */
export function allowedError(name: string, exact: number, scale: number): number {
  if (/^len_.*_p\d/.test(name)) return 0.26 * exact + 1;
  if (/^gap_.*_p\d/.test(name)) return 0.5 * exact + 1.001e-6;
  // A deviation out of sums of squares loses what the squares of the mean cover.
  if (name.endsWith('_dev')) return 3e-6 * Math.abs(exact) + 3e-7 * scale;
  return 1e-6 * Math.abs(exact) + 1e-9;
}
