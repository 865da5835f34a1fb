// Messages of SMB 2 and 3 (MS-SMB2).

import { DONE, HEADED, type Transaction } from '../transaction.ts';
import { Cursor } from './cursor.ts';
import { tellNtlm } from './ntlmssp.ts';
import { type SmbState, wideText } from './smb-state.ts';

const HEADER = 64;
const [NEGOTIATE, SESSION_SETUP, TREE_CONNECT, CREATE, CLOSE, READ, WRITE, IOCTL] = [0, 1, 3, 5, 6, 8, 9, 11] as const;
const PIPE_TRANSCEIVE = 0x0011c017;
const PIPE_SHARE = 2;
const MAX_ASKED = 1_024;
const MAX_COMPOUND = 64;

interface Asked {
  readonly t: Transaction;
  readonly command: number;
  readonly tree: number;
  /** Of a connect or a create. */
  readonly name: string;
  /** Of a read, write or control: the file and where in it. */
  readonly file: string;
  readonly offset: number;
}

export class Smb2 {
  private readonly state: SmbState;
  private readonly open: () => Transaction;
  private readonly negotiated: () => boolean;
  private readonly asked = new Map<string, Asked>();
  /** The file that the message before it in a compound opened. */
  private related = '';

  /** @param negotiated tells that an offer of SMB 1 was answered in version 2; whether there was one */
  constructor(state: SmbState, open: () => Transaction, negotiated: () => boolean) {
    this.state = state;
    this.open = open;
    this.negotiated = negotiated;
  }

  /** @param b from the first header on */
  message(dir: 0 | 1, b: Uint8Array): void {
    this.related = '';
    let at = 0;
    for (let i = 0; i < MAX_COMPOUND && at + HEADER <= b.length; i++) {
      const next = new Cursor(b, at + 20).little(4);
      const end = next === 0 ? b.length : Math.min(b.length, at + next);
      this.one(dir, b.subarray(at, end));
      if (next < HEADER) return;
      at += next;
    }
  }

  private one(dir: 0 | 1, b: Uint8Array): void {
    const c = new Cursor(b, 8);
    const status = c.little(4);
    const command = c.little(2);
    c.skip(2);
    const flags = c.little(4);
    c.skip(4);
    const id = Buffer.from(c.take(8)).toString('hex');
    c.skip(4);
    const tree = c.little(4);
    if (!c.ok) return;
    if ((flags & 1) === 0) this.request(b, command, id, tree);
    else this.response(dir, b, command, id, tree, status);
  }

  private begin(): Transaction {
    const t = this.open();
    for (const side of t.sides) side.number('smb.version', 2);
    return t;
  }

  private request(b: Uint8Array, command: number, id: string, tree: number): void {
    const t = this.begin();
    const side = t.sides[0];
    let [name, file, offset] = ['', '', 0];
    const c = new Cursor(b, HEADER);
    switch (command) {
      case SESSION_SETUP:
        tellNtlm(side, b.subarray(HEADER));
        break;
      case TREE_CONNECT: {
        c.skip(4);
        const [from, size] = [c.little(2), c.little(2)];
        name = wideText(b.subarray(from, from + size));
        break;
      }
      case CREATE: {
        c.skip(44);
        const [from, size] = [c.little(2), c.little(2)];
        name = wideText(b.subarray(from, from + size));
        break;
      }
      case CLOSE:
        c.skip(8);
        file = this.fileId(c.take(16));
        break;
      case READ:
        c.skip(8);
        offset = c.little(8);
        file = this.fileId(c.take(16));
        break;
      case WRITE: {
        c.skip(2);
        const from = c.little(2);
        const size = c.little(4);
        offset = c.little(8);
        file = this.fileId(c.take(16));
        this.state.data(file, 0, offset, b.slice(from, from + size));
        break;
      }
      case IOCTL: {
        c.skip(4);
        const control = c.little(4);
        file = this.fileId(c.take(16));
        const [from, size] = [c.little(4), c.little(4)];
        if (control === PIPE_TRANSCEIVE) this.state.data(file, 0, 0, b.slice(from, from + size));
        break;
      }
      default:
    }
    side.reach(DONE);
    this.asked.set(id, { t, command, tree, name, file, offset });
    const [oldest] = this.asked.entries();
    if (this.asked.size <= MAX_ASKED || oldest === undefined) return;
    oldest[1].t.finish();
    this.asked.delete(oldest[0]);
  }

  /** All ones in a compound stand for the file before. */
  private fileId(b: Uint8Array): string {
    const id = Buffer.from(b).toString('hex');
    return /^f{32}$/.test(id) ? this.related : id;
  }

  private response(dir: 0 | 1, b: Uint8Array, command: number, id: string, tree: number, status: number): void {
    const known = this.asked.get(id);
    // Pending: the answer itself follows.
    if (status === 0x103) return;
    this.asked.delete(id);
    if (known === undefined && command === NEGOTIATE && this.negotiated()) return;
    const t = known?.t ?? this.begin();
    const ok = status === 0 || status === 0x80000005;
    if (ok && known !== undefined && known.command === command) this.answered(dir, b, known, tree);
    if (command === CLOSE && known !== undefined) this.state.close(known.file);
    t.sides[1].reach(HEADED);
    t.finish();
  }

  private answered(dir: 0 | 1, b: Uint8Array, known: Asked, tree: number): void {
    const c = new Cursor(b, HEADER);
    switch (known.command) {
      case TREE_CONNECT: {
        c.skip(2);
        const isPipe = c.u8() === PIPE_SHARE;
        this.state.tree(tree, known.name, isPipe);
        known.t.sides[0].setText(isPipe ? 'smb.named_pipe' : 'smb.share', known.name);
        return;
      }
      case CREATE: {
        c.skip(48);
        const size = c.little(8);
        c.skip(8);
        const id = Buffer.from(c.take(16)).toString('hex');
        this.related = id;
        const isPipe = this.state.trees.get(known.tree)?.isPipe === true;
        const file = this.state.openFile(id, known.name, isPipe);
        if (c.ok && size > 0 && !isPipe) file.size = size;
        return;
      }
      case READ: {
        c.skip(2);
        const from = c.u8();
        c.skip(1);
        const size = c.little(4);
        this.state.data(known.file, dir, known.offset, b.slice(from, from + size));
        return;
      }
      case IOCTL: {
        c.skip(4);
        if (c.little(4) !== PIPE_TRANSCEIVE) return;
        c.skip(24);
        const [from, size] = [c.little(4), c.little(4)];
        this.state.data(known.file, dir, 0, b.slice(from, from + size));
        return;
      }
      default:
    }
  }
}
