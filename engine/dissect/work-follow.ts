// The engine's pieces of a stream as columns; bodies of HTTP that the engine leaves out because it cannot undo their
// content coding are put in.
import type { Vector, WiregasmTree } from './flatten.ts';
import { undoCodings } from './bodies.ts';
import type { EnginePayload, WorkSession } from './engine.ts';
import { Sources, walk } from './work-tree.ts';

/** Pieces of a stream, in the order of their packets. */
export interface FollowedPieces {
  readonly frames: Uint32Array;
  /** 1 from the side that spoke second. */
  readonly sides: Uint8Array;
  /** Where each piece ends in `bytes`. */
  readonly ends: Uint32Array;
  readonly bytes: Uint8Array;
  readonly cut: boolean;
  /** Bodies that stand as they were sent, since their coding could not be undone. */
  readonly coded: number;
}

interface Piece {
  readonly frame: number;
  readonly side: number;
  readonly data: Uint8Array;
}

export function pieces(payloads: Vector<EnginePayload>, limit: number): FollowedPieces {
  const found: Piece[] = [];
  let total = 0;
  const n = payloads.size();
  let cut = false;
  for (let i = 0; i < n; i++) {
    const p = payloads.get(i);
    const data = new Uint8Array(Buffer.from(p.data, 'base64'));
    if (data.length === 0) continue;
    if (total + data.length > limit) {
      cut = true;
      break;
    }
    total += data.length;
    found.push({ frame: p.number, side: p.server, data });
  }
  return columns(found, cut, 0);
}

function columns(found: readonly Piece[], cut: boolean, coded: number): FollowedPieces {
  let at = 0;
  return {
    frames: Uint32Array.from(found, (p) => p.frame),
    sides: Uint8Array.from(found, (p) => p.side),
    ends: Uint32Array.from(found, (p) => (at += p.data.length)),
    bytes: new Uint8Array(Buffer.concat(found.map((p) => p.data))),
    cut,
    coded,
  };
}

const CODING = /^content-encoding:[ \t]*([^\r\n]+)/im;
const CODED_NODE = /^Content-encoded entity body \(([^)]*)\)/;

/**
 * A header that says a coding, with no body behind it in its packet: the body stands in the packet's tree, whole and
 * without its chunks.
 */
export function fillBodies(session: WorkSession, found: FollowedPieces, limit: number): FollowedPieces {
  const filled: Piece[] = [];
  let total = found.bytes.length;
  let coded = 0;
  let from = 0;
  let cut = found.cut;
  const taken = new Map<number, number>();
  for (let i = 0; i < found.frames.length; i++) {
    const frame = found.frames[i]!;
    const side = found.sides[i]!;
    const data = found.bytes.slice(from, found.ends[i]);
    from = found.ends[i]!;
    filled.push({ frame, side, data });
    const coding = CODING.exec(headerText(data))?.[1];
    if (coding === undefined || bodyFollows(found, i)) continue;
    const nth = taken.get(frame) ?? 0;
    taken.set(frame, nth + 1);
    const body = codedBodies(session, frame)[nth]?.bytes;
    if (body === undefined) continue;
    const undone = undoCodings(body, coding, limit - total);
    const shown = undone ?? body;
    if (total + shown.length > limit) {
      cut = true;
      continue;
    }
    if (undone === null) coded++;
    total += shown.length;
    filled.push({ frame, side, data: shown });
  }
  return columns(filled, cut, coded);
}

/** The first line of a header and what follows, '' for what is no header of HTTP. */
function headerText(data: Uint8Array): string {
  const text = Buffer.from(data.subarray(0, 65_536)).toString('latin1');
  return /^(?:HTTP\/\d|[A-Z]+ \S+ HTTP\/\d)/.test(text) ? text : '';
}

function bodyFollows(found: FollowedPieces, i: number): boolean {
  const next = i + 1;
  if (next >= found.frames.length) return false;
  if (found.frames[next] !== found.frames[i] || found.sides[next] !== found.sides[i]) return false;
  return headerText(found.bytes.subarray(found.ends[i], found.ends[next])) === '';
}

/** Bodies of a frame whose coding the engine did not undo, as they were sent. */
export function codedBodies(
  session: WorkSession,
  frame: number,
): { readonly coding: string; readonly bytes: Uint8Array }[] {
  const tree = session.getFrame(frame);
  const sources = new Sources(tree);
  const found: { readonly coding: string; readonly bytes: Uint8Array }[] = [];
  for (const node of walk(tree.tree)) {
    const coding = CODED_NODE.exec(node.label)?.[1];
    if (coding !== undefined && failed(node)) found.push({ coding, bytes: sources.of(node) });
  }
  return found;
}

function failed(node: WiregasmTree): boolean {
  for (const n of walk(node.tree)) if (n.filter.startsWith('http.decompression_failed')) return true;
  return false;
}
