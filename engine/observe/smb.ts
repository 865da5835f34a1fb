// SMB 2 (MS-SMB2) and SMB 1 (MS-CIFS) over TCP: names of shares, pipes and files, DCERPC in pipes, programs in data.
import { latin1, u16le, u24, u32le } from '../decode/index.ts';
import { type Notes } from './facts.ts';
import { type MessageForm, Messages } from './messages.ts';
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

/** Four bytes of length before each message (MS-SMB2, 2.1). */
const FRAME: MessageForm = { head: 4, most: MAX_KEPT, size: (b) => 4 + u24(b, 1), starts: startsSmb };

export class SmbConnection {
  readonly sides: readonly [ByteSink, ByteSink];
  private readonly state: SmbState;
  private readonly smb1: Smb1;

  constructor(notes: Notes) {
    this.state = new SmbState(notes);
    this.smb1 = new Smb1(this.state);
    const side = (dir: number): ByteSink =>
      new Messages(FRAME, (b, packet) => {
        // Session messages have type 0, others (RFC 1002, 4.3) carry no SMB.
        if (b.length >= 4 + LEAST) this.message(b.subarray(4), dir, packet);
      });
    this.sides = [side(0), side(1)];
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
  return latin1(b, at, at + 16);
}
