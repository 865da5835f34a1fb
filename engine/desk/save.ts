// What can be saved of an open capture: the capture, its displayed packets, labelled rows, flows with their features.
import { createReadStream, mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LABELS, VERDICTS, type FlowRecord, type FlowRow, type PacketRow } from '../../contract/index.ts';
import { inChunk } from '../decode/index.ts';
import { exportGoodx, featureTable, interfaceBlock, PacketBlocks, sectionBlock, WholeFile } from '../exchange/index.ts';
import { FEATURE_COUNT } from '../features/index.ts';
import { flowRecord } from '../session/index.ts';
import type { ListView, Turns } from '../view/index.ts';
import { labelOf } from './detail.ts';
import type { CaptureSession } from './session.ts';

export interface Saved { readonly files: readonly string[]; readonly rows: number; readonly note: string | null }

/** A file as it is; of a ring, its segments one after the other, which is a capture of several sections. @throws WriteError */
export async function saveCapture(s: CaptureSession, path: string): Promise<Saved> {
  await written(path, async (out) => {
    for (const { path: from, bytes } of s.files()) {
      if (bytes === 0) continue;
      for await (const piece of createReadStream(from, { highWaterMark: PIECE, ...(bytes === null ? {} : { end: bytes - 1 }) })) out.write(piece as Buffer);
    }
  });
  const gone = s.firstOnDisk;
  return { files: [path], rows: s.analysis.packets.count - gone, note: gone === 0 ? null : `The first ${gone.toLocaleString('en-US')} packets went with their segments of the ring; those of alerted and labelled flows are in it.` };
}

/** Displayed packets that are not ignored, in the order of the list. @throws WriteError */
export async function saveDisplayed(s: CaptureSession, view: ListView, path: string, turns: Turns): Promise<Saved> {
  const blocks = new PacketBlocks();
  const n = view.order.count;
  let rows = 0;
  await written(path, async (out) => {
    out.write(sectionBlock());
    for (let k = 0; k < n; k++) {
      const row = view.order.at(k) as PacketRow;
      if (s.ignored(row)) continue;
      const chunk = s.analysis.packets.chunk(row);
      const i = inChunk(row);
      const link = chunk.link[i]!;
      const described = blocks.interfaceFor(link, chunk.seconds[i]!);
      if (described !== null) out.write(described);
      rows++;
      const data = s.packetBytes.read(chunk.offset[i]!, chunk.captured[i]!);
      out.write(blocks.packet(link, chunk.seconds[i]!, chunk.nanoseconds[i]!, chunk.wire[i]!, data));
      if (turns.due) { turns.done = k / n; await turns.rest(); }
    }
    if (blocks.count === 0) out.write(interfaceBlock(1));
  });
  return { files: [path], rows, note: null };
}

/** Captures are copied in pieces of this many bytes. */
const PIECE = 1_048_576;

/** Writes a file that is there when it is whole. @throws WriteError */
async function written(path: string, fill: (out: WholeFile) => Promise<void>): Promise<void> {
  const out = new WholeFile(path);
  try {
    await fill(out);
    await out.commit();
  } finally {
    out.discard();
  }
}

/** goodx.csv, badx.csv and manifest.json in a folder. */
export async function saveLabelled(s: CaptureSession, folder: string, product: string): Promise<Saved> {
  const rows = await exportGoodx(folder, one({ file: s.options.name, sha256: s.opened.identity, analysis: s.analysis, bytes: s.packetBytes, labelOf: (flow: FlowRow) => labelOf(s, flow) }), { product, timeouts: s.options.timeouts, unlabelledAsGood: false });
  const note = rows.good + rows.bad === 0 ? 'No flow is labelled benign or malicious, so both files are empty. Label some flows first.' : null;
  return { files: ['goodx.csv', 'badx.csv', 'manifest.json'].map((f) => join(folder, f)), rows: rows.good + rows.bad, note };
}

async function* one<T>(value: T): AsyncGenerator<T> {
  yield value;
}

/** One line a displayed flow with every feature; beside it what the columns stand on. */
export async function saveFlows(s: CaptureSession, view: ListView, path: string, product: string, turns: Turns): Promise<Saved> {
  mkdirSync(dirname(path), { recursive: true });
  const place = new Map<number, number>();
  for (let k = 0; k < view.order.count; k++) place.set(view.order.at(k), k);
  // Vectors come in the order in which flows complete; rows are written in the order of the list.
  const vectors = new Float32Array(place.size * FEATURE_COUNT).fill(NaN);
  await s.vectors((row, vector) => { const k = place.get(row); if (k !== undefined) vectors.set(vector, k * FEATURE_COUNT); }, turns);
  const table = await featureTable(path, { product, timeouts: s.options.timeouts, more: { capture: s.options.name, filter: view.filter, baseline: s.baseline.name, model: s.options.model.sha256 } });
  try {
    for (let k = 0; k < view.order.count; k++) {
      table.add(record(s, view.order.at(k) as FlowRow), vectors, k * FEATURE_COUNT);
      if (turns.due) await turns.rest();
    }
    return { files: await table.close(), rows: view.order.count, note: null };
  } finally {
    // A table that was not put in its place leaves nothing behind.
    table.discard();
  }
}

function record(s: CaptureSession, flow: FlowRow): FlowRecord {
  return judgedRecord(s, s.options.name, flow);
}

/** A flow's record with its verdict and label. @param file what it is said to come from */
export function judgedRecord(s: CaptureSession, file: string, flow: FlowRow): FlowRecord {
  const verdict = VERDICTS[s.verdict[flow]!];
  const label = LABELS[s.label[flow]!];
  return { ...flowRecord(s.analysis, file, flow), ...(verdict === undefined ? {} : { verdict, score: Number(s.score[flow]!.toFixed(4)) }), ...(label === undefined ? {} : { label }) };
}

/** A name for a saved file: of the capture, without what a path could be made of. */
export function plainName(name: string): string {
  return basename(name).replace(/\.(pcapng|pcap|cap|gz|zst|lz4|bz2|xz)$/gi, '').replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 80) || 'capture';
}

export function fileSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
