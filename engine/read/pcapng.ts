// pcapng (draft-ietf-opsawg-pcapng): blocks with their length at both ends; sections may change byte order.
import { type Message, say } from '../../contract/index.ts';
import { MICROSECOND_CLOCK, splitStamp, stamp, unitsPerSecond, type Clock } from './stamp.ts';
import { readU16, readU32 } from './bytes.ts';
import * as B from './pcapng-blocks.ts';
import {
  CapturedPacket,
  emptyMeta,
  newInterface,
  recordBound,
  type CaptureMeta,
  type PacketSink,
  type Walker,
} from './types.ts';

/** Bytes of the addresses that records of names begin with. */
const NAMED_BYTES = new Map([
  [B.NRB_RECORD_IPV4, 4],
  [B.NRB_RECORD_IPV6, 16],
]);
const MAX_NAMES = 65_536;
const MAX_SECRETS = 1_024;
/** Blocks other than packets are buffered up to this; larger ones are stepped over by their length. */
const MAX_META_BLOCK = 4 * 1024 * 1024;
const MAX_BLOCK = 129 * 1024 * 1024;

export function isPcapng(buf: Uint8Array): boolean {
  return buf.length >= 4 && readU32(buf, 0, false) === B.BT_SHB;
}

export class PcapngWalker implements Walker {
  private readonly packet = new CapturedPacket();
  /** Words of the stamp of the packet at hand. */
  private high = 0;
  private low = 0;
  readonly meta: CaptureMeta = emptyMeta('pcapng');
  damage: Walker['damage'] = null;
  odd: NonNullable<Walker['odd']> | null = null;
  need = 28;
  skip = 0;
  private little = true;
  private clocks: Clock[] = [];
  private firstInterface = 0;
  private read = 0;

  walk(buf: Uint8Array, from: number, to: number, base: number, sink: PacketSink): number {
    let at = from;
    while (to - at >= 12) {
      const type = readU32(buf, at, this.little);
      if (type === B.BT_SHB) {
        const order = this.sectionOrder(buf, at, base);
        if (order === null) return at;
        this.little = order;
      } else if (this.meta.sections === 0) {
        return this.fail(at, base, say('no-section-header'));
      }
      const length = readU32(buf, at + 4, this.little);
      if (length < 12 || length % 4 !== 0 || length > MAX_BLOCK)
        return this.fail(at, base, say('block-claims', { bytes: length }));
      const isPacket = type === B.BT_EPB || type === B.BT_SPB || type === B.BT_PB;
      if (!isPacket && length > MAX_META_BLOCK) {
        this.meta.skippedBlocks++;
        this.skip = length;
        this.need = 0;
        return at;
      }
      if (to - at < length) {
        this.need = length;
        return at;
      }
      if (readU32(buf, at + length - 4, this.little) !== length)
        return this.fail(at, base, say('block-lengths-differ'));
      if (!this.block(buf, at, length, type, base, sink)) return at;
      at += length;
    }
    this.need = 12;
    return at;
  }

  cutMessage(): Message {
    return this.meta.sections === 0 ? say('ends-in-section-header') : say('ends-in-block', { packets: this.read });
  }

  private fail(at: number, base: number, message: Message): number {
    this.damage = { offset: base + at, message };
    return at;
  }

  private sectionOrder(buf: Uint8Array, at: number, base: number): boolean | null {
    const magic = readU32(buf, at + 8, false);
    if (magic === B.BYTE_ORDER_MAGIC) return false;
    if (magic === B.BYTE_ORDER_SWAPPED) return true;
    this.fail(at, base, say('no-byte-order-mark'));
    return null;
  }

  /**
   * Versions that are defined: 1.0, and 1.2, which old programs wrote and which means the same
   * (draft-ietf-opsawg-pcapng, 4.1).
   */
  private version(buf: Uint8Array, at: number, base: number): boolean {
    const major = readU16(buf, at + 12, this.little);
    const minor = readU16(buf, at + 14, this.little);
    if (major === 1 && (minor === 0 || minor === 2)) return true;
    this.fail(at, base, say('section-version', { major, minor }));
    return false;
  }

