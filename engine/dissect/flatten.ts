// The engine's tree as flat columns of bounded length, since one packet may have millions of nodes.
import { nodeFilter } from './node-filter.ts';

export interface Vector<T> {
  size(): number;
  get(index: number): T;
  delete?(): void;
}

export interface WiregasmTree {
  readonly label: string;
  readonly filter: string;
  readonly start: number;
  readonly length: number;
  readonly data_source_idx: number;
  readonly type: string;
  readonly fnum?: number;
  readonly tree: Vector<WiregasmTree>;
}

/** A tree in the order in which its rows are shown; `left` nodes are beyond the limits. */
export interface FlatTree {
  readonly depth: Uint8Array;
  readonly label: readonly string[];
  readonly filter: readonly string[];
  readonly start: Uint32Array;
  readonly length: Uint32Array;
  readonly source: Uint8Array;
  readonly frame: Uint32Array;
  readonly left: number;
}

export const MAX_NODES = 100_000;
export const MAX_TEXT = 10_000_000;
const MAX_LABEL = 1000;
const MAX_DEPTH = 200;

/** @param bytes the packet's own @param isFilter whether the engine takes a text as a filter */
export function flatten(
  tree: Vector<WiregasmTree>,
  bytes: Uint8Array,
  isFilter: (filter: string) => boolean,
): FlatTree {
  const depth: number[] = [];
  const label: string[] = [];
  const filter: string[] = [];
  const start: number[] = [];
  const length: number[] = [];
  const source: number[] = [];
  const frame: number[] = [];
  let left = 0;
  let text = 0;
  const walk = (nodes: Vector<WiregasmTree>, level: number): void => {
    const n = nodes.size();
    for (let i = 0; i < n; i++) {
      if (label.length >= MAX_NODES || text >= MAX_TEXT || level >= MAX_DEPTH) {
        left += n - i;
        break;
      }
      const node = nodes.get(i);
      const said = node.label.slice(0, MAX_LABEL);
      text += said.length + Math.min(MAX_LABEL, node.filter.length);
      depth.push(level);
      label.push(said);
      filter.push(node.type === 'text' || node.filter === 'text' ? '' : nodeFilter(node.filter, bytes, isFilter));
      start.push(Math.max(0, node.start));
      length.push(Math.max(0, node.length));
      source.push(Math.max(0, Math.min(255, node.data_source_idx)));
      frame.push(node.type === 'framenum' ? (node.fnum ?? 0) : 0);
      walk(node.tree, level + 1);
    }
    nodes.delete?.();
  };
  walk(tree, 0);
  return {
    depth: Uint8Array.from(depth),
    label,
    filter,
    start: Uint32Array.from(start),
    length: Uint32Array.from(length),
    source: Uint8Array.from(source),
    frame: Uint32Array.from(frame),
    left,
  };
}
