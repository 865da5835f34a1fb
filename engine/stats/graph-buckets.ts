// What an interval of the I/O graph adds up to, as Wireshark's graph has it (ui/io_graph_item.c).
import type { GraphValue, Message } from '../../contract/index.ts';
import type { TimeSlices } from '../view/index.ts';

export interface SeriesRequest {
  readonly filter: string;
  readonly value: GraphValue;
  /** Of values that want one. */
  readonly field: string;
}

/** Values of a field: calls with each of a packet's. */
export interface GraphField {
  readonly each: (row: number, take: (value: number) => void) => void;
  readonly partial: Message | null;
}

/** Where values of fields come from. @throws SaidError where there are none */
export type GraphFields = (field: string, value: GraphValue, turns: TimeSlices) => Promise<GraphField>;

const NANOSECONDS = 1e9;

export class Buckets {
  readonly needsField: boolean;
  private readonly value: GraphValue;
  /** Seconds of an interval. */
  private readonly interval: number;
  private readonly sum: Float64Array;
  private readonly count: Float64Array;
  private readonly edge: Float64Array;
  private bucket = 0;
  private passed = 0;
  private found = false;

  constructor(n: number, value: GraphValue, interval: number) {
    this.value = value;
    this.interval = interval;
    this.needsField = value !== 'packets' && value !== 'bytes' && value !== 'bits';
    this.sum = new Float64Array(n);
    this.count = new Float64Array(n);
    this.edge = new Float64Array(value === 'max' || value === 'min' ? n : 0).fill(NaN);
  }

  /** @param passed nanoseconds since the first interval began @returns whether the packet counts */
  take(bucket: number, wire: number, passed: number, row: number, field: GraphField | null): boolean {
    if (field === null) {
      this.count[bucket]!++;
      this.sum[bucket]! += wire;
      return true;
    }
    this.bucket = bucket;
    this.passed = passed;
    this.found = false;
    field.each(row, this.one);
    if (this.found && this.value === 'frames') this.count[bucket]!++;
    return this.found;
  }

  private readonly one = (v: number): void => {
    const { bucket } = this;
    this.found = true;
    if (this.value === 'frames') return;
    this.count[bucket]!++;
    if (this.value === 'fields' || v !== v) return;
    if (this.value === 'load') this.spread(v);
    else this.sum[bucket]! += v;
    if (this.edge.length === 0) return;
    const edge = this.edge[bucket]!;
    if (this.value === 'min' ? !(edge <= v) : !(edge >= v)) this.edge[bucket] = v;
  };

  /** A time that ended now was spent in this interval and those before it. @param seconds how long it took */
  private spread(seconds: number): void {
    let left = seconds;
    let here = Math.min(left, this.passed / NANOSECONDS - this.bucket * this.interval);
    for (let at = this.bucket; at >= 0 && left > 0; at--) {
      this.sum[at]! += here;
      left -= here;
      here = Math.min(left, this.interval);
    }
  }

  /** Where an interval has no packet, counts are 0; means and edges are missing. */
  values(): Float64Array {
    switch (this.value) {
      case 'packets':
      case 'frames':
      case 'fields':
        return this.count;
      case 'bytes':
      case 'sum':
        return this.sum;
      case 'bits':
        return this.sum.map((n) => n * 8);
      case 'load':
        return this.sum.map((n) => n / this.interval);
      case 'avg':
        return this.sum.map((n, i) => n / this.count[i]!);
      case 'max':
      case 'min':
        return this.edge;
    }
  }
}
