// Packet lengths: how many packets of which size, in Wireshark's ranges (stats_tree of plen), from the columns alone.
import { count as grouped } from '../../contract/index.ts';
import type { PacketColumns } from '../decode/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { eachCounted } from './rows.ts';
import type { StatTable } from './table.ts';

/** Lower bounds of the ranges, bytes on the wire. */
const BOUNDS = [0, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120];

/** @param displayed rows that count, a bit each; null: all do */
export async function lengthTable(
  packets: PacketColumns,
  displayed: Uint8Array | null,
  total: number,
  turns: TimeSlices,
): Promise<StatTable> {
  const n = BOUNDS.length;
  const count = new Float64Array(n + 1);
  const bytes = new Float64Array(n + 1);
  const smallest = new Float64Array(n + 1).fill(NaN);
  const largest = new Float64Array(n + 1).fill(NaN);
  const first = new Uint32Array(n + 1);
  let from = Infinity;
  let to = -Infinity;
  const take = (k: number, wire: number, row: number): void => {
    if (count[k]!++ === 0) first[k] = row + 1;
    bytes[k]! += wire;
    if (!(smallest[k]! <= wire)) smallest[k] = wire;
    if (!(largest[k]! >= wire)) largest[k] = wire;
  };
  await eachCounted(packets, displayed, total, turns, (row, chunk, i) => {
    const wire = chunk.wire[i]!;
    const time = chunk.seconds[i]! + chunk.nanoseconds[i]! / 1e9;
    if (time < from) from = time;
    if (time > to) to = time;
    let k = n - 1;
    while (BOUNDS[k]! > wire) k--;
    take(0, wire, row);
    take(k + 1, wire, row);
  });
  const span = to - from;
  const each = (of: (k: number) => number): Float64Array => Float64Array.from({ length: n + 1 }, (_, k) => of(k));
  return {
    rows: n + 1,
    columns: [
      { id: 'lengths', kind: 'text', text: rangeText, compare: (a, b) => a - b },
      { id: 'packets', kind: 'count', numbers: count },
      { id: 'average', kind: 'decimal', numbers: each((k) => (count[k]! > 0 ? bytes[k]! / count[k]! : NaN)) },
      { id: 'smallest', kind: 'count', numbers: smallest },
      { id: 'largest', kind: 'count', numbers: largest },
      { id: 'bytes', kind: 'bytes', numbers: bytes },
      { id: 'percent', kind: 'percent', numbers: each((k) => (count[0]! > 0 ? (count[k]! * 100) / count[0]! : NaN)) },
      { id: 'packetRate', kind: 'decimal', numbers: each((k) => (span > 0 ? count[k]! / span : NaN)) },
    ],
    filter: (k) => (k === 0 ? '' : rangeFilter(k - 1)),
    packet: (k) => first[k]!,
    depth: (k) => Math.min(1, k),
    note: null,
    counted: count[0]!,
  };
}

function rangeText(k: number): string {
  if (k === 0) return 'frame.len';
  const next = BOUNDS[k];
  const low = grouped(BOUNDS[k - 1]!);
  return next === undefined ? `≥ ${low}` : `${low} – ${grouped(next - 1)}`;
}

function rangeFilter(range: number): string {
  const next = BOUNDS[range + 1];
  const low = `frame.len >= ${BOUNDS[range]}`;
  return next === undefined ? low : `${low} and frame.len <= ${next - 1}`;
}
