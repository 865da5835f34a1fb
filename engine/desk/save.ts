// What can be saved of an open capture: the capture, its displayed packets, labelled rows, flows with their features.
import { createReadStream, mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  type FlowRecord,
  type FlowRow,
  type Message,
  type PacketRow,
  packetRow,
  SaidError,
  say,
} from '../../contract/index.ts';
import { inChunk } from '../decode/index.ts';
import { exportGoodx, featureTable, interfaceBlock, PacketBlocks, sectionBlock, WholeFile } from '../exchange/index.ts';
import { FEATURE_COUNT } from '../features/index.ts';
import type { ListView, TimeSlices } from '../view/index.ts';
import { labelOf } from './detail.ts';
import { judgedRecord } from './judged.ts';
import type { CaptureSession } from './session.ts';
import type { ShownFile } from './shown-file.ts';

const PIECE = 1024 * 1024;

export interface Saved {
  readonly files: readonly string[];
  readonly rows: number;
  readonly note: Message | null;
}

/** A file as it was opened; of a ring, its segments one after the other, which is a capture of several sections. */
export async function saveCapture(s: CaptureSession, path: string, turns: TimeSlices): Promise<Saved> {
  const { file, ring } = s.opened;
  const out = new WholeFile(path);
  try {
    if (file !== null) await copyShown(file, out, turns);
    else {
      const parts = s.files();
      if (ring && (parts.length === 0 || parts[0]!.path === s.options.path))
        throw new SaidError(say('folder-deleted-save'));
      for (const { path: from, bytes } of parts) {
        if (bytes !== null && bytes <= 0) continue;
        for await (const piece of createReadStream(
          from,
          bytes === null ? {} : { end: bytes - 1 },
        ) as AsyncIterable<Buffer>)
          out.write(piece);
      }
    }
    await out.commit();
  } finally {
    out.discard();
  }
  const gone = s.firstOnDisk;
  return {
    files: [path],
    rows: s.analysis.packets.count - gone,
    note: gone === 0 ? null : say('first-packets-gone', { gone }),
  };
}

/** Bytes by their descriptor, as they were read; parts that were cut or written over since are not saved. */
async function copyShown(file: ShownFile, out: WholeFile, turns: TimeSlices): Promise<void> {
  const { size } = file;
  for (let at = 0; at < size;) {
    const change = file.look();
    if (change?.kind === 'cut' || change?.kind === 'overwritten')
      throw new SaidError(say('not-saved-as-was', { why: change.sentence }));
    const piece = file.read(at, Math.min(PIECE, size - at));
    if (piece.length === 0) throw new SaidError(say('not-readable-to-end', { name: basename(file.path) }));
    out.write(piece);
    at += piece.length;
    turns.done = at / size;
    if (turns.due) await turns.rest();
  }
  const change = file.look();
  if (change?.kind === 'cut' || change?.kind === 'overwritten')
    throw new SaidError(say('not-saved-as-was', { why: change.sentence }));
}

/** All packets, with their comments. */
export function savePackets(s: CaptureSession, path: string, turns: TimeSlices): Promise<Saved> {
  return saveRows(s, { count: s.analysis.packets.count, at: packetRow }, path, turns, true);
}

/** Packets of the list. Those whose bytes are gone are left out, and told; none is written empty. */
export function saveDisplayed(
  s: CaptureSession,
  view: ListView<'packets'>,
  path: string,
  turns: TimeSlices,
): Promise<Saved> {
  return saveRows(s, view.shown, path, turns, false);
}

interface Rows {
  readonly count: number;
  at(k: number): PacketRow;
}

