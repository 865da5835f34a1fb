// What the desk answers of statistics.
import { statSync } from 'node:fs';
import { type CaptureProperties, flowRow, packetRow, type PacketRow, say } from '../../contract/index.ts';
import { inChunk } from '../decode/index.ts';
import {
  csvOf,
  graphOf,
  linkName,
  pageOf,
  pcapngProperties,
  sequenceOf,
  streamGraph,
  totalsOf,
} from '../stats/index.ts';
import type { ListView, TimeSlices } from '../view/index.ts';
import { type CaptureInterface, emptyMeta } from '../read/index.ts';
import { stampText } from '../session/index.ts';
import { flowSession, viewOf } from './asked.ts';
import { type Desk, Refused } from './desk.ts';
import type { Asker, Handlers } from './asker.ts';
import { hashesOf } from './file-hashes.ts';
import { graphFields } from './graph-fields.ts';
import { resolvedTable } from './resolved-table.ts';
import type { CaptureSession } from './session.ts';
import { displayedRows, sweepSource } from './statistics.ts';

type StatKind = Extract<keyof Handlers, `stats${string}`>;

/** A table as CSV may have so many rows. */
const MAX_CSV_ROWS = 200_000;

export const statisticsHandlers: { readonly [K in StatKind]: Handlers[K] } = {
  statsTable: async (desk, asker, b, turns) => {
    const made = await tableOf(desk, asker, b, turns);
    return pageOf(made.table, made.order, b.from, b.count);
  },
  statsCsv: async (desk, asker, b, turns) => {
    const { table, order } = await tableOf(desk, asker, b, turns);
    const rows = Math.min(MAX_CSV_ROWS, table.rows);
    return { bytes: new Uint8Array(Buffer.from(csvOf(table, order, rows))), rows, total: table.rows };
  },
  statsProgress: (_desk, asker) => ({
    done: [...asker.jobs.values()].reduce<number | null>(
      (most, job) => (job.done > (most ?? 0) ? job.done : most),
      null,
    ),
  }),
  statsProperties: (desk, asker, _b, turns) => propertiesOf(desk.open(), viewOf(desk, asker, 'packets'), turns),
  statsHashes: (desk, _asker, _b, turns) => captureHashes(desk.open(), turns),
  statsGraph: (desk, _asker, b, turns) => {
    const s = desk.open();
    return graphOf(s, desk.filters, graphFields(desk, s), b.series, b.interval, turns);
  },
  statsStream: (desk, _asker, b, turns) => {
    const flow = flowRow(b.flow);
    return streamGraph(sweepSource(flowSession(desk, flow)), flow, turns);
  },
  statsSequence: async (desk, asker, b, turns) => {
    const s = desk.open();
    const view = viewOf(desk, asker, 'packets');
    const rows = b.displayed ? view.shown.count : s.analysis.packets.count;
    return sequenceOf(s, (i) => (b.displayed ? view.shown.at(i) : packetRow(i)), rows, b.count, turns);
  },
};

function tableOf(
  desk: Desk,
  asker: Asker,
  b: Parameters<Handlers['statsCsv']>[2],
  turns: TimeSlices,
): ReturnType<Desk['statistics']['table']> {
  if (b.table === 'resolved') return resolvedTable(desk.open(), desk.packetWork.names, b.order, turns);
  const list = b.displayed ? viewOf(desk, asker, 'packets') : null;
  return desk.statistics.table(desk.open(), desk.surveyor, { table: b.table, list }, b.order, turns);
}

function stampOf(s: CaptureSession, row: PacketRow | null): string {
  if (row === null) return '';
  const chunk = s.analysis.packets.chunk(row);
  const i = inChunk(row);
  return stampText(chunk.seconds[i]!, chunk.nanoseconds[i]!);
}

async function propertiesOf(
  s: CaptureSession,
  view: ListView<'packets'>,
  turns: TimeSlices,
): Promise<CaptureProperties> {
  const { packets } = s.analysis;
  const total = packets.count;
  const all = await totalsOf(packets, null, total, turns);
  const shown = await displayedRows(view, total, turns);
  const displayed = shown === null ? all : await totalsOf(packets, shown, total, turns);
  const span = (a: PacketRow | null, b: PacketRow | null): number => {
    if (a === null || b === null) return 0;
    const [one, two] = [packets.chunk(a), packets.chunk(b)];
    const [i, k] = [inChunk(a), inChunk(b)];
    return two.seconds[k]! - one.seconds[i]! + (two.nanoseconds[k]! - one.nanoseconds[i]!) / 1e9;
  };
  const meta = s.meta ?? emptyMeta('unknown');
  const length = statSync(s.options.path, { throwIfNoEntry: false })?.size ?? 0;
  const dataLength = statSync(s.dataPath, { throwIfNoEntry: false })?.size ?? 0;
  // The first segments of a ring may be gone, and with them what they said.
  const blocks =
    meta.format === 'pcapng' && !s.opened.ring ? await pcapngProperties(s.packetBytes, dataLength, turns) : null;
  const interfaces =
    blocks?.interfaces ??
    meta.interfaces.map((one) => ({
      ...one,
      os: '',
      hardware: '',
      packets: meta.interfaces.length === 1 ? total : null,
      dropped: droppedOf(one),
    }));
  let marked = { packets: 0, bytes: 0 };
  for (const row of s.marks.marked)
    marked = { packets: marked.packets + 1, bytes: marked.bytes + packets.chunk(row).wire[inChunk(row)]! };
  return {
    path: s.options.path,
    name: s.options.name,
    format: meta.format,
    compression: s.opened.inflated ? (/\.([a-z0-9]+)$/i.exec(s.options.path)?.[1] ?? '') : '',
    nanosecond: meta.nanosecond,
    length,
    encapsulations: [...all.links].map(linkName),
    packets: all.packets,
    bytes: all.bytes,
    captured: all.captured,
    first: stampOf(s, all.first),
    last: stampOf(s, all.last),
    duration: span(all.first, all.last),
    strictOrder: all.strictOrder,
    hardware: blocks?.hardware ?? '',
    os: blocks?.os ?? '',
    application: blocks?.application ?? '',
    comments: blocks?.comments ?? [],
    packetComments: blocks?.packetComments ?? 0,
    interfaces: interfaces.map((one) => ({
      name: one.name,
      description: one.description,
      filter: one.filter,
      os: one.os,
      hardware: one.hardware,
      link: linkName(one.link),
      snapLength: one.snapLength,
      packets: one.packets,
      dropped: one.dropped,
    })),
    cut: all.cut,
    displayed: { packets: displayed.packets, bytes: displayed.bytes, duration: span(displayed.first, displayed.last) },
    marked,
    note: null,
  };
}

/** What an interface and the system let go of, as far as somebody counted. */
function droppedOf(one: CaptureInterface): number | null {
  if (one.droppedByInterface === null && one.droppedBySystem === null) return null;
  return (one.droppedByInterface ?? 0) + (one.droppedBySystem ?? 0);
}

/** Of the file as it lies on the disk, which is still the one that is shown. */
async function captureHashes(s: CaptureSession, turns: TimeSlices): Promise<{ sha256: string; sha1: string }> {
  const { path } = s.options;
  const { change } = s.opened;
  if (change !== null) throw new Refused('refused', change.sentence);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
    throw new Refused('not-found', say('stats-no-file'));
  return hashesOf(path, ['sha256', 'sha1'], turns);
}
