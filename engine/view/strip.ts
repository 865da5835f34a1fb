// Packets over time, with those of malicious flows among them, for the time strip. A full chunk of rows is counted
// once, in bins of its own time, so that a long capture is not read through again each time.
import { type PacketRow, packetRow, type StripPage, VERDICTS } from '../../contract/index.ts';
import { CHUNK_ROWS, NO_FLOW, type PacketChunk, type PacketColumns } from '../decode/index.ts';
import type { Subject } from '../filter/index.ts';
import { TimeSlices } from './time-slices.ts';

const MALICIOUS = VERDICTS.indexOf('malicious');
/** Rows that are counted exactly each time. */
const EXACT_ROWS = 4_000_000;
const BINS = 128;
/** Time that a strip has at least, of one packet too: seconds. */
const SHORTEST = 0.001;

/** Where packets are counted: buckets of equal length, `scale` of them a second, the first one beginning at `from`. */
interface Buckets {
  readonly from: number;
  readonly scale: number;
  readonly packets: Uint32Array;
  readonly malicious: Uint32Array;
}

interface Summary extends Buckets {
  readonly to: number;
  /** Verdicts as they were when it was counted. */
  readonly revision: number;
}

/** While a capture grows, verdicts of the newest chunks are followed; those of all when it is complete. */
const FRESH = 64;
const known = new WeakMap<PacketColumns, Summary[]>();

/**
 * From right before the first time until right after the last one: seconds. A microsecond, as filters of a range are
 * written with them: the range of the whole strip holds every packet.
 */
export function stripSpan(first: number, last: number): { readonly from: number; readonly to: number } {
  return { from: first - 1e-6, to: Math.max(last + 1e-6, first + SHORTEST) };
}

/** The time of a chunk's first `rows` packets. */
function times(chunk: PacketChunk, rows: number): { readonly from: number; readonly to: number } {
  const { seconds, nanoseconds } = chunk;
  let from = Infinity;
  let to = -Infinity;
  for (let i = 0; i < rows; i++) {
    const t = seconds[i]! + nanoseconds[i]! / 1e9;
    if (t < from) from = t;
    if (t > to) to = t;
  }
  return stripSpan(from, to);
}

function countInto(into: Buckets, s: Subject, chunk: PacketChunk, rows: number): void {
  const { from, scale, packets, malicious } = into;
  const { seconds, nanoseconds, owner } = chunk;
  const { verdict } = s;
  const last = packets.length - 1;
  for (let i = 0; i < rows; i++) {
    const bucket = Math.min(last, Math.floor((seconds[i]! - from + nanoseconds[i]! / 1e9) * scale));
    packets[bucket]!++;
    const flow = owner[i]!;
    if (flow < NO_FLOW && verdict[flow] === MALICIOUS) malicious[bucket]!++;
  }
}

function summary(s: Subject, base: PacketRow, revision: number, final: boolean): Summary {
  const { packets } = s.analysis;
  const list = known.get(packets) ?? [];
  known.set(packets, list);
  const index = base / CHUNK_ROWS;
  const before = list[index];
  if (before !== undefined && (before.revision === revision || (!final && index < packets.count / CHUNK_ROWS - FRESH)))
    return before;
  const chunk = packets.chunk(base);
  const { from, to } = times(chunk, CHUNK_ROWS);
  const made: Summary = {
    from,
    to,
    scale: BINS / (to - from),
    packets: new Uint32Array(BINS),
    malicious: new Uint32Array(BINS),
    revision,
  };
  countInto(made, s, chunk, CHUNK_ROWS);
  list[index] = made;
  return made;
}

/** @param revision changes when verdicts do */
export async function timeStrip(s: Subject, buckets: number, revision: number, final: boolean): Promise<StripPage> {
  const { packets } = s.analysis;
  const total = packets.count;
  const page = { packets: new Uint32Array(buckets), malicious: new Uint32Array(buckets) };
  if (total === 0) return { from: 0, to: 0, ...page };
  const turns = new TimeSlices();
  const summaries: (Summary | null)[] = [];
  let from = Infinity;
  let to = -Infinity;
  // Captures are nearly in order; the true ends are found anyway, a merged file may start anywhere.
  for (let base = 0; base < total; base += CHUNK_ROWS) {
    const row = packetRow(base);
    const whole = total > EXACT_ROWS && base + CHUNK_ROWS <= total ? summary(s, row, revision, final) : null;
    const range = whole ?? times(packets.chunk(row), Math.min(CHUNK_ROWS, total - base));
    summaries.push(whole);
    from = Math.min(from, range.from);
    to = Math.max(to, range.to);
    if (turns.due) await turns.rest();
  }
  const scale = buckets / (to - from);
  const into: Buckets = { from, scale, ...page };
  for (let base = 0; base < total; base += CHUNK_ROWS) {
    const whole = summaries[base / CHUNK_ROWS]!;
    if (whole === null) countInto(into, s, packets.chunk(packetRow(base)), Math.min(CHUNK_ROWS, total - base));
    else {
      for (let bin = 0; bin < BINS; bin++) {
        const bucket = Math.min(
          buckets - 1,
          Math.floor((whole.from - from + ((bin + 0.5) * (whole.to - whole.from)) / BINS) * scale),
        );
        page.packets[bucket]! += whole.packets[bin]!;
        page.malicious[bucket]! += whole.malicious[bin]!;
      }
    }
    if (turns.due) await turns.rest();
  }
  return { from, to, ...page };
}

/** Packets of a part of the capture's time, each counted. @param from @param to seconds since 1970 */
export async function stripOf(s: Subject, buckets: number, from: number, to: number): Promise<StripPage> {
  const { packets } = s.analysis;
  const total = packets.count;
  const page = { packets: new Uint32Array(buckets), malicious: new Uint32Array(buckets) };
  const turns = new TimeSlices();
  const scale = buckets / Math.max(1e-9, to - from);
  for (let base = 0; base < total; base += CHUNK_ROWS) {
    const { seconds, nanoseconds, owner } = packets.chunk(packetRow(base));
    const rows = Math.min(CHUNK_ROWS, total - base);
    for (let i = 0; i < rows; i++) {
      const bucket = Math.floor((seconds[i]! - from + nanoseconds[i]! / 1e9) * scale);
      if (bucket < 0 || bucket >= buckets) continue;
      page.packets[bucket]!++;
      const flow = owner[i]!;
      if (flow < NO_FLOW && s.verdict[flow] === MALICIOUS) page.malicious[bucket]!++;
    }
    if (turns.due) await turns.rest();
  }
  return { from, to, ...page };
}
