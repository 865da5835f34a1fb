// Reading the engine's own tree: nodes by their field, and the bytes that they stand for.
import type { EngineFrame } from './engine.ts';
import type { Vector, WiregasmTree } from './flatten.ts';

/** Bytes of a frame's sources, each decoded when it is first asked for. */
export class Sources {
  private readonly frame: EngineFrame;
  private readonly known: (Uint8Array | undefined)[] = [];

  constructor(frame: EngineFrame) {
    this.frame = frame;
  }

  /** @returns bytes of a node, none where its source is not there */
  of(node: Pick<WiregasmTree, 'data_source_idx' | 'start' | 'length'>): Uint8Array {
    return this.part(node.data_source_idx, node.start, node.length);
  }

  part(source: number, start: number, length: number): Uint8Array {
    if (source < 0 || source >= this.frame.data_sources.size()) return new Uint8Array(0);
    const bytes = (this.known[source] ??= new Uint8Array(
      Buffer.from(this.frame.data_sources.get(source).data, 'base64'),
    ));
    return bytes.subarray(Math.max(0, start), Math.max(0, start + length));
  }
}

/** The field of a node: its filter up to the comparison. */
export function fieldOf(node: WiregasmTree): string {
  const space = node.filter.indexOf(' ');
  return space < 0 ? node.filter : node.filter.slice(0, space);
}

/** Nodes right below one. */
export function* below(nodes: Vector<WiregasmTree>): Generator<WiregasmTree> {
  const n = nodes.size();
  for (let i = 0; i < n; i++) yield nodes.get(i);
}

const MAX_DEPTH = 60;

/** All nodes of a tree, each before those below it. */
export function* walk(nodes: Vector<WiregasmTree>, depth = 0): Generator<WiregasmTree> {
  if (depth > MAX_DEPTH) return;
  for (const node of below(nodes)) {
    yield node;
    yield* walk(node.tree, depth + 1);
  }
}

/** The number that a node's filter compares with. */
export function numberOf(node: WiregasmTree): number {
  return Number(node.filter.split(' == ')[1] ?? NaN);
}

/** The text that a node's filter compares with, without its quotation marks. */
export function textOf(node: WiregasmTree): string {
  const said = node.filter.slice(node.filter.indexOf(' == ') + 4);
  return said.startsWith('"') && said.endsWith('"') ? said.slice(1, -1).replace(/\\(.)/g, '$1') : said;
}
