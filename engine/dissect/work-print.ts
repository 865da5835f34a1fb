// What an export writes of frames, in the dissect process: the list's columns, the lines of the tree as far as they are
// wanted, the bytes. An answer is bounded, and so is what one packet brings.
import { lineKind } from '../../contract/index.ts';
import type { EngineFrame, WorkSession } from './engine.ts';
import type { Vector, WiregasmTree } from './flatten.ts';
import { nodeFilter } from './node-filter.ts';
import type { WiregasmFrames } from './frame-rows.ts';

/** Lines of an export that are written: the protocols alone, all, or those that the window has unfolded. */
export type PrintedDetails =
  | { readonly of: 'none' | 'collapsed' | 'all' }
  | { readonly of: 'shown'; readonly unfolded: readonly string[]; readonly folded: readonly string[] };

export interface PrintOrders {
  readonly details: PrintedDetails;
  readonly columns: boolean;
  /** Bytes of the frame and of what was made of it. */
  readonly bytes: boolean;
}

/** Lines in their order, as columns. */
export interface PrintedLines {
  readonly depth: Uint8Array;
  readonly label: readonly string[];
  /** The field and its value, `tcp.port == 80`, as the engine writes it; '' for a line that is text alone. */
  readonly field: readonly string[];
  readonly start: Uint32Array;
  readonly length: Uint32Array;
  readonly source: Uint8Array;
  /** 1 where a protocol begins. */
  readonly protocol: Uint8Array;
  /** The frame that the line names, 0 for none. */
  readonly frame: Uint32Array;
}

export interface Printed {
  readonly frame: number;
  /** The engine's columns of its list: No., Time, Source, Destination, Protocol, Length, Info, then those of fields. */
  readonly columns: readonly string[];
  readonly lines: PrintedLines;
  /** Lines are missing: there are more than one packet may bring. */
  readonly cut: boolean;
  readonly sources: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

const MAX_LINES = 100_000;
const MAX_LABEL = 10_000;
const MAX_FIELD = 200_000;
const MAX_DEPTH = 200;
/** Characters and bytes of one packet, and of one answer before no further packet is begun. */
const MAX_PACKET = 12_000_000;
const MAX_ANSWER = 4_000_000;
const MAX_SOURCES = 16;

export interface PrintSession extends WorkSession {
  getFrames(filter: string, skip: number, limit: number): WiregasmFrames;
}

export function printed(session: WorkSession, frames: readonly number[], orders: PrintOrders): Printed[] {
  const all: Printed[] = [];
  let size = 0;
  for (const frame of frames) {
    if (all.length > 0 && size > MAX_ANSWER) break;
    const one = printedFrame(session as PrintSession, frame, orders);
    size += one.size;
    all.push(one.printed);
  }
  return all;
}

function printedFrame(
  session: PrintSession,
  frame: number,
  { details, columns, bytes }: PrintOrders,
): { readonly printed: Printed; readonly size: number } {
  const found = details.of === 'none' && !bytes ? null : session.getFrame(frame);
  const taken = new Lines(details);
  if (found !== null && details.of !== 'none') taken.take(found.tree);
  const sources = found === null || !bytes ? [] : sourcesOf(found);
  const texts = columns ? columnsOf(session, frame) : [];
  const size = taken.size + sources.reduce((n, s) => n + s.bytes.length, 0) + texts.reduce((n, t) => n + t.length, 0);
  return { printed: { frame, columns: texts, lines: taken.columns(), cut: taken.cut, sources }, size };
}

function columnsOf(session: PrintSession, frame: number): string[] {
  const { frames } = session.getFrames('', frame - 1, 1);
  if (frames.size() === 0) return [];
  const { columns } = frames.get(0);
  const texts = Array.from({ length: columns.size() }, (_, i) => columns.get(i).slice(0, MAX_LABEL));
  columns.delete?.();
  frames.delete?.();
  return texts;
}

function sourcesOf(frame: EngineFrame): Printed['sources'] {
  return Array.from({ length: Math.min(MAX_SOURCES, frame.data_sources.size()) }, (_, i) => {
    const { name, data } = frame.data_sources.get(i);
    return { name, bytes: new Uint8Array(Buffer.from(data, 'base64')) };
  });
}

class Lines {
  size = 0;
  cut = false;
  private readonly details: PrintedDetails;
  private readonly unfolded: ReadonlySet<string>;
  private readonly folded: ReadonlySet<string>;
  private readonly depth: number[] = [];
  private readonly label: string[] = [];
  private readonly field: string[] = [];
  private readonly start: number[] = [];
  private readonly length: number[] = [];
  private readonly source: number[] = [];
  private readonly protocol: number[] = [];
  private readonly frame: number[] = [];

  constructor(details: PrintedDetails) {
    this.details = details;
    this.unfolded = new Set(details.of === 'shown' ? details.unfolded : []);
    this.folded = new Set(details.of === 'shown' ? details.folded : []);
  }

  take(tree: Vector<WiregasmTree>): void {
    this.walk(tree, 0);
  }

  columns(): PrintedLines {
    return {
      depth: Uint8Array.from(this.depth),
      label: this.label,
      field: this.field,
      start: Uint32Array.from(this.start),
      length: Uint32Array.from(this.length),
      source: Uint8Array.from(this.source),
      protocol: Uint8Array.from(this.protocol),
      frame: Uint32Array.from(this.frame),
    };
  }

  private walk(nodes: Vector<WiregasmTree>, level: number): void {
    const n = nodes.size();
    for (let i = 0; i < n; i++) {
      if (this.label.length >= MAX_LINES || this.size >= MAX_PACKET || level >= MAX_DEPTH) {
        this.cut = true;
        break;
      }
      const node = nodes.get(i);
      this.add(node, level);
      if (this.opens(node, level, level === 0 && i === n - 1)) this.walk(node.tree, level + 1);
    }
    nodes.delete?.();
  }

  private add(node: WiregasmTree, level: number): void {
    const label = node.label.slice(0, MAX_LABEL);
    const plain = node.type === 'text' || node.filter === 'text';
    // A value that is cut would be another one.
    if (!plain && node.filter.length > MAX_FIELD) this.cut = true;
    const field = plain || node.filter.length > MAX_FIELD ? '' : node.filter;
    this.size += label.length + field.length;
    this.depth.push(level);
    this.label.push(label);
    this.field.push(field);
    this.start.push(Math.max(0, node.start));
    this.length.push(Math.max(0, node.length));
    this.source.push(Math.max(0, Math.min(255, node.data_source_idx)));
    this.protocol.push(node.type === 'proto' ? 1 : 0);
    this.frame.push(node.type === 'framenum' ? (node.fnum ?? 0) : 0);
  }

  /** As the window does: the innermost protocol is unfolded until the user folds it. */
  private opens(node: WiregasmTree, level: number, innermost: boolean): boolean {
    if (this.details.of === 'all') return true;
    if (this.details.of !== 'shown') return false;
    const plain = node.type === 'text' || node.filter === 'text';
    const kind = lineKind(plain ? '' : nodeFilter(node.filter), node.label);
    return this.unfolded.has(kind) || (level === 0 && innermost && !this.folded.has(kind));
  }
}