  private block(buf: Uint8Array, at: number, length: number, type: number, base: number, sink: PacketSink): boolean {
    switch (type) {
      case B.BT_EPB:
        return this.enhancedPacket(buf, at, length, base, sink);
      case B.BT_SPB:
        return this.simplePacket(buf, at, length, base, sink);
      case B.BT_PB:
        return this.obsoletePacket(buf, at, length, base, sink);
      case B.BT_SHB:
        if (length < 28) {
          this.fail(at, base, say('section-header-short'));
          return false;
        }
        if (!this.version(buf, at, base)) return false;
        this.meta.sections++;
        this.clocks = [];
        this.firstInterface = this.meta.interfaces.length;
        this.options(buf, at + 24, at + length - 4, () => undefined);
        return true;
      case B.BT_IDB:
        return this.interfaceDescription(buf, at, length, base);
      case B.BT_ISB:
        this.statistics(buf, at, length);
        return true;
      case B.BT_NRB:
        this.nameResolution(buf, at, length);
        return true;
      case B.BT_DSB:
        this.secrets(buf, at, length);
        return true;
      default:
        this.meta.skippedBlocks++;
        return true;
    }
  }

  /**
   * Tells the packet that the record holds, when its interface is known and its bytes lie within the block.
   * @param at where the block begins in the buffer
   * @param blockEnd where its last length begins
   * @param iface number of the interface in its section; the stamp's words are `high` and `low`
   */
  private emit(at: number, blockEnd: number, base: number, iface: number, sink: PacketSink): boolean {
    const { packet } = this;
    const { cap } = packet;
    const clock = this.clocks[iface];
    if (clock === undefined) {
      this.fail(at, base, say('no-such-interface', { packet: this.read + 1, interface: iface }));
      return false;
    }
    const link = this.meta.interfaces[this.firstInterface + iface]!.link;
    if (cap > recordBound(link) || packet.off + cap > blockEnd) {
      this.fail(at, base, say('claims-in-block', { packet: this.read + 1, bytes: cap, length: blockEnd + 4 - at }));
      return false;
    }
    splitStamp(this.high, this.low, clock);
    if (stamp.beyond) this.odd ??= { offset: base + at, message: say('stamp-beyond-date', { packet: this.read + 1 }) };
    packet.tell(packet.wire, stamp.sec, stamp.nsec, link);
    sink.packet(packet);
    this.read++;
    return true;
  }

  private enhancedPacket(buf: Uint8Array, at: number, length: number, base: number, sink: PacketSink): boolean {
    if (length < 32) {
      this.fail(at, base, say('packet-block-short', { bytes: 32 }));
      return false;
    }
    const le = this.little;
    const cap = readU32(buf, at + 20, le);
    this.packet.place(buf, at + 28, cap, base + at + 28);
    this.packet.wire = readU32(buf, at + 24, le);
    this.high = readU32(buf, at + 12, le);
    this.low = readU32(buf, at + 16, le);
    const done = this.emit(at, at + length - 4, base, readU32(buf, at + 8, le), sink);
    const optionsAt = 28 + ((cap + 3) & ~3);
    if (done && optionsAt + 8 <= length) this.options(buf, at + optionsAt, at + length - 4, () => undefined);
    return done;
  }

  private simplePacket(buf: Uint8Array, at: number, length: number, base: number, sink: PacketSink): boolean {
    if (length < 16) {
      this.fail(at, base, say('packet-block-short', { bytes: 16 }));
      return false;
    }
    const wire = readU32(buf, at + 8, this.little);
    const snap = this.meta.interfaces[this.firstInterface]?.snapLength ?? 0;
    const cap = Math.min(wire, snap === 0 ? wire : snap, length - 16);
    this.packet.place(buf, at + 12, cap, base + at + 12);
    this.packet.wire = wire;
    this.high = 0;
    this.low = 0;
    return this.emit(at, at + length - 4, base, 0, sink);
  }

  private obsoletePacket(buf: Uint8Array, at: number, length: number, base: number, sink: PacketSink): boolean {
    if (length < 32) {
      this.fail(at, base, say('packet-block-short', { bytes: 32 }));
      return false;
    }
    const le = this.little;
    this.packet.place(buf, at + 28, readU32(buf, at + 20, le), base + at + 28);
    this.packet.wire = readU32(buf, at + 24, le);
    this.high = readU32(buf, at + 12, le);
    this.low = readU32(buf, at + 16, le);
    return this.emit(at, at + length - 4, base, readU16(buf, at + 8, le), sink);
  }

