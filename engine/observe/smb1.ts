// Messages of SMB 1 (MS-CIFS, 2.2): tree connects, opened names, pipes, and TRANS2 SESSION_SETUP.
import { latin1, u16le, u32le } from '../decode/index.ts';
import { type SmbState, utf16 } from './smb-state.ts';

const HEAD1 = 32;
const WORDS = 33;
const REPLY = 0x80;
const UNICODE = 0x8000;
const TRANSACTION = 0x25;
const READ_ANDX = 0x2e;
const WRITE_ANDX = 0x2f;
const TRANSACTION2 = 0x32;
const TREE_CONNECT_ANDX = 0x75;
const NT_CREATE_ANDX = 0xa2;
const TRANS2_SESSION_SETUP = 0x000e;
const TRANSACT_PIPE = 0x26;
const NOT_IMPLEMENTED = 0xc0000002;

export class Smb1 {
  private readonly state: SmbState;
  /** Multiplex ID of the last TRANS2 SESSION_SETUP, -1 without. */
  private setup = -1;

  constructor(state: SmbState) {
    this.state = state;
  }

  message(b: Uint8Array, dir: number, packet: number): void {
    if (b.length < WORDS + 2) return;
    const words = b[HEAD1]! * 2;
    if (b.length < WORDS + words + 2) return;
    if (dir === 0 && (b[9]! & REPLY) === 0) this.asked(b, words, packet);
    if (dir === 1 && (b[9]! & REPLY) !== 0) this.answered(b, words, packet);
  }

  private asked(b: Uint8Array, words: number, packet: number): void {
    const tree = u16le(b, 24);
    const data = WORDS + words + 2;
    switch (b[4]) {
      case TREE_CONNECT_ANDX:
        if (words >= 8) this.state.connecting(u16le(b, 30), text(b, data + u16le(b, WORDS + 6)), packet);
        return;
      case NT_CREATE_ANDX:
        if (words >= 48) this.state.opened(tree, text(b, data), packet);
        return;
      case WRITE_ANDX: {
        if (words < 24) return;
        const at = u16le(b, WORDS + 22);
        const end = Math.min(b.length, at + u16le(b, WORDS + 20));
        this.state.data(b, at, end, 0, packet, String(u16le(b, WORDS + 4)));
        return;
      }
      case TRANSACTION: {
        if (words < 32 || u16le(b, WORDS + 28) !== TRANSACT_PIPE) return;
        const at = u16le(b, WORDS + 24);
        const end = Math.min(b.length, at + u16le(b, WORDS + 22));
        this.state.data(b, at, end, 0, packet, String(u16le(b, WORDS + 30)));
        return;
      }
      case TRANSACTION2:
        if (words < 30 || u16le(b, WORDS + 28) !== TRANS2_SESSION_SETUP) return;
        this.setup = u16le(b, 30);
        this.state.notes.sight('smb1-trans2-session-setup', packet, 0, latin1(b, 0, HEAD1));
    }
  }

  private answered(b: Uint8Array, words: number, packet: number): void {
    if (b[4] === TRANSACTION2 && this.setup >= 0 && u32le(b, 5) >>> 0 === NOT_IMPLEMENTED) {
      if (u16le(b, 30) !== this.setup) this.state.notes.sight('doublepulsar-answer', packet, 1, latin1(b, 0, HEAD1));
      this.setup = -1;
      return;
    }
    if (u32le(b, 5) !== 0) return;
    if (b[4] === TREE_CONNECT_ANDX) this.state.connected(u16le(b, 30), u16le(b, 24));
    if (b[4] !== READ_ANDX || words < 24) return;
    const at = u16le(b, WORDS + 12);
    this.state.data(b, at, Math.min(b.length, at + u16le(b, WORDS + 10)), 1, packet, '');
  }
}

/** @returns text that ends with a zero: UTF-16 at an even offset where the flags say so, else one byte a letter */
function text(b: Uint8Array, at: number): string {
  if ((u16le(b, 10) & UNICODE) !== 0) return utf16(b, at + (at & 1), 1_024);
  const end = b.indexOf(0, at);
  return latin1(b, at, Math.min(end < 0 ? b.length : end, at + 512));
}
