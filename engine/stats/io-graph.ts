// The I/O graph: packets, bytes or a field of the packets of several filters, interval by interval.
import {
  type GraphPage,
  type GraphSeries,
  MAX_INTERVALS,
  type Message,
  packetRow,
  SaidError,
} from '../../contract/index.ts';
import { inChunk, type PacketChunk, type PacketColumns } from '../decode/index.ts';
import type { Asker } from '../filter/index.ts';
import { ListView, type ListSource, type TimeSlices } from '../view/index.ts';
import { Buckets, type GraphField, type GraphFields, type SeriesRequest } from './graph-buckets.ts';
import { eachCounted } from './rows.ts';

const NANOSECONDS = 1e9;

/** @param engine answers filters that columns do not @param interval seconds; made longer where there would be too many */
export async function graphOf(
  s: ListSource,
  engine: Asker,
  fields: GraphFields,
  series: readonly SeriesRequest[],
  interval: number,
  turns: TimeSlices,
): Promise<GraphPage> {
  const { packets } = s.analysis;
  const total = packets.count;
  const { first, span } = await ends(packets, total, turns);
  const step = Math.ceil(Math.max(interval * NANOSECONDS, span / (MAX_INTERVALS - 1)));
  const times: Times = { packets, ...first, step, n: total === 0 ? 0 : Math.floor(span / step) + 1 };
  const packet = new Uint32Array(times.n);
  const made: GraphSeries[] = [];
  for (const asked of series) {
    const one = await seriesOf({ s, engine, fields, times }, asked, turns, (done) => {
      turns.done = (made.length + done) / series.length;
    });
    one.packet.forEach((number, i) => {
      if (number > 0 && (packet[i] === 0 || number < packet[i]!)) packet[i] = number;
    });
    made.push(one);
  }
  return {
    fromSeconds: first.seconds,
    fromNanoseconds: first.nanoseconds,
    interval: step / NANOSECONDS,
    packet,
    series: made,
  };
}

interface Times {
  readonly packets: PacketColumns;
  readonly seconds: number;
  readonly nanoseconds: number;
  /** Nanoseconds of an interval, and how many intervals there are. */
  readonly step: number;
  readonly n: number;
}

interface GraphSource {
  readonly s: ListSource;
  readonly engine: Asker;
  readonly fields: GraphFields;
  readonly times: Times;
}

async function seriesOf(
  { s, engine, fields, times }: GraphSource,
  asked: SeriesRequest,
  turns: TimeSlices,
  progress: (done: number) => void,
): Promise<GraphSeries> {
  const { packets, n } = times;
  const packet = new Uint32Array(n);
  const failed = (problem: Message): GraphSeries => ({
    values: new Float64Array(n).fill(NaN),
    packet,
    problem,
    partial: null,
  });
  const list = new ListView('packets', s, engine);
  turns.onCancel = () => list.cancel();
  const all = asked.filter.trim() === '';
  const problem = all ? null : await list.apply(asked.filter, null, []);
  turns.onCancel = null;
  if (problem !== null) return failed(problem.message);
  const buckets = new Buckets(n, asked.value, times.step / NANOSECONDS);
  let field: GraphField | null;
  try {
    field = buckets.needsField ? await fields(asked.field.trim(), asked.value, turns) : null;
  } catch (error) {
    if (error instanceof SaidError && !turns.cancelled) return failed(error.said);
    throw error;
  }
  const count = all ? packets.count : list.shown.count;
  for (let k = 0; k < count; k++) {
    const row = all ? packetRow(k) : list.shown.at(k);
    const chunk = packets.chunk(row);
    const i = inChunk(row);
    const passed = since(times, chunk, i);
    const bucket = Math.min(n - 1, Math.floor(passed / times.step));
    if (buckets.take(bucket, chunk.wire[i]!, passed, row, field) && (packet[bucket] === 0 || row < packet[bucket]! - 1))
      packet[bucket] = row + 1;
    if ((k & 4095) === 0) {
      progress(k / count);
      if (turns.due) await turns.rest();
    }
  }
  const partial = all ? null : list.state().partial;
  return { values: buckets.values(), packet, problem: null, partial: partial ?? field?.partial ?? null };
}

/** Nanoseconds from the first interval's beginning on. */
function since(from: Pick<Times, 'seconds' | 'nanoseconds'>, chunk: PacketChunk, i: number): number {
  return (chunk.seconds[i]! - from.seconds) * NANOSECONDS + chunk.nanoseconds[i]! - from.nanoseconds;
}

/** The earliest packet's time, and nanoseconds from it to the latest's. */
async function ends(
  packets: PacketColumns,
  total: number,
  turns: TimeSlices,
): Promise<{ readonly first: { readonly seconds: number; readonly nanoseconds: number }; readonly span: number }> {
  let first = { seconds: 0, nanoseconds: 0 };
  let last = first;
  let any = false;
  const widen = (_row: number, chunk: PacketChunk, i: number): void => {
    const later = any ? since(last, chunk, i) : 1;
    if (any && later <= 0 && since(first, chunk, i) >= 0) return;
    const time = { seconds: chunk.seconds[i]!, nanoseconds: chunk.nanoseconds[i]! };
    if (!any || since(first, chunk, i) < 0) first = time;
    if (later > 0) last = time;
    any = true;
  };
  await eachCounted(packets, null, total, turns, widen, 0);
  return { first, span: (last.seconds - first.seconds) * NANOSECONDS + last.nanoseconds - first.nanoseconds };
}
