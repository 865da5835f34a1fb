// Times that Wireshark's engine counts from the first packet, where time references are set: it knows nothing of them.
import { type PacketRow, packTexts, textAt, type Texts, type TreePage } from '../../contract/index.ts';
import { inChunk } from '../decode/index.ts';
import type { CaptureSession } from './session.ts';

const FIELD = 'frame.time_relative';
/** The line of the tree, also where a part of the capture has no filter for it. */
const LINE = /^\[?Time since reference or first frame: /;

/** Seconds to the nanosecond since the reference before a packet, itself included, as Wireshark writes them. */
export function sinceReference(s: CaptureSession, row: PacketRow): string {
  const { packets } = s.analysis;
  const from = s.marks.before(row);
  const [a, b] = [packets.chunk(from), packets.chunk(row)];
  const [i, j] = [inChunk(from), inChunk(row)];
  const passed = BigInt(b.seconds[j]! - a.seconds[i]!) * 1_000_000_000n;
  const all = passed + BigInt(b.nanoseconds[j]! - a.nanoseconds[i]!);
  const digits = String(all < 0n ? -all : all).padStart(10, '0');
  return `${all < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/** The tree with the packet's time as it counts from references. */
export function treeWithReferences(s: CaptureSession, row: PacketRow, tree: TreePage): TreePage {
  if (!s.marks.any) return tree;
  const seconds = sinceReference(s, row);
  const labels = Array.from(tree.depth, (_, i) => textAt(tree.label, i));
  const filters = Array.from(tree.depth, (_, i) => textAt(tree.filter, i));
  for (const [i, label] of labels.entries()) {
    if (!LINE.test(label)) continue;
    labels[i] = label.replace(/-?\d+\.\d+/, seconds);
    filters[i] = `${FIELD} == ${seconds}`;
  }
  return { ...tree, label: packTexts(labels), filter: packTexts(filters) };
}

/** Values of field columns with relative times as they count from references. */
export function valuesWithReferences(
  s: CaptureSession,
  rows: Uint32Array,
  fields: readonly string[],
  values: readonly Texts[],
): readonly Texts[] {
  if (!s.marks.any) return values;
  return values.map((texts, k) =>
    fields[k] === FIELD ? packTexts(Array.from(rows, (row) => sinceReference(s, row as PacketRow))) : texts,
  );
}
