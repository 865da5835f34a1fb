// Sun snoop (RFC 1761): a header of 16 bytes, then records of 24 bytes and the packet, padded; everything is
// big-endian.
import { type Message, say } from '../../contract/index.ts';
import { u32 } from './bytes.ts';
import { LINKTYPE_C_HDLC, LINKTYPE_ETHERNET, LINKTYPE_FDDI, LINKTYPE_IEEE802_5 } from './link-types.ts';
import {
  CapturedPacket,
  emptyMeta,
  newInterface,
  recordBound,
  type CaptureMeta,
  type PacketSink,
  type Walker,
} from './types.ts';

const HEADER = 16;
const RECORD = 24;
/** Datalink types of RFC 1761, section 4, as pcap link types. */
const LINKS = new Map([
  [0, LINKTYPE_ETHERNET],
  [2, LINKTYPE_IEEE802_5],
  [4, LINKTYPE_ETHERNET],
  [5, LINKTYPE_C_HDLC],
  [8, LINKTYPE_FDDI],
]);

/** @param buf a file's first bytes, eight at least */
export function isSnoop(buf: Uint8Array): boolean {
  return buf.length >= 8 && Buffer.from(buf.buffer, buf.byteOffset, 8).equals(Buffer.from('snoop\0\0\0'));
}

export class SnoopWalker implements Walker {
  private readonly packet = new CapturedPacket();
  readonly meta: CaptureMeta = emptyMeta('snoop');
  damage: Walker['damage'] = null;
  need = HEADER;
  skip = 0;
  private link = -1;
  private read = 0;

  walk(buf: Uint8Array, from: number, to: number, base: number, sink: PacketSink): number {
    let at = from;
    if (this.link < 0) {
      if (to - at < HEADER || !this.header(buf, at, base)) return at;
      at += HEADER;
    }
    const bound = recordBound(this.link);
    while (to - at >= RECORD) {
      const cap = u32(buf, at + 4);
      const length = u32(buf, at + 8);
      if (cap > bound || length < RECORD + cap || length > RECORD + bound + 64) {
        const message = say('claims-in-record', { packet: this.read + 1, bytes: cap, length });
        this.damage = { offset: base + at, message };
        return at;
      }
      if (to - at < length) {
        this.need = length;
        return at;
      }
      const wire = u32(buf, at);
      const sec = u32(buf, at + 16);
      this.packet.place(buf, at + RECORD, cap, base + at + RECORD);
      this.packet.tell(wire, sec, u32(buf, at + 20) * 1000, this.link);
      sink.packet(this.packet);
      at += length;
      this.read++;
    }
    this.need = RECORD;
    return at;
  }

  cutMessage(): Message {
    return this.link < 0 ? say('ends-in-header', { bytes: 16 }) : say('ends-in-packet', { packet: this.read + 1 });
  }

  private header(buf: Uint8Array, at: number, base: number): boolean {
    const version = u32(buf, at + 8);
    const type = u32(buf, at + 12);
    const link = LINKS.get(type);
    if (version < 1 || version > 3 || link === undefined) {
      const message = link === undefined ? say('snoop-link', { type }) : say('snoop-version', { version });
      this.damage = { offset: base + 8, message };
      return false;
    }
    this.link = link;
    this.meta.interfaces.push(newInterface(link, 0));
    this.meta.sections = 1;
    return true;
  }
}
