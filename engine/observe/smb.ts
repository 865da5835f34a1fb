// SMB 2 (MS-SMB2) and SMB 1 (MS-CIFS) over TCP: names of shares, pipes and files, DCERPC in pipes, programs in data.
import { u16le, u24, u32le } from '../decode/index.ts';
import { joined, type Notes } from './facts.ts';
import { SmbState, utf16 } from './smb-state.ts';
import { Smb1 } from './smb1.ts';
import { type ByteSink } from './stream.ts';

/** Of one message; the rest, which is file data, is skipped. */
const MAX_KEPT = 8_192;
const HEAD2 = 64;
const LEAST = 32;
const MAX_COMPOUND = 32;
const FSCTL_PIPE_TRANSCEIVE = 0x0011c017;

const TREE_CONNECT = 3;
const CREATE = 5;
const READ = 8;
const WRITE = 9;
const IOCTL = 11;

/** Messages of one direction: four bytes of length (MS-SMB2, 2.1), then the message. */
class SmbSide implements ByteSink {
  private kept: Uint8Array = new Uint8Array(0);
  private left = 0;
  private lost = false;
  private readonly message: (b: Uint8Array, packet: number) => void;

  constructor(message: (b: Uint8Array, packet: number) => void) {
    this.message = message;
  }

  get holds(): number {
    return this.kept.length;
  }

  bytes(b: Uint8Array, from: number, end: number, _seconds: number, packet: number): void {
    let at = from;
    if (this.lost && startsSmb(b, at, end)) this.lost = false;
    while (at < end && !this.lost) {
      if (this.left > 0) {
        const take = Math.min(this.left, end - at);
        this.left -= take;
        at += take;
        continue;
      }
      const before = this.kept.length;
      const whole = before === 0 ? this.wholeAt(b, at, end, packet) : 0;
      if (whole > 0) {
        at += whole;
        continue;
      }
      const want = before < 4 ? 4 : Math.min(4 + u24(this.kept, 1), MAX_KEPT);
      this.kept = joined(this.kept, b, at, end, want);
      at += this.kept.length - before;
      if (this.kept.length >= 4) this.whole(packet);
    }
  }

  gap(count: number): void {
    if (count <= this.left) {
      this.left -= count;
      return;
    }
    this.lost = true;
    this.left = 0;
    this.kept = new Uint8Array(0);
  }

  /** A message that lies wholly in the bytes needs no copy. @returns its length with the four bytes before, 0 without */
  private wholeAt(b: Uint8Array, at: number, end: number, packet: number): number {
    if (end - at < 4) return 0;
    const size = 4 + u24(b, at + 1);
    if (size > MAX_KEPT || end - at < size) return 0;
    if (size >= 4 + LEAST) this.message(b.subarray(at + 4, at + size), packet);
    return size;
  }

  private whole(packet: number): void {
    const size = 4 + u24(this.kept, 1);
    if (this.kept.length < Math.min(size, MAX_KEPT)) return;
    const message = this.kept.subarray(4);
    this.left = size - this.kept.length;
    this.kept = new Uint8Array(0);
    // Session messages have type 0, others (RFC 1002, 4.3) carry no SMB.
    if (message.length >= LEAST) this.message(message, packet);
  }
}

export class SmbConnection {
  readonly sides: readonly [ByteSink, ByteSink];
  private readonly state: SmbState;
  private readonly smb1: Smb1;

  constructor(notes: Notes) {
    this.state = new SmbState(notes);
    this.smb1 = new Smb1(this.state);
    this.sides = [
      new SmbSide((b, packet) => this.message(b, 0, packet)),
      new SmbSide((b, packet) => this.message(b, 1, packet)),
    ];
  }

  private message(b: Uint8Array, dir: number, packet: number): void {
    if (b[1] !== 0x53 || b[2] !== 0x4d || b[3] !== 0x42) return;
    if (b[0] === 0xff) this.smb1.message(b, dir, packet);
    if (b[0] !== 0xfe) return;
    // A message may hold several, one behind another (3.2.4.1.4).
    let rest = b;
    for (let n = 0; n < MAX_COMPOUND && rest.length > HEAD2 + 8; n++) {
      const next = u32le(rest, 20);
      const one = next >= HEAD2 && next < rest.length ? rest.subarray(0, next) : rest;
      if (dir === 0) this.asked(one, packet);
      else this.answered(one, packet);
      if (one === rest) return;
      rest = rest.subarray(next);
    }
  }

  private asked(b: Uint8Array, packet: number): void {
    const tree = u32le(b, 36);
    switch (u16le(b, 12)) {
      case TREE_CONNECT:
        this.state.connecting(u32le(b, 24), utf16(b, u16le(b, 68), u16le(b, 70)), packet);
        return;
      case CREATE:
        if (b.length >= HEAD2 + 56) this.state.opened(tree, utf16(b, u16le(b, 108), u16le(b, 110)), packet);
        return;
      case WRITE: {
        if (b.length < HEAD2 + 48) return;
        const at = u16le(b, HEAD2 + 2);
        this.state.data(b, at, Math.min(b.length, at + u32le(b, HEAD2 + 4)), 0, packet, idOf(b, HEAD2 + 16));
        return;
      }
      case IOCTL: {
        if (b.length < HEAD2 + 56 || u32le(b, HEAD2 + 4) !== FSCTL_PIPE_TRANSCEIVE) return;
        const at = u32le(b, HEAD2 + 24);
        this.state.data(b, at, Math.min(b.length, at + u32le(b, HEAD2 + 28)), 0, packet, idOf(b, HEAD2 + 8));
      }
    }
  }

  private answered(b: Uint8Array, packet: number): void {
    const command = u16le(b, 12);
    if (u32le(b, 8) !== 0) return;
    if (command === TREE_CONNECT) this.state.connected(u32le(b, 24), u32le(b, 36));
    if (command !== READ || b.length < HEAD2 + 16) return;
    const at = b[HEAD2 + 2]!;
    this.state.data(b, at, Math.min(b.length, at + u32le(b, HEAD2 + 4)), 1, packet, '');
  }
}

/** Whether bytes start as a message of SMB in TCP does. */
export function startsSmb(b: Uint8Array, at: number, end: number): boolean {
  if (end - at < 8 || b[at] !== 0 || b[at + 5] !== 0x53 || b[at + 6] !== 0x4d || b[at + 7] !== 0x42) return false;
  return b[at + 4]! >= 0xfc;
}

function idOf(b: Uint8Array, at: number): string {
  return Buffer.from(b.subarray(at, at + 16)).toString('latin1');
}
