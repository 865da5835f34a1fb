// The protocol hierarchy: a tree of protocols with the packets that hold each, as Wireshark draws it. What packets
// consist of comes from the dissection engine, or from headers and the Protocol column where that would take too long.
import { type Message } from '../../contract/index.ts';
import type { StatTable } from './table.ts';

interface Node {
  readonly name: string;
  readonly depth: number;
  readonly children: Map<string, Node>;
  packets: number;
  bytes: number;
  /** Packets in which nothing comes behind this protocol, and their bytes. */
  ends: number;
  endBytes: number;
  first: number;
}

/** Protocols that one capture may have; more are counted under their parents only. */
const MAX_NODES = 20_000;
const MAX_DEPTH = 64;

export class Hierarchy {
  private readonly root: Node = made('', -1);
  private nodes = 0;
  private from = Infinity;
  private to = -Infinity;

  /** Counts a packet. @param path names of its protocols, the outermost first @param time seconds */
  take(path: readonly string[], wire: number, time: number, row: number): void {
    this.from = Math.min(this.from, time);
    this.to = Math.max(this.to, time);
    let node = this.root;
    node.packets++;
    node.bytes += wire;
    for (const name of path) {
      let next = node.children.get(name);
      if (next === undefined) {
        if (this.nodes >= MAX_NODES || node.depth >= MAX_DEPTH) break;
        this.nodes++;
        next = made(name, node.depth + 1);
        next.first = row + 1;
        node.children.set(name, next);
      }
      node = next;
      node.packets++;
      node.bytes += wire;
    }
    node.ends++;
    node.endBytes += wire;
  }

  /** @param note how it was counted, where that is not how Wireshark counts */
  table(note: Message | null): StatTable {
    const rows: Node[] = [];
    const walk = (node: Node): void => {
      if (node !== this.root) rows.push(node);
      for (const child of node.children.values()) walk(child);
    };
    walk(this.root);
    const { packets, bytes } = this.root;
    const span = this.to - this.from;
    const each = (of: (n: Node) => number): Float64Array => Float64Array.from(rows, of);
    const rate = (n: number): number => (span > 0 ? (n * 8) / span : NaN);
    const share = (n: number, all: number): number => (all > 0 ? (n * 100) / all : NaN);
    return {
      rows: rows.length,
      columns: [
        { id: 'protocol', kind: 'text', text: (row) => rows[row]!.name },
        { id: 'percentPackets', kind: 'percent', numbers: each((n) => share(n.packets, packets)) },
        { id: 'packets', kind: 'count', numbers: each((n) => n.packets) },
        { id: 'percentBytes', kind: 'percent', numbers: each((n) => share(n.bytes, bytes)) },
        { id: 'bytes', kind: 'bytes', numbers: each((n) => n.bytes) },
        { id: 'rate', kind: 'rate', numbers: each((n) => rate(n.bytes)) },
        { id: 'endPackets', kind: 'count', numbers: each((n) => n.ends) },
        { id: 'endBytes', kind: 'bytes', numbers: each((n) => n.endBytes) },
        { id: 'endRate', kind: 'rate', numbers: each((n) => rate(n.endBytes)) },
      ],
      filter: (row) => (rows[row]!.name === 'frame' ? '' : rows[row]!.name),
      packet: (row) => rows[row]!.first,
      depth: (row) => Math.max(0, rows[row]!.depth),
      note,
      counted: packets,
    };
  }
}

function made(name: string, depth: number): Node {
  return { name, depth, children: new Map(), packets: 0, bytes: 0, ends: 0, endBytes: 0, first: 0 };
}
