// Packet columns: SharedArrayBuffer chunks of 65,536 rows, 40 bytes a packet. Bytes of packets stay on disk.
import { type FlowRow, flowRow, type PacketRow, packetRow } from '../../contract/index.ts';
import { lowerBound, type CapturedPacket } from '../read/index.ts';
import { RowHeader } from './row-header.ts';

export const CHUNK_ROWS = 65_536;
const CHUNK_BITS = 16;
/** Set in the `owner` column when the packet belongs to no flow; the rest is then an endpoint-pair id. */
export const NO_FLOW = 0x8000_0000;

export const MARK_REVERSE = 1;
export const MARK_DAMAGED = 2;
export const MARK_CUT = 4;
export const MARK_GTP = 8;
/** More layers than the columns tell: tags, tunnels, quoted packets, link layers with headers of their own. */
export const MARK_LAYERS = 16;
/** An IP fragment. */
export const MARK_FRAGMENT = 32;

/** One chunk. Offsets are exact to 2^53 bytes. */
export interface PacketChunk {
  readonly offset: Float64Array;
  /** Since 1970, also before it and beyond 32 bits. */
  readonly seconds: Float64Array;
  readonly nanoseconds: Uint32Array;
  readonly captured: Uint32Array;
  readonly wire: Uint32Array;
  /** Flow row, or NO_FLOW | endpoint pair. */
  readonly owner: Uint32Array;
  readonly protocol: Uint16Array;
  readonly link: Uint16Array;
  /** With MARK_HEADER bytes of TCP's payload, with MARK_WORDS the lower protocol words. */
  readonly length: Uint16Array;
  /** With MARK_HEADER TCP's flags, with MARK_WORDS the upper protocol words. */
  readonly flags: Uint8Array;
  readonly marks: Uint8Array;
  readonly buffer: SharedArrayBuffer;
}

const ROW_BYTES = 8 * 2 + 4 * 4 + 2 * 3 + 2;
export const BYTES_PER_PACKET = ROW_BYTES;

export function chunkOver(buffer: SharedArrayBuffer, rows: number): PacketChunk {
  let at = 0;
  const take = (bytes: number): number => {
    const from = at;
    at += bytes * rows;
    return from;
  };
  return {
    offset: new Float64Array(buffer, take(8), rows),
    seconds: new Float64Array(buffer, take(8), rows),
    nanoseconds: new Uint32Array(buffer, take(4), rows),
    captured: new Uint32Array(buffer, take(4), rows),
    wire: new Uint32Array(buffer, take(4), rows),
    owner: new Uint32Array(buffer, take(4), rows),
    protocol: new Uint16Array(buffer, take(2), rows),
    link: new Uint16Array(buffer, take(2), rows),
    length: new Uint16Array(buffer, take(2), rows),
    flags: new Uint8Array(buffer, take(1), rows),
    marks: new Uint8Array(buffer, take(1), rows),
    buffer,
  };
}

/** Where full chunks go when there are many. */
export interface ChunkSpill {
  /** Full chunks that stay in memory, the newest. */
  readonly keep: number;
  write(index: number, bytes: Uint8Array): void;
  read(index: number, into: Uint8Array): void;
}

/** Spilled chunks that are in memory again, those used last. */
const REREAD = 8;

export class PacketColumns {
  /** Offset of each chunk's first packet, known without reading the chunk again. */
  readonly starts: number[] = [];
  /** Null where a chunk is spilled. */
  readonly chunks: (PacketChunk | null)[] = [];
  count = 0;
  private readonly header = new RowHeader();
  private tail: PacketChunk | null = null;
  private spill: ChunkSpill | null = null;
  private spilled = 0;
  private readonly reread = new Map<number, PacketChunk>();

  /** From now on old chunks are written out: memory no longer grows with the capture. */
  spillTo(spill: ChunkSpill): void {
    this.spill = spill;
  }

