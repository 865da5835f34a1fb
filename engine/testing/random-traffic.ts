// Random traffic that meets itself: few addresses and ports, so that connections are reused, answered, reset, sent
// again and out of order; fragments, tags, tunnels, quoted packets; clocks that jump; bytes that are not what they
// should be.
import { CapturedPacket, LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL, LINKTYPE_RAW } from '../read/index.ts';

const MOST = 1_600;

/** Bytes that are written one behind the other. */
class Frame {
  readonly bytes = new Uint8Array(MOST);
  at = 0;
  u8(n: number): void {
    this.bytes[this.at++] = n;
  }
  u16(n: number): void {
    this.u8(n >>> 8);
    this.u8(n);
  }
  u32(n: number): void {
    this.u16(n >>> 16);
    this.u16(n);
  }
  fill(n: number, byte: number): void {
    this.bytes.fill(byte, this.at, this.at + n);
    this.at += n;
  }
}

interface Side {
  readonly address: number;
  readonly port: number;
  next: number;
}

export class RandomTraffic {
  private readonly random: () => number;
  private readonly frame = new Frame();
  private readonly packet = new CapturedPacket();
  private readonly sides = new Map<string, Side>();
  private nanoseconds = 1_700_000_000_000_000_000n;
  private id = 1;
  /** How many ends take part for now, what they prefer, and how fast time goes: few ends meet again and again. */
  private crowd = { hosts: 6, ports: 4, servers: 3, tcp: false, step: 2_000_000 };
  private left = 0;
  /** Other clocks that stamps come from at times, as nanoseconds beside this one. */
  private aside = 0n;

  /** @param random in [0, 1) */
  constructor(random: () => number) {
    this.random = random;
  }

  /** The next packet; valid until the one after it. */
  next(): CapturedPacket {
    const { frame, packet } = this;
    frame.at = 0;
    if (this.left-- === 0) this.gather();
    const link = this.link();
    this.network(this.one(8) === 0 ? 6 : 4, 0);
    const size = Math.min(frame.at, MOST);
    if (this.one(20) === 0) this.damage(size);
    const captured = this.one(12) === 0 ? this.one(size + 1) : size;
    this.pass();
    const stamp = this.nanoseconds + (this.one(8) === 0 ? this.aside : 0n);
    packet.place(frame.bytes, 0, captured, 24);
    packet.tell(
      this.one(40) === 0 ? size + this.one(1_000) : size,
      Number(stamp / 1_000_000_000n),
      Number(stamp % 1_000_000_000n),
      link,
    );
    return packet;
  }

  private gather(): void {
    this.left = 200 + this.one(800);
    const few = this.one(2) === 0;
    this.crowd = {
      hosts: few ? 1 : 6,
      ports: few ? 1 : 4,
      servers: few ? 1 : 3,
      tcp: few && this.one(3) > 0,
      step: [2_000_000, 50_000_000, 4_000_000_000][this.one(3)]!,
    };
    this.aside = [0n, 0n, 7_200_000_000_000n, -90_000_000_000n][this.one(4)]!;
  }

  private one(of: number): number {
    return Math.floor(this.random() * of);
  }

  private pass(): void {
    const kind = this.one(400);
    let step = BigInt(this.one(this.crowd.step));
    if (kind < 20) step = BigInt(this.one(20_000_000_000));
    if (kind === 20 || kind === 24) step = BigInt(this.one(400)) * 1_000_000_000n;
    if (kind > 396) step = BigInt(55 + this.one(70)) * 1_000_000_000n;
    if (kind === 21) step = -BigInt(this.one(5)) * 1_000_000_000n;
    if (kind === 22) step = BigInt(this.one(100_000)) * 1_000_000_000n;
    if (kind === 23) step = -BigInt(this.one(100_000)) * 1_000_000_000n;
    this.nanoseconds += step;
  }

  /** Wrong bytes, most of them in headers. */
  private damage(size: number): void {
    for (let n = 1 + this.one(3); n > 0; n--) {
      const at = this.one(Math.min(size, this.one(3) === 0 ? size : 60));
      this.frame.bytes[at] = this.one(256);
    }
  }

  private link(): number {
    const { frame } = this;
    const kind = this.one(20);
    if (kind === 0) return LINKTYPE_RAW;
    if (kind === 1) {
      frame.u16(0);
      frame.u16(1);
      frame.u16(6);
      frame.fill(8, 7);
      frame.u16(0x0800);
      return LINKTYPE_LINUX_SLL;
    }
    frame.fill(12, 2);
    for (let tags = this.one(15) === 0 ? 1 + this.one(2) : 0; tags > 0; tags--) {
      frame.u16(this.one(2) === 0 ? 0x8100 : 0x88a8);
      frame.u16(this.one(4));
    }
    frame.u16(0x0800);
    return LINKTYPE_ETHERNET;
  }

  private side(host: number, port: number): Side {
    const key = `${host}:${port}`;
    let side = this.sides.get(key);
    if (side === undefined || this.one(3_000) === 0) {
      side = { address: 0x0a000000 + host, port, next: this.one(2 ** 32) };
      this.sides.set(key, side);
    }
    return side;
  }

