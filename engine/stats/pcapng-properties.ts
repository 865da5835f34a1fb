// What a pcapng says beside packets, in one walk over its blocks: section headers, interfaces, their statistics,
// comments (draft-ietf-opsawg-pcapng, 4.1 to 4.6). Bounded; of packets only their interface and options are looked at.
import { readU16, readU32 } from '../decode/index.ts';
import type { PacketBytes } from '../read/index.ts';
import type { TimeSlices } from '../view/index.ts';

export interface InterfaceProperties {
  name: string;
  description: string;
  filter: string;
  os: string;
  hardware: string;
  readonly link: number;
  readonly snapLength: number;
  packets: number;
  dropped: number | null;
}

export interface BlockProperties {
  hardware: string;
  os: string;
  application: string;
  readonly comments: string[];
  packetComments: number;
  readonly interfaces: InterfaceProperties[];
}

const PIECE = 1024 * 1024;
const MAX_INTERFACES = 4_096;
const MAX_COMMENTS = 1_000;
const SHB = 0x0a0d0d0a;
const [IDB, PB, SPB, ISB, EPB] = [1, 2, 3, 5, 6];
/** Options of section headers and of interfaces by their codes. */
const [SHB_HARDWARE, SHB_OS, SHB_APPLICATION] = [2, 3, 4];
const [IF_NAME, IF_DESCRIPTION, IF_FILTER, IF_OS, IF_HARDWARE] = [2, 3, 11, 12, 15];
const [ISB_IFDROP, ISB_OSDROP] = [5, 7];
const COMMENT = 1;

export async function pcapngProperties(
  bytes: PacketBytes,
  length: number,
  turns: TimeSlices,
): Promise<BlockProperties> {
  const walk = new BlockWalk();
  let at = 0;
  let piece = bytes.read(0, PIECE);
  let pieceAt = 0;
  while (at + 12 <= length) {
    if (at < pieceAt || at - pieceAt + 12 > piece.length) {
      piece = bytes.read(at, PIECE);
      pieceAt = at;
      if (piece.length < 12) break;
      turns.done = at / length;
      if (turns.due) await turns.rest();
    }
    const size = walk.sizeAt(piece, at - pieceAt);
    if (size < 12 || size % 4 !== 0) break;
    if (at - pieceAt + size > piece.length) {
      piece = bytes.read(at, Math.max(PIECE, Math.min(size, MAX_BLOCK)));
      pieceAt = at;
    }
    if (size <= piece.length) walk.block(piece, at - pieceAt, size);
    at += size;
  }
  return walk.found;
}

/** Larger blocks are stepped over. */
const MAX_BLOCK = 16 * 1024 * 1024;

class BlockWalk {
  readonly found: BlockProperties = {
    hardware: '',
    os: '',
    application: '',
    comments: [],
    packetComments: 0,
    interfaces: [],
  };
  private little = true;
  private first = 0;

  /** Length of the block at a place; a section header says in which order of bytes. */
  sizeAt(buf: Uint8Array, at: number): number {
    if (readU32(buf, at, false) === SHB) this.little = readU32(buf, at + 8, true) === 0x1a2b3c4d;
    return readU32(buf, at + 4, this.little);
  }

  block(buf: Uint8Array, at: number, size: number): void {
    const { found, little } = this;
    const end = at + size - 4;
    const type = readU32(buf, at, little);
    if (type === SHB && size >= 28) {
      this.first = found.interfaces.length;
      this.options(buf, at + 24, end, (code, text) => {
        if (code === SHB_HARDWARE) found.hardware ||= text();
        else if (code === SHB_OS) found.os ||= text();
        else if (code === SHB_APPLICATION) found.application ||= text();
        else if (code === COMMENT && found.comments.length < MAX_COMMENTS) found.comments.push(text());
      });
    } else if (type === IDB && size >= 20) this.describe(buf, at, end);
    else if (type === EPB && size >= 32) {
      this.count(readU32(buf, at + 8, little));
      const options = at + 28 + ((readU32(buf, at + 20, little) + 3) & ~3);
      this.packetOptions(buf, options, end);
    } else if (type === PB && size >= 32) this.count(readU16(buf, at + 8, little));
    else if (type === SPB) this.count(0);
    else if (type === ISB && size >= 24) this.statistics(buf, at, end);
  }

  private count(iface: number): void {
    const known = this.found.interfaces[this.first + iface];
    if (known !== undefined) known.packets++;
  }

  private packetOptions(buf: Uint8Array, from: number, end: number): void {
    if (from + 4 > end) return;
    this.options(buf, from, end, (code) => {
      if (code === COMMENT) this.found.packetComments++;
    });
  }

  private describe(buf: Uint8Array, at: number, end: number): void {
    const { found, little } = this;
    if (found.interfaces.length >= MAX_INTERFACES) return;
    const made: InterfaceProperties = {
      name: '',
      description: '',
      filter: '',
      os: '',
      hardware: '',
      link: readU16(buf, at + 8, little),
      snapLength: readU32(buf, at + 12, little),
      packets: 0,
      dropped: null,
    };
    this.options(buf, at + 16, end, (code, text) => {
      if (code === IF_NAME) made.name = text();
      else if (code === IF_DESCRIPTION) made.description = text();
      else if (code === IF_FILTER) made.filter = text().slice(1);
      else if (code === IF_OS) made.os = text();
      else if (code === IF_HARDWARE) made.hardware = text();
    });
    found.interfaces.push(made);
  }

  private statistics(buf: Uint8Array, at: number, end: number): void {
    const known = this.found.interfaces[this.first + readU32(buf, at + 8, this.little)];
    if (known === undefined) return;
    let dropped: number | null = null;
    this.options(buf, at + 20, end, (code, _text, from, size) => {
      if ((code !== ISB_IFDROP && code !== ISB_OSDROP) || size < 8) return;
      const [low, high] = this.little ? [from, from + 4] : [from + 4, from];
      dropped = (dropped ?? 0) + readU32(buf, low, this.little) + readU32(buf, high, this.little) * 2 ** 32;
    });
    if (dropped !== null) known.dropped = dropped;
  }

  private options(
    buf: Uint8Array,
    begin: number,
    end: number,
    take: (code: number, text: () => string, from: number, size: number) => void,
  ): void {
    for (let from = begin; from + 4 <= end;) {
      const code = readU16(buf, from, this.little);
      const size = readU16(buf, from + 2, this.little);
      const value = from + 4;
      if (code === 0 || value + size > end) return;
      take(
        code,
        () =>
          Buffer.from(buf.buffer, buf.byteOffset + value, size)
            .toString('utf8')
            .split('\0')[0]!,
        value,
        size,
      );
      from += 4 + ((size + 3) & ~3);
    }
  }
}
