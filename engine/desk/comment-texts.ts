// Comments in what Wireshark's engine says: it knows those of the file, not those that were written here instead.
import { type PacketRow, packTexts, textAt, type Texts, type TreePage } from '../../contract/index.ts';
import type { CaptureSession } from './session.ts';

const FIELD = 'frame.comment';
const HEAD = 'Packet comments';

/** The tree without the file's comments where others were written: the window shows these above it. */
export function treeWithoutOldComments(s: CaptureSession, row: PacketRow, tree: TreePage): TreePage {
  if (!s.comments.isEdited(row)) return tree;
  const kept: number[] = [];
  let within = false;
  for (let i = 0; i < tree.depth.length; i++) {
    if (tree.depth[i] === 0) within = textAt(tree.label, i) === HEAD;
    if (!within) kept.push(i);
  }
  if (kept.length === tree.depth.length) return tree;
  return {
    ...tree,
    depth: Uint8Array.from(kept, (i) => tree.depth[i]!),
    label: packTexts(kept.map((i) => textAt(tree.label, i))),
    filter: packTexts(kept.map((i) => textAt(tree.filter, i))),
    start: Uint32Array.from(kept, (i) => tree.start[i]!),
    length: Uint32Array.from(kept, (i) => tree.length[i]!),
    source: Uint8Array.from(kept, (i) => tree.source[i]!),
    frame: Uint32Array.from(kept, (i) => tree.frame[i]!),
  };
}

/** A column of comments, of the file and written here, as Wireshark joins several values. */
export function valuesWithComments(
  s: CaptureSession,
  rows: Uint32Array,
  fields: readonly string[],
  values: readonly Texts[],
): readonly Texts[] {
  if (!fields.includes(FIELD)) return values;
  return values.map((texts, k) =>
    fields[k] === FIELD ? packTexts(Array.from(rows, (row) => s.comments.of(row as PacketRow).join(','))) : texts,
  );
}