  private interfaceDescription(buf: Uint8Array, at: number, length: number, base: number): boolean {
    if (length < 20) {
      this.fail(at, base, say('interface-block-short'));
      return false;
    }
    const described = newInterface(readU16(buf, at + 8, this.little), readU32(buf, at + 12, this.little));
    let units: number | null = 1e6;
    let offsetSeconds = 0;
    this.options(buf, at + 16, at + length - 4, (code, from, size) => {
      if (code === B.IF_NAME) described.name = text(buf, from, size);
      else if (code === B.IF_DESCRIPTION) described.description = text(buf, from, size);
      else if (code === B.IF_TSRESOL && size >= 1) units = unitsPerSecond(buf[from]!);
      else if (code === B.IF_FILTER && size >= 1) described.filter = text(buf, from + 1, size - 1);
      else if (code === B.IF_TSOFFSET && size >= 8) offsetSeconds = this.int64(buf, from);
    });
    if (units === null) {
      this.fail(at, base, say('resolution-too-fine'));
      return false;
    }
    this.clocks.push(
      units === 1e6 && offsetSeconds === 0 ? MICROSECOND_CLOCK : { unitsPerSecond: units, offsetSeconds },
    );
    this.meta.interfaces.push(described);
    if (units > 1e6) this.meta.nanosecond = true;
    return true;
  }

  private int64(buf: Uint8Array, at: number): number {
    const first = readU32(buf, at, this.little);
    const second = readU32(buf, at + 4, this.little);
    return this.little ? (second | 0) * 4294967296 + first : (first | 0) * 4294967296 + second;
  }

  private statistics(buf: Uint8Array, at: number, length: number): void {
    if (length < 24) return;
    const counted = this.meta.interfaces[this.firstInterface + readU32(buf, at + 8, this.little)];
    if (!counted) return;
    this.options(buf, at + 20, at + length - 4, (code, from, size) => {
      if (size < 8) return;
      if (code === B.ISB_IFRECV) counted.received = this.int64(buf, from);
      else if (code === B.ISB_IFDROP) counted.droppedByInterface = this.int64(buf, from);
      else if (code === B.ISB_OSDROP) counted.droppedBySystem = this.int64(buf, from);
    });
  }

  private nameResolution(buf: Uint8Array, at: number, length: number): void {
    let from = at + 8;
    const end = at + length - 4;
    while (from + 4 <= end) {
      const kind = readU16(buf, from, this.little);
      const size = readU16(buf, from + 2, this.little);
      if (kind === B.NRB_RECORD_END || from + 4 + size > end) return;
      const addressSize = NAMED_BYTES.get(kind) ?? 0;
      if (addressSize > 0 && size > addressSize && this.meta.names.size < MAX_NAMES) {
        const raw = buf.subarray(from + 4, from + 4 + addressSize);
        this.meta.names.set(
          Buffer.from(raw).toString('hex'),
          text(buf, from + 4 + addressSize, size - addressSize).split('\0')[0]!,
        );
      }
      from += 4 + ((size + 3) & ~3);
    }
  }

  private secrets(buf: Uint8Array, at: number, length: number): void {
    if (length < 20 || this.meta.tlsSecrets.length >= MAX_SECRETS) return;
    const size = readU32(buf, at + 12, this.little);
    if (readU32(buf, at + 8, this.little) === B.SECRETS_TLS && 20 + size <= length)
      this.meta.tlsSecrets.push(text(buf, at + 16, size));
  }

  private options(
    buf: Uint8Array,
    from: number,
    end: number,
    take: (code: number, from: number, size: number) => void,
  ): void {
    while (from + 4 <= end) {
      const code = readU16(buf, from, this.little);
      const size = readU16(buf, from + 2, this.little);
      if (code === B.OPT_ENDOFOPT || from + 4 + size > end) return;
      if (code === B.OPT_COMMENT) this.meta.comments++;
      else take(code, from + 4, size);
      from += 4 + ((size + 3) & ~3);
    }
  }
}

function text(buf: Uint8Array, from: number, size: number): string {
  return Buffer.from(buf.buffer, buf.byteOffset + from, size).toString('utf8');
}