  /** Appends a row. No allocation but one chunk every 65,536 packets. */
  add(p: CapturedPacket, owner: number, protocol: number, marks: number): void {
    const at = this.count & (CHUNK_ROWS - 1);
    if (at === 0) {
      this.tail = chunkOver(new SharedArrayBuffer(ROW_BYTES * CHUNK_ROWS), CHUNK_ROWS);
      this.chunks.push(this.tail);
      this.starts.push(p.fileOffset);
      if (this.spill !== null && this.chunks.length - this.spilled > this.spill.keep + 1) this.spillOldest(this.spill);
    }
    const c = this.tail!;
    c.offset[at] = p.fileOffset;
    c.seconds[at] = p.sec;
    c.nanoseconds[at] = p.nsec;
    c.captured[at] = p.cap;
    c.wire[at] = p.wire;
    c.owner[at] = owner;
    c.protocol[at] = protocol;
    c.link[at] = p.link;
    const { header } = this;
    let told = 0;
    if ((marks & (MARK_LAYERS | MARK_FRAGMENT)) === 0) told = header.plain(p);
    else if ((marks & (MARK_FRAGMENT | MARK_DAMAGED)) === 0) told = header.layered(p);
    c.length[at] = told === 0 ? 0 : header.length;
    c.flags[at] = told === 0 ? 0 : header.flags;
    c.marks[at] = marks | told;
    this.count++;
  }

  /** Names the last row. */
  name(protocol: number): void {
    this.tail!.protocol[(this.count - 1) & (CHUNK_ROWS - 1)] = protocol;
  }

  /** Gives a row that waited for its flow to it; nothing where the row has left memory. */
  own(row: PacketRow, owner: number, reverse: boolean): void {
    const chunk = this.chunks[row >>> CHUNK_BITS];
    if (chunk === undefined || chunk === null) return;
    const at = row & (CHUNK_ROWS - 1);
    chunk.owner[at] = owner;
    if (reverse) chunk.marks[at] = chunk.marks[at]! | MARK_REVERSE;
  }

  /** Takes over a chunk that another thread fills; `count` says how far it is. */
  adopt(buffer: SharedArrayBuffer, start: number): void {
    this.chunks.push(chunkOver(buffer, CHUNK_ROWS));
    this.starts.push(start);
  }

  chunk(row: PacketRow): PacketChunk {
    const index = row >>> CHUNK_BITS;
    return this.chunks[index] ?? this.again(index);
  }

  /**
   * The flow that a packet belongs to, null for none. Where several columns of a row are read, `chunk` is asked once.
   */
  flowOf(row: PacketRow): FlowRow | null {
    return flowOfOwner(this.chunk(row).owner[inChunk(row)]!);
  }

  /** A packet's stamp, seconds since 1970. */
  secondsOf(row: PacketRow): number {
    const chunk = this.chunk(row);
    const i = inChunk(row);
    return chunk.seconds[i]! + chunk.nanoseconds[i]! / 1e9;
  }

  /**
   * First row whose packet is at or after an offset of the capture; the number of rows where none is. Offsets ascend.
   */
  rowAt(offset: number): PacketRow {
    const chunks = lowerBound(this.starts, offset);
    if (chunks === 0) return packetRow(0);
    const base = packetRow((chunks - 1) * CHUNK_ROWS);
    return packetRow(base + lowerBound(this.chunk(base).offset, offset, Math.min(CHUNK_ROWS, this.count - base)));
  }

  private spillOldest(spill: ChunkSpill): void {
    const index = this.spilled;
    spill.write(index, new Uint8Array(this.chunks[index]!.buffer));
    this.chunks[index] = null;
    this.spilled++;
  }

  private again(index: number): PacketChunk {
    const known = this.reread.get(index);
    if (known !== undefined) {
      this.reread.delete(index);
      this.reread.set(index, known);
      return known;
    }
    const oldest = this.reread.size >= REREAD ? this.reread.entries().next().value! : null;
    if (oldest !== null) this.reread.delete(oldest[0]);
    // A chunk handed out may still be looked at: its memory is not used again.
    const chunk = chunkOver(new SharedArrayBuffer(ROW_BYTES * CHUNK_ROWS), CHUNK_ROWS);
    this.spill!.read(index, new Uint8Array(chunk.buffer));
    this.reread.set(index, chunk);
    return chunk;
  }
}

/** Row within its chunk. */
export function inChunk(row: PacketRow): number {
  return row & (CHUNK_ROWS - 1);
}

/** The flow that a value of the `owner` column names, null where it names a pair of endpoints. */
export function flowOfOwner(owner: number): FlowRow | null {
  return owner >= NO_FLOW ? null : flowRow(owner);
}
