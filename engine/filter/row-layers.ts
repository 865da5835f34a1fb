// Layers of a packet's row: from the columns where those tell all, else from its bytes, walked again.
import { type PacketRow, packetRow } from '../../contract/index.ts';
import { CHUNK_ROWS, inChunk, MARK_FRAGMENT, MARK_HEADER, MARK_LAYERS, MARK_WORDS, wordsOf } from '../decode/index.ts';
import type { Analysis } from '../session/index.ts';
import { KeptBytes } from './kept-bytes.ts';
import { LayerList } from './layer-list.ts';
import { Reassembly } from './reassembly.ts';
import type { Subject } from './subject.ts';
import { LayerWalker } from './walk.ts';

/** What fragments of a capture carried, by the row that completed each datagram. Rows are taken once, in order. */
class Fragments {
  private readonly reassembly = new Reassembly();
  private readonly walker = new LayerWalker();
  private readonly layers = new Map<number, LayerList>();
  private next = packetRow(0);

  at(s: Subject, row: PacketRow): LayerList | undefined {
    for (; this.next <= row; this.next++) {
      const chunk = s.analysis.packets.chunk(this.next);
      const from = inChunk(this.next);
      const to = Math.min(CHUNK_ROWS - 1, from + row - this.next);
      let i = from;
      while (i <= to && (chunk.marks[i]! & MARK_FRAGMENT) === 0) i++;
      this.next = packetRow(this.next + i - from);
      if (this.next > row) break;
      if (i > to) {
        this.next--;
        continue;
      }
      const list = this.walker.walk(s.bytes(this.next), chunk.link[i]!, chunk.wire[i]!, this.reassembly);
      if (this.walker.completed) this.layers.set(this.next, list.copy());
    }
    return this.layers.get(row);
  }
}

/** Never written. */
const NOTHING = new LayerList();

/** What is kept of a capture from filter to filter. */
interface KeptOf {
  readonly fragments: Fragments;
  readonly bytes: KeptBytes;
}

const keptOf = new WeakMap<Analysis, KeptOf>();

export class RowLayers {
  private readonly s: Subject;
  private readonly walker = new LayerWalker();
  private readonly fragments: Fragments;
  private readonly kept: KeptBytes;
  private last: PacketRow | null = null;
  private known: LayerList | null = null;

  constructor(s: Subject) {
    this.s = s;
    let kept = keptOf.get(s.analysis);
    if (kept === undefined) keptOf.set(s.analysis, (kept = { fragments: new Fragments(), bytes: new KeptBytes() }));
    this.fragments = kept.fragments;
    this.kept = kept.bytes;
  }

  /**
   * Layers of a packet of which the columns do not tell all; null where they do, or where its bytes are gone.
   * @param words one of them has what is asked for: without it in the packet's words nothing is walked
   */
  beyondColumns(row: PacketRow, words: number): LayerList | null {
    const chunk = this.s.analysis.packets.chunk(row);
    const i = inChunk(row);
    const marks = chunk.marks[i]!;
    if ((marks & MARK_LAYERS) === 0 || (marks & MARK_HEADER) !== 0) return null;
    if ((marks & MARK_WORDS) !== 0 && (wordsOf(chunk.flags[i]!, chunk.length[i]!) & words) === 0) return NOTHING;
    return this.of(row);
  }

  /**
   * Protocol words of a packet that has more layers than the columns tell. What was walked once is kept in its row, so
   * that the next filter does not read it again.
   */
  words(row: PacketRow): number {
    const chunk = this.s.analysis.packets.chunk(row);
    const i = inChunk(row);
    const marks = chunk.marks[i]!;
    if ((marks & MARK_WORDS) !== 0) return wordsOf(chunk.flags[i]!, chunk.length[i]!);
    const list = this.of(row);
    if (list === null) return 0;
    if ((marks & (MARK_FRAGMENT | MARK_HEADER)) === 0) {
      chunk.flags[i] = list.words >> 16;
      chunk.length[i] = list.words & 0xffff;
      chunk.marks[i] = marks | MARK_WORDS;
    }
    return list.words;
  }

  /** Layers of any packet; null where its bytes are gone. They hold until another row is asked for. */
  of(row: PacketRow): LayerList | null {
    if (row === this.last) return this.known;
    const chunk = this.s.analysis.packets.chunk(row);
    const i = inChunk(row);
    this.last = row;
    this.known = null;
    if ((chunk.marks[i]! & MARK_FRAGMENT) !== 0) this.known = this.fragments.at(this.s, row) ?? null;
    if (this.known !== null) return this.known;
    // Packets that the columns tell whole are walked for what only their bytes have: those are too many to be kept.
    const layered = (chunk.marks[i]! & MARK_LAYERS) !== 0;
    let bytes = layered ? this.kept.of(row) : null;
    if (bytes === null) {
      bytes = this.s.bytes(row);
      if (bytes.length === 0 && chunk.captured[i]! > 0) return null;
      if (layered && bytes.length === chunk.captured[i]) this.kept.keep(row, bytes);
    }
    this.known = this.walker.walk(bytes, chunk.link[i]!, chunk.wire[i]!, null);
    return this.known;
  }
}

const bound = new WeakMap<Subject, RowLayers>();

/** Fields of one filter share the walk of a row. */
export function rowLayers(s: Subject): RowLayers {
  let layers = bound.get(s);
  if (layers === undefined) bound.set(s, (layers = new RowLayers(s)));
  return layers;
}

/** Bytes may have come or gone since the last filter, so the last row is walked anew. */
export function forgetRow(s: Subject): void {
  bound.delete(s);
}
