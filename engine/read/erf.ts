// Endace ERF: records of 16 bytes and the packet, one behind the other, without a header of the file (EDM11-01).
import { type Message, say } from '../../contract/index.ts';
import { u16, u32le } from './bytes.ts';
import { LINKTYPE_C_HDLC, LINKTYPE_ETHERNET, LINKTYPE_IPV4, LINKTYPE_IPV6, LINKTYPE_USER0 } from './link-types.ts';
import {
  CapturedPacket,
  emptyMeta,
  newInterface,
  recordBound,
  type CaptureMeta,
  type PacketSink,
  type Walker,
} from './types.ts';

const RECORD = 16;
/** Types of record whose packet begins with an Ethernet frame behind two bytes of offset and padding. */
const ETHERNET = new Set([2, 11, 16, 20]);
const HDLC = new Set([1, 10, 15, 17, 19]);
const TYPE_IPV4 = 22;
const TYPE_IPV6 = 23;
const PADDING = 48;
const LAST_TYPE = 48;
/** Records that must fit before a file without a mark is believed to be ERF, as in wiretap/erf.c. */
const LOOK_AT = 3;

/**
 * Bytes of extension headers behind the record's own: bit 7 of the type, then of each header, says that one follows.
 */
function extensions(buf: Uint8Array, at: number, to: number): number {
  let size = 0;
  let more = buf[at + 8]! & 0x80;
  while (more !== 0 && at + RECORD + size + 8 <= to) {
    more = buf[at + RECORD + size]! & 0x80;
    size += 8;
  }
  return size;
}

function fits(buf: Uint8Array, at: number): boolean {
  const type = buf[at + 8]! & 0x7f;
  const length = u16(buf, at + 10);
  if (type === 0 || type > LAST_TYPE || length < RECORD) return false;
  const wire = u16(buf, at + 14);
  // The stamp's seconds lie between 1990 and 2105 in what was captured with a clock; 0 where there was none.
  const sec = u32le(buf, at + 4);
  return (type === PADDING || wire > 0) && (sec === 0 || sec > 631_152_000);
}

/**
 * Whether these bytes can be ERF, which has no mark: three records must fit, or fewer that end where the file ends.
 * @param whole the bytes are all there are
 */
export function looksLikeErf(buf: Uint8Array, whole: boolean): boolean {
  let at = 0;
  for (let record = 0; record < LOOK_AT; record++) {
    if (at === buf.length) return whole && record > 0;
    if (buf.length - at < RECORD || !fits(buf, at)) return false;
    at += u16(buf, at + 10);
    if (at > buf.length) return false;
  }
  return true;
}

export class ErfWalker implements Walker {
  private readonly packet = new CapturedPacket();
  readonly meta: CaptureMeta = emptyMeta('erf');
  damage: Walker['damage'] = null;
  need = RECORD;
  skip = 0;
  private read = 0;

  constructor() {
    this.meta.interfaces.push(newInterface(LINKTYPE_ETHERNET, 0));
    this.meta.sections = 1;
    this.meta.nanosecond = true;
  }

  walk(buf: Uint8Array, from: number, to: number, base: number, sink: PacketSink): number {
    let at = from;
    while (to - at >= RECORD) {
      const length = u16(buf, at + 10);
      const type = buf[at + 8]! & 0x7f;
      if (length < RECORD || type === 0 || type > LAST_TYPE) {
        this.damage = { offset: base + at, message: say('record-odd', { record: this.read + 1, type, bytes: length }) };
        return at;
      }
      if (to - at < length) {
        this.need = length;
        return at;
      }
      if (type === PADDING) this.meta.skippedBlocks++;
      else this.record(buf, at, length, type, base, sink);
      at += length;
      this.read++;
    }
    this.need = RECORD;
    return at;
  }

  cutMessage(): Message {
    return say('ends-in-record', { record: this.read + 1 });
  }

  private record(buf: Uint8Array, at: number, length: number, type: number, base: number, sink: PacketSink): void {
    const skip = RECORD + extensions(buf, at, at + length) + (ETHERNET.has(type) ? 2 : 0);
    const wire = u16(buf, at + 14);
    const there = Math.max(0, length - skip);
    const cap = Math.min(there, wire, recordBound(LINKTYPE_ETHERNET));
    // A fixed-point stamp: seconds in the upper half, 2^-32 s in the lower.
    const sec = u32le(buf, at + 4);
    const nsec = Math.floor((u32le(buf, at) / 4294967296) * 1e9);
    const { packet } = this;
    packet.place(buf, at + skip, cap, base + at + skip);
    packet.tell(wire, sec, nsec, linkOf(type));
    sink.packet(packet);
  }
}

function linkOf(type: number): number {
  if (ETHERNET.has(type)) return LINKTYPE_ETHERNET;
  if (HDLC.has(type)) return LINKTYPE_C_HDLC;
  if (type === TYPE_IPV4) return LINKTYPE_IPV4;
  return type === TYPE_IPV6 ? LINKTYPE_IPV6 : LINKTYPE_USER0;
}