/** @param all also those that are ignored */
async function saveRows(s: CaptureSession, shown: Rows, path: string, turns: TimeSlices, all: boolean): Promise<Saved> {
  const out = new WholeFile(path);
  const blocks = new PacketBlocks();
  let rows = 0;
  let missing = 0;
  try {
    out.write(sectionBlock());
    const n = shown.count;
    for (let k = 0; k < n; k++) {
      const row = shown.at(k);
      if (!all && s.ignored(row)) continue;
      const chunk = s.analysis.packets.chunk(row);
      const i = inChunk(row);
      const captured = chunk.captured[i]!;
      const bytes = s.packetBytes.read(chunk.offset[i]!, captured);
      if (bytes.length < captured) {
        missing++;
        continue;
      }
      const link = chunk.link[i]!;
      const described = blocks.interfaceFor(link, chunk.seconds[i]!);
      if (described !== null) out.write(described);
      rows++;
      const comments = s.comments.of(row);
      const [seconds, nanoseconds] = [chunk.seconds[i]!, chunk.nanoseconds[i]!];
      out.write(blocks.packet(link, seconds, nanoseconds, chunk.wire[i]!, bytes, { comments }));
      if (turns.due) {
        turns.done = k / n;
        await turns.rest();
      }
    }
    // A change during saving may be noticed only after packets before it were written.
    if (s.opened.change?.kind === 'overwritten')
      throw new SaidError(say('nothing-saved', { why: s.opened.change.sentence }));
    if (rows === 0 && missing > 0) throw new SaidError(say('nothing-saved', { why: missingNote(s, missing) }));
    if (blocks.count === 0) out.write(interfaceBlock(1));
    await out.commit();
  } finally {
    out.discard();
  }
  return { files: [path], rows, note: missing === 0 ? null : missingNote(s, missing) };
}

/** How many packets are not in what was saved, and why. */
export function missingNote(
  s: { readonly opened: Pick<CaptureSession['opened'], 'ring' | 'change'> },
  missing: number,
): Message {
  const why = s.opened.ring ? say('segments-gone') : (s.opened.change?.sentence ?? say('not-in-the-file'));
  return say('packets-left-out', { missing, why });
}

/** goodx.csv, badx.csv and manifest.json in a folder. */
export async function saveLabelled(s: CaptureSession, folder: string, product: string): Promise<Saved> {
  const source = {
    file: s.options.name,
    sha256: s.opened.identity,
    analysis: s.analysis,
    bytes: s.packetBytes,
    labelOf: (flow: FlowRow) => labelOf(s, flow),
  };
  const changed = s.opened.change;
  if (changed?.kind === 'overwritten') throw new SaidError(say('nothing-saved', { why: changed.sentence }));
  const rows = await exportGoodx(folder, one(source), {
    product,
    timeouts: s.options.timeouts,
    unlabelledAsGood: false,
  });
  const empty = rows.good + rows.bad === 0 && rows.unreadable === 0;
  const unreadable = rows.unreadable > 0 ? missingNote(s, rows.unreadable) : null;
  const note = empty ? say('no-labelled-flow') : unreadable;
  return {
    files: ['goodx.csv', 'badx.csv', 'manifest.json'].map((f) => join(folder, f)),
    rows: rows.good + rows.bad,
    note,
  };
}

async function* one<T>(value: T): AsyncGenerator<T> {
  yield value;
}

/** One line a displayed flow with every feature; beside it what the columns stand on. */
export async function saveFlows(
  s: CaptureSession,
  view: ListView<'flows'>,
  path: string,
  product: string,
  turns: TimeSlices,
): Promise<Saved> {
  mkdirSync(dirname(path), { recursive: true });
  const place = new Map<FlowRow, number>();
  for (let k = 0; k < view.shown.count; k++) place.set(view.shown.at(k), k);
  // Vectors come in the order in which flows complete; rows are written in the order of the list.
  const vectors = new Float32Array(place.size * FEATURE_COUNT).fill(NaN);
  const made = new Set<FlowRow>();
  await s.vectors((row, vector) => {
    const k = place.get(row);
    if (k === undefined) return;
    vectors.set(vector, k * FEATURE_COUNT);
    made.add(row);
  }, turns);
  const without = place.size - made.size;
  const note = without === 0 ? null : say('flows-without-features', { without });
  const table = await featureTable(path, {
    product,
    timeouts: s.options.timeouts,
    more: { capture: s.options.name, filter: view.filter, baseline: s.baseline.name, model: s.options.model.sha256 },
  });
  try {
    // The list may have grown since: what is written is what was asked for.
    for (const [flow, k] of place) {
      table.add(record(s, flow), vectors, k * FEATURE_COUNT);
      if (turns.due) await turns.rest();
    }
    return { files: await table.close(), rows: place.size, note };
  } finally {
    // A table that was not finished leaves no file behind.
    table.discard();
  }
}

function record(s: CaptureSession, flow: FlowRow): FlowRecord {
  return judgedRecord(s, s.options.name, flow);
}

/** A name for a saved file: of the capture, without what a path could be made of. */
export function plainName(name: string): string {
  return (
    basename(name)
      .replace(/\.(pcapng|pcap|cap|gz|zst|lz4)$/gi, '')
      .replace(/[^\p{L}\p{N}._-]+/gu, '-')
      .slice(0, 80) || 'capture'
  );
}

export function fileSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