  private network(version: number, depth: number): void {
    const { frame } = this;
    // The EtherType before it was written for version 4.
    if (version === 6 && depth === 0 && frame.at >= 2) {
      frame.bytes[frame.at - 2] = 0x86;
      frame.bytes[frame.at - 1] = 0xdd;
    }
    const { crowd } = this;
    const client = this.side(this.one(crowd.hosts), 40_000 + this.one(crowd.ports));
    const server = this.side(
      10 + this.one(crowd.servers),
      [80, 443, 53, 4789, 3544, 6000][this.one(crowd.tcp ? 1 : 6)]!,
    );
    const back = this.one(2) === 0;
    const from = back ? server : client;
    const to = back ? client : server;
    const protocol = [6, 6, 6, 6, 17, 17, 1, 58, 132, 47][this.one(crowd.tcp ? 4 : 10)]!;
    const at = frame.at;
    if (version === 4) {
      const fragment = this.one(30) === 0 ? [0x2000, 0x00b9, 0x2010][this.one(3)]! : 0;
      frame.u16(0x4500);
      frame.u16(0);
      frame.u16(fragment === 0 ? this.id++ : this.one(8));
      frame.u16(fragment);
      frame.u8(60 + this.one(4));
      frame.u8(protocol);
      frame.u16(0);
      frame.u32(from.address);
      frame.u32(to.address);
    } else {
      frame.u32(0x60000000);
      frame.u16(0);
      const extended = this.one(10);
      frame.u8([44, 0][extended] ?? protocol);
      frame.u8(64);
      for (const { address } of [from, to]) {
        frame.fill(12, 0xfe);
        frame.u32(address);
      }
      if (extended === 0) {
        frame.u8(protocol);
        frame.u8(0);
        frame.u16([0, 1, 8, 9][this.one(4)]!);
        frame.u32(this.one(6));
      }
      if (extended === 1) {
        frame.u8(protocol);
        frame.u8(0);
        frame.fill(6, 1);
      }
    }
    this.transport(protocol, from, to, depth);
    const length = frame.at - at;
    if (version === 4) {
      frame.bytes[at + 2] = length >>> 8;
      frame.bytes[at + 3] = length;
      if (this.one(60) === 0) frame.bytes[at + 2] = frame.bytes[at + 3] = 0;
    } else {
      frame.bytes[at + 4] = (length - 40) >>> 8;
      frame.bytes[at + 5] = length - 40;
    }
    if (this.one(30) === 0) frame.fill(this.one(20), 0);
  }

  private transport(protocol: number, from: Side, to: Side, depth: number): void {
    const { frame } = this;
    if (protocol === 6) return this.tcp(from, to);
    if (protocol === 1 || protocol === 58) return this.icmp(protocol, from, to);
    if (protocol === 47) {
      frame.u16(this.one(2) === 0 ? 0x2000 : 0);
      frame.u16(0x0800);
      if (frame.bytes[frame.at - 4] === 0x20) frame.u32(this.one(3));
      if (depth < 2) this.network(4, depth + 1);
      return;
    }
    const at = frame.at;
    frame.u16(from.port);
    frame.u16(to.port);
    frame.u16(0);
    frame.u16(0);
    if (to.port === 4789 && depth === 0 && this.one(2) === 0) {
      frame.u32(0x08000000);
      frame.u32(this.one(3) << 8);
      frame.fill(12, 3);
      frame.u16(0x0800);
      this.network(4, depth + 1);
    } else {
      this.data();
    }
    const length = frame.at - at;
    frame.bytes[at + 4] = length >>> 8;
    frame.bytes[at + 5] = length;
    if (this.one(50) === 0) frame.bytes[at + 5] = this.one(16);
  }

  private data(): void {
    const kind = this.one(6);
    const size = kind < 2 ? 0 : this.one(kind === 5 ? 1_200 : 90);
    const room = Math.max(0, Math.min(size, MOST - 64 - this.frame.at));
    for (let i = 0; i < room; i++) this.frame.u8(kind === 3 ? 32 + ((i * 7) % 90) : this.one(256));
  }

  private icmp(protocol: number, from: Side, to: Side): void {
    const { frame } = this;
    const types = protocol === 1 ? [8, 0, 3, 11, 13, 14] : [128, 129, 1, 3, 133, 134];
    const type = types[this.one(6)]!;
    frame.u8(type);
    frame.u8(this.one(3));
    frame.u16(0);
    frame.u32(this.one(4));
    if (type !== types[2] && type !== types[3]) return this.data();
    frame.u16(0x4500);
    frame.u16(40);
    frame.u32(0);
    frame.u16(0x4006);
    frame.u16(0);
    frame.u32(to.address);
    frame.u32(from.address);
    frame.u16(to.port);
    frame.u16(from.port);
    frame.u32(0);
  }

  private tcp(from: Side, to: Side): void {
    const { frame } = this;
    const kind = this.one(24);
    let flags = 0x10;
    if (kind === 0 || kind === 1) flags = 0x02;
    if (kind === 2) flags = 0x12;
    if (kind === 3) flags = 0x11;
    if (kind === 4) flags = this.one(2) === 0 ? 0x04 : 0x14;
    if (kind === 5) flags = this.one(256);
    if (flags & 2 && this.one(2) === 0) from.next = this.one(2 ** 32);
    const off = this.one(12);
    const near = [-1, 1_460, -1_460, 70_000, 2 ** 31][off] ?? 0;
    frame.u16(from.port);
    frame.u16(to.port);
    frame.u32(from.next + near);
    frame.u32(this.one(15) === 0 ? this.one(2 ** 32) : to.next);
    const stamped = this.one(3) === 0 ? [0x0101080a, 1, 2] : [];
    const options = flags & 2 ? [0x020405b4, 0x01030307, 0x04020101] : stamped;
    if (this.one(60) === 0) options.push(0x1e040000);
    frame.u8((5 + options.length) << 4);
    frame.u8(flags);
    frame.u16(this.one(40) === 0 ? 0 : 1 + this.one(65_000));
    frame.u32(0);
    for (const word of options) frame.u32(word);
    const before = frame.at;
    if (!(flags & 2)) this.data();
    if (near === 0) from.next = (from.next + frame.at - before + (flags & 1) + ((flags >> 1) & 1)) >>> 0;
  }
}
