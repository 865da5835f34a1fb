// Classic pcap (draft-ietf-opsawg-pcap): 24-byte header, then records of 16 bytes and the packet.
import { type Message, say } from '../../contract/index.ts';
import { readU16, readU32 } from './bytes.ts';
import {
  CapturedPacket,
  emptyMeta,
  newInterface,
  recordBound,
  type CaptureMeta,
  type PacketSink,
  type Walker,
} from './types.ts';

export const PCAP_HEADER = 24;

/**
 * Bytes of a record's header by the programs that wrote it, the likeliest first: all begin with the 16 bytes of
 * libpcap. Red Hat 6.1 (24) and Nokia (20) left the ordinary magic in place, so that only the records tell; Kuznetzov's
 * patch has a magic of its own and is 24 bytes, with SuSE 6.3's addition 28 (wiretap/libpcap.c).
 */
const ORDINARY = [16, 24, 20] as const;
const MODIFIED = [24, 28] as const;
/** No packet is longer than this on its wire, segmentation offload included. */
const MAX_WIRE = 64 * 1024 * 1024;
/** Records looked at before the layout is decided, as Wireshark does. */
const LOOK_AT = 3;

export interface PcapForm {
  readonly little: boolean;
  readonly nano: boolean;
  readonly layouts: readonly number[];
}

/** @returns byte order, stamp unit and possible record headers, or null when this is no pcap */
export function pcapMagic(buf: Uint8Array): PcapForm | null {
  if (buf.length < 4) return null;
  const big = readU32(buf, 0, false);
  switch (big) {
    case 0xa1b2c3d4:
      return { little: false, nano: false, layouts: ORDINARY };
    case 0xd4c3b2a1:
      return { little: true, nano: false, layouts: ORDINARY };
    case 0xa1b23c4d:
      return { little: false, nano: true, layouts: [16] };
    case 0x4d3cb2a1:
      return { little: true, nano: true, layouts: [16] };
    case 0xa1b2cd34:
      return { little: false, nano: false, layouts: MODIFIED };
    case 0x34cdb2a1:
      return { little: true, nano: false, layouts: MODIFIED };
    default:
      return null;
  }
}

export class PcapWalker implements Walker {
  private readonly packet = new CapturedPacket();
  readonly meta: CaptureMeta = emptyMeta('pcap');
  damage: Walker['damage'] = null;
  need = PCAP_HEADER;
  skip = 0;
  private started = false;
  private readonly little: boolean;
  private readonly nano: boolean;
  private readonly layouts: readonly number[];
  /** Bytes of a record's header; 0 until it is decided. */
  private recordHeader = 0;
  private link = 0;
  private bound = 0;
  private swap: 'never' | 'always' | 'if-larger' = 'never';
  private read = 0;

  constructor(magic: PcapForm) {
    this.little = magic.little;
    this.nano = magic.nano;
    this.layouts = magic.layouts;
    if (magic.layouts.length === 1) this.recordHeader = magic.layouts[0]!;
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
    if (this.recordHeader === 0 && !this.decide(buf, at, to, false)) return at;
    const { little, link, bound, nano, recordHeader, packet } = this;
    while (to - at >= recordHeader) {
      const fraction = readU32(buf, at + 4, little);
      let cap = readU32(buf, at + 8, little);
      let wire = readU32(buf, at + 12, little);
      if (this.swap === 'always' || (this.swap === 'if-larger' && cap > wire)) [cap, wire] = [wire, cap];
      if (cap > bound) {
        this.damage = {
          offset: base + at,
          message: say('claims-too-much', { packet: this.read + 1, bytes: cap, most: bound }),
        };
        return at;
      }
      if (to - at < recordHeader + cap) {
        this.need = recordHeader + cap;
        return at;
      }
      // A fraction of a second or more is carried over, as Wireshark does.
      let sec = readU32(buf, at, little);
      let nsec = nano ? fraction : fraction * 1000;
      if (nsec >= 1e9) {
        sec += Math.floor(nsec / 1e9);
        nsec %= 1e9;
      }
      at += recordHeader;
      packet.place(buf, at, cap, base + at);
      packet.tell(wire, sec, nsec, link);
      sink.packet(packet);
      at += cap;
      this.read++;
    }
    this.need = recordHeader;
    return at;
  }

  /** Nothing more comes for now: a layout that waited for what follows is decided by what is there. */
  settle(buf: Uint8Array, from: number, to: number): boolean {
    return this.started && this.recordHeader === 0 && to > from && this.decide(buf, from, to, true);
  }

  /**
   * Decides which header the records have: the first without faults, or the ordinary one where all have some. That one
   * is believed as soon as two records fit it, or one that ends where the bytes end.
   * @returns false while more bytes are needed to tell
   */
  private decide(buf: Uint8Array, at: number, to: number, last: boolean): boolean {
    for (const header of this.layouts) {
      const faults = this.faults(buf, at, to, header, last);
      if (faults === null) {
        this.need = to - at + 1;
        return false;
      }
      if (faults === 0) {
        this.recordHeader = header;
        return true;
      }
    }
    this.recordHeader = this.layouts[0]!;
    return true;
  }

  /**
   * Counts what is wrong with the next three records if their header has this size.
   * @returns null when it hangs on bytes that are not there yet
   */
  private faults(buf: Uint8Array, from: number, to: number, header: number, last: boolean): number | null {
    let at = from;
    let faults = 0;
    for (let record = 0; record < LOOK_AT; record++) {
      if (at === to && record > 0) return faults;
      if (to - at < 16) return last ? faults + 1 : null;
      let cap = readU32(buf, at + 8, this.little);
      let wire = readU32(buf, at + 12, this.little);
      if (this.swap === 'always' || (this.swap === 'if-larger' && cap > wire)) [cap, wire] = [wire, cap];
      if (cap > this.bound) return faults + 1;
      if (cap > wire) faults++;
      if (wire > MAX_WIRE) faults++;
      if (!this.nano && readU32(buf, at + 4, this.little) >= 1e6) faults++;
      if (to - at < header + cap) return last || record > 0 ? faults + (last ? 1 : 0) : null;
      at += header + cap;
    }
    return faults;
  }

  cutMessage(): Message {
    return this.started ? say('ends-in-packet', { packet: this.read + 1 }) : say('ends-in-header', { bytes: 24 });
  }

  private header(buf: Uint8Array, at: number): void {
    const { little } = this;
    const major = readU16(buf, at + 4, little);
    const minor = readU16(buf, at + 6, little);
    if (major !== 2) {
      this.damage = { offset: at + 4, message: say('pcap-version', { major, minor }) };
      return;
    }
    this.swap = lengthsSwapped(minor);
    this.link = readU32(buf, at + 20, little) & 0x03ffffff;
    this.bound = recordBound(this.link);
    this.meta.interfaces.push(newInterface(this.link, readU32(buf, at + 16, little)));
    this.meta.sections = 1;
    this.started = true;
    this.need = this.layouts[0]!;
  }
}

/** Whether a version's records have their two lengths the other way round (wiretap/libpcap.c). */
function lengthsSwapped(minor: number): 'never' | 'always' | 'if-larger' {
  if (minor < 3) return 'always';
  return minor === 3 ? 'if-larger' : 'never';
}
