// The I/O graph: packets, bytes or a field of the packets of several filters, interval by interval.
import { type GraphField, type GraphPage, type GraphValue, MAX_INTERVALS, packetRow } from '../../contract/index.ts';
import { inChunk, type PacketChunk, type PacketColumns } from '../decode/index.ts';
import type { Asker } from '../filter/index.ts';
import { ListView, type ListSource, type TimeSlices } from '../view/index.ts';
import { eachCounted } from './rows.ts';

export interface SeriesRequest {
  readonly filter: string;
  readonly value: GraphValue;
  readonly field: GraphField;
}

/** @param engine answers filters that columns do not @param interval seconds; made longer where there would be too many */
export async function graphOf(
  s: ListSource,
  engine: Asker,
  series: readonly SeriesRequest[],
  interval: number,
  turns: TimeSlices,
): Promise<GraphPage> {
  const { packets } = s.analysis;
  const total = packets.count;
  const { from, to } = await ends(packets, total, turns);
  const span = total === 0 ? 0 : to - from;
  const step = Math.max(interval, span / (MAX_INTERVALS - 1));
  const n = total === 0 ? 0 : Math.floor(span / step) + 1;
  const packet = new Uint32Array(n);
  const page: GraphPage = { from: total === 0 ? 0 : from, interval: step, packet, series: [] };
  const made: { values: Float64Array; problem: GraphPage['series'][number]['problem'] }[] = [];
  for (const asked of series) {
    const list = new ListView('packets', s, engine);
    turns.onCancel = () => list.cancel();
    const problem = asked.filter.trim() === '' ? null : await list.apply(asked.filter, null, []);
    if (problem !== null) {
      made.push({ values: new Float64Array(n).fill(NaN), problem: problem.message });
      continue;
    }
    const all = asked.filter.trim() === '';
    const buckets = new Buckets(n, asked.value, asked.field);
    const count = all ? total : list.shown.count;
    for (let k = 0; k < count; k++) {
      const row = all ? packetRow(k) : list.shown.at(k);
      const chunk = packets.chunk(row);
      const i = inChunk(row);
      const time = chunk.seconds[i]! - from + chunk.nanoseconds[i]! / 1e9;
      const bucket = Math.max(0, Math.min(n - 1, Math.floor(time / step)));
      if (packet[bucket] === 0 || row + 1 < packet[bucket]!) packet[bucket] = row + 1;
      buckets.take(bucket, chunk.wire[i]!, chunk.captured[i]!, row === 0 ? 0 : delta(packets, row));
      if ((k & 4095) === 0) {
        turns.done = (made.length + k / count) / series.length;
        if (turns.due) await turns.rest();
      }
    }
    made.push({ values: buckets.values(), problem: null });
  }
  return { ...page, series: made };
}

/** Seconds since the packet captured before. */
function delta(packets: PacketColumns, row: number): number {
  const one = packets.chunk(packetRow(row - 1));
  const two = packets.chunk(packetRow(row));
  const [i, k] = [inChunk(packetRow(row - 1)), inChunk(packetRow(row))];
  return two.seconds[k]! - one.seconds[i]! + (two.nanoseconds[k]! - one.nanoseconds[i]!) / 1e9;
}

async function ends(packets: PacketColumns, total: number, turns: TimeSlices): Promise<{ from: number; to: number }> {
  let [from, to] = [Infinity, -Infinity];
  const widen = (_row: number, chunk: PacketChunk, i: number): void => {
    const time = chunk.seconds[i]! + chunk.nanoseconds[i]! / 1e9;
    if (time < from) from = time;
    if (time > to) to = time;
  };
  await eachCounted(packets, null, total, turns, widen, 0);
  return { from, to };
}

class Buckets {
  private readonly sum: Float64Array;
  private readonly count: Float64Array;
  private readonly edge: Float64Array;
  private readonly value: GraphValue;
  private readonly field: GraphField;

  constructor(n: number, value: GraphValue, field: GraphField) {
    this.sum = new Float64Array(n);
    this.count = new Float64Array(n);
    this.edge = new Float64Array(n).fill(NaN);
    this.value = value;
    this.field = field;
  }

  take(bucket: number, wire: number, captured: number, since: number): void {
    const of = { 'frame.len': wire, 'frame.cap_len': captured, 'frame.time_delta': since }[this.field];
    this.count[bucket]!++;
    this.sum[bucket]! += this.value === 'bytes' || this.value === 'bits' ? wire : of;
    const edge = this.edge[bucket]!;
    if (this.value === 'min' ? !(edge <= of) : !(edge >= of)) this.edge[bucket] = of;
  }

  /** Where an interval has no packet, counts are 0 and averages missing. */
  values(): Float64Array {
    switch (this.value) {
      case 'packets':
        return this.count;
      case 'bytes':
      case 'sum':
        return this.sum;
      case 'bits':
        return this.sum.map((n) => n * 8);
      case 'avg':
        return this.sum.map((n, i) => n / this.count[i]!);
      case 'max':
      case 'min':
        return this.edge;
    }
  }
}
