// Microsoft Network Monitor, versions 1 and 2: a header of 128 bytes, frames one behind the other, then the table of
// where they are.
import { type Message, say } from '../../contract/index.ts';
import { u16le, u32, u32le } from './bytes.ts';
import {
  DLT_RAW,
  LINKTYPE_ETHERNET,
  LINKTYPE_FDDI,
  LINKTYPE_IEEE802_11,
  LINKTYPE_IEEE802_5,
  LINKTYPE_USER0,
} from './link-types.ts';
import {
  CapturedPacket,
  emptyMeta,
  newInterface,
  recordBound,
  type CaptureMeta,
  type PacketSink,
  type Walker,
} from './types.ts';

const HEADER = 128;
/** Media types as pcap link types (Network Monitor's header, 'MacType'). */
const LINKS = new Map([
  [0, LINKTYPE_ETHERNET],
  [1, LINKTYPE_ETHERNET],
  [2, LINKTYPE_IEEE802_5],
  [3, LINKTYPE_FDDI],
  [6, LINKTYPE_IEEE802_11],
  [8, DLT_RAW],
]);
/** Flags of a media type that is no medium of its own but a note about the frame. */
const NOT_A_PACKET = 0xe000;

export function isNetmon(buf: Uint8Array): boolean {
  if (buf.length < 4) return false;
  const magic = u32(buf, 0);
  return magic === 0x52545353 || magic === 0x474d4255;
}

export class NetmonWalker implements Walker {
  private readonly packet = new CapturedPacket();
  readonly meta: CaptureMeta = emptyMeta('netmon');
  damage: Walker['damage'] = null;
  need = HEADER;
  skip = 0;
  private started = false;
  private old = false;
  /** Bytes before each frame. */
  private head = 16;
  private trailer = 0;
  private media = 1;
  /** Where frames end: the table of frames begins there. */
  private framesEnd = 0;
  private startSeconds = 0;
  private startMillis = 0;
  private read = 0;

  walk(buf: Uint8Array, from: number, to: number, base: number, sink: PacketSink): number {
    let at = from;
    if (!this.started) {
      if (to - at < HEADER || !this.header(buf, at, base)) return at;
      at += HEADER;
    }
    const { head } = this;
    while (base + at < this.framesEnd) {
      if (to - at < head) {
        this.need = head;
        return at;
      }
      const wire = this.old ? u16le(buf, at + 4) : u32le(buf, at + 8);
      const cap = this.old ? u16le(buf, at + 6) : u32le(buf, at + 12);
      const size = head + cap + this.trailer;
      if (cap > recordBound(LINKTYPE_ETHERNET) || base + at + size > this.framesEnd) {
        const message = say('claims-before-table', { packet: this.read + 1, bytes: cap });
        this.damage = { offset: base + at, message };
        return at;
      }
      if (to - at < size) {
        this.need = size;
        return at;
      }
      this.tell(buf, at, cap, wire, base, sink);
      at += size;
      this.read++;
    }
    this.need = 1;
    return to;
  }

  cutMessage(): Message {
    return this.started
      ? say('ends-before-table', { packet: this.read + 1 })
      : say('ends-in-header', { bytes: HEADER });
  }

  /** A file that ends before its table has lost frames, though what is there may end with a whole one. */
  cutAt(offset: number): boolean {
    return this.started && offset < this.framesEnd;
  }

  private tell(buf: Uint8Array, at: number, cap: number, wire: number, base: number, sink: PacketSink): void {
    const { head } = this;
    const media = this.trailer >= 2 ? u16le(buf, at + head + cap) : this.media;
    if (media >= NOT_A_PACKET) {
      this.meta.skippedBlocks++;
      return;
    }
    let sec = this.startSeconds;
    let nsec: number;
    if (this.old) {
      const millis = this.startMillis + u32le(buf, at);
      sec += Math.floor(millis / 1000);
      nsec = (millis % 1000) * 1e6;
    } else {
      // 64 bits of microseconds; counted in two halves, so that none is lost.
      const low = u32le(buf, at);
      const high = u32le(buf, at + 4) | 0;
      const micros = high * 4294967296 + low + this.startMillis * 1000;
      const seconds = Math.floor(micros / 1e6);
      sec += seconds;
      nsec = (micros - seconds * 1e6) * 1000;
    }
    const { packet } = this;
    packet.place(buf, at + head, cap, base + at + head);
    packet.tell(wire, sec, nsec, LINKS.get(media) ?? LINKTYPE_USER0);
    sink.packet(packet);
  }

  private header(buf: Uint8Array, at: number, base: number): boolean {
    const minor = buf[at + 4]!;
    const major = buf[at + 5]!;
    this.old = major === 1;
    this.head = this.old ? 8 : 16;
    const media = u16le(buf, at + 6);
    const table = u32le(buf, at + 24);
    if (major !== 1 && major !== 2) {
      const message = say('netmon-version', { major, minor });
      this.damage = { offset: base + 4, message };
      return false;
    }
    this.media = media;
    this.framesEnd = table < HEADER ? HEADER : table;
    if (!this.old && minor >= 1) this.trailer = trailerSize(minor);
    const part = (index: number): number => u16le(buf, at + 8 + index * 2);
    // A local time without its zone, read as UTC, as Wireshark reads it where its zone is UTC.
    const start = Date.UTC(part(0), part(1) - 1, part(3), part(4), part(5), part(6));
    this.startSeconds = Math.floor(start / 1000);
    this.startMillis = part(7);
    this.meta.interfaces.push(newInterface(LINKS.get(media) ?? LINKTYPE_USER0, 0));
    this.meta.sections = 1;
    this.started = true;
    return true;
  }
}

/** Bytes behind each frame by minor version: its medium; process info; a UTC stamp and its zone. */
function trailerSize(minor: number): number {
  if (minor === 1) return 2;
  return minor === 2 ? 6 : 15;
}
