// Classic pcap (draft-ietf-opsawg-pcap): 24-byte header, then records of 16 bytes and the packet.
import { emptyMeta, newInterface, readU16, readU32, recordBound, type CaptureMeta, type PacketSink, type Walker } from './types.ts';

export const PCAP_HEADER = 24;
const RECORD_HEADER = 16;

export type PcapMagic = { readonly little: boolean; readonly nano: boolean } | { readonly refused: string } | null;

/** @returns byte order and stamp unit, a refusal by name, or null when this is no pcap */
export function pcapMagic(buf: Uint8Array): PcapMagic {
  if (buf.length < 4) return null;
  const big = readU32(buf, 0, false);
  switch (big) {
    case 0xa1b2c3d4: return { little: false, nano: false };
    case 0xd4c3b2a1: return { little: true, nano: false };
    case 0xa1b23c4d: return { little: false, nano: true };
    case 0x4d3cb2a1: return { little: true, nano: true };
    case 0xa1b2cd34: case 0x34cdb2a1: return { refused: 'modified pcap (Kuznetzov’s libpcap patch) is not read; convert it with editcap' };
    case 0xa1e2cb12: case 0x12cbe2a1: return { refused: 'Ixia lcap is not read; convert it with editcap' };
    case 0x1c0001ac: case 0xac01001c: return { refused: 'Ixia hardware lcap is not read; convert it with editcap' };
    default: return null;
  }
}

export class PcapWalker implements Walker {
  readonly meta: CaptureMeta = emptyMeta('pcap');
  damage: Walker['damage'] = null;
  need = PCAP_HEADER;
  skip = 0;
  private started = false;
  private readonly little: boolean;
  private readonly nano: boolean;
  private link = 0;
  private bound = 0;
  private swap: 'never' | 'always' | 'if-larger' = 'never';
  private read = 0;

  constructor(magic: { readonly little: boolean; readonly nano: boolean }) {
    this.little = magic.little;
    this.nano = magic.nano;
    this.meta.nanosecond = magic.nano;
  }

  walk(buf: Uint8Array, from: number, to: number, base: number, sink: PacketSink): number {
    let at = from;
    if (!this.started) {
      if (to - at < PCAP_HEADER) return at;
      this.header(buf, at);
      at += PCAP_HEADER;
      if (this.damage) return at;
    }
    const { little, link, bound, nano } = this;
    while (to - at >= RECORD_HEADER) {
      const fraction = readU32(buf, at + 4, little);
      let cap = readU32(buf, at + 8, little);
      let wire = readU32(buf, at + 12, little);
      if (this.swap === 'always' || (this.swap === 'if-larger' && cap > wire)) [cap, wire] = [wire, cap];
      if (cap > bound) {
        this.damage = { offset: base + at, message: `packet ${this.read + 1} claims ${cap} bytes, more than the ${bound} a packet can have` };
        return at;
      }
      if (to - at < RECORD_HEADER + cap) {
        this.need = RECORD_HEADER + cap;
        return at;
      }
      // A fraction of a second or more is carried over, as Wireshark does: the stamp is odd, the packet is not.
      let sec = readU32(buf, at, little);
      let nsec = nano ? fraction : fraction * 1000;
      if (nsec >= 1e9) {
        sec = (sec + Math.floor(nsec / 1e9)) >>> 0;
        nsec %= 1e9;
      }
      at += RECORD_HEADER;
      sink.packet(buf, at, cap, wire, sec, nsec, link, base + at);
      at += cap;
      this.read++;
    }
    this.need = RECORD_HEADER;
    return at;
  }

  cutMessage(): string {
    return this.started ? `the file ends in the middle of packet ${this.read + 1}` : 'the file ends inside its header of 24 bytes';
  }

  private header(buf: Uint8Array, at: number): void {
    const { little } = this;
    const major = readU16(buf, at + 4, little);
    const minor = readU16(buf, at + 6, little);
    if (major !== 2) {
      this.damage = { offset: at + 4, message: `pcap version ${major}.${minor}; 2.x was expected` };
      return;
    }
    this.swap = minor < 3 ? 'always' : minor === 3 ? 'if-larger' : 'never';
    this.link = readU32(buf, at + 20, little) & 0x03ffffff;
    this.bound = recordBound(this.link);
    this.meta.interfaces.push(newInterface(this.link, readU32(buf, at + 16, little)));
    this.meta.sections = 1;
    this.started = true;
    this.need = RECORD_HEADER;
  }
}
