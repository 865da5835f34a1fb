// Messages of SMB 1 (MS-CIFS).
import { textOf } from '../application.ts';
import { DONE, HEADED, type Transaction } from '../transaction.ts';
import { Cursor } from './cursor.ts';
import { tellNtlm } from './ntlmssp.ts';
import { type SmbState, wideText } from './smb-state.ts';

const HEADER = 32;
const NEGOTIATE = 0x72;
const [CLOSE, WRITE, TRANSACTION, READ_ANDX, WRITE_ANDX, SESSION_SETUP, TREE_CONNECT, CREATE, OPEN_ANDX, LOCKING] = [
  0x04, 0x0b, 0x25, 0x2e, 0x2f, 0x73, 0x75, 0xa2, 0x2d, 0x24,
] as const;
const CHAINED = new Set<number>([READ_ANDX, WRITE_ANDX, SESSION_SETUP, TREE_CONNECT, CREATE, OPEN_ANDX, LOCKING]);
const NONE = 0xff;
const MAX_CHAIN = 16;
const MAX_ASKED = 1_024;
const UNICODE = 0x8000;

interface Asked {
  readonly t: Transaction;
  readonly tree: number;
  isOffer: boolean;
  name: string;
  file: string;
  offset: number;
}
/** Words and bytes of a message. */
interface Body {
  readonly w: Cursor;
  readonly bytes: Cursor;
}
interface Header {
  readonly tree: number;
  readonly key: string;
  readonly unicode: boolean;
  readonly ok: boolean;
}

export class Smb1 {
  private readonly state: SmbState;
  private readonly open: () => Transaction;
  private readonly asked = new Map<string, Asked>();

  constructor(state: SmbState, open: () => Transaction) {
    this.state = state;
    this.open = open;
  }

  message(dir: 0 | 1, b: Uint8Array): void {
    const c = new Cursor(b, 4);
    const command = c.u8();
    const status = c.little(4);
    const isAnswer = (c.u8() & 0x80) !== 0;
    const unicode = (c.little(2) & UNICODE) !== 0;
    c.skip(12);
    const [tree, process, , mux] = [c.little(2), c.little(2), c.little(2), c.little(2)];
    if (!c.ok) return;
    const header: Header = { tree, key: `${process} ${mux}`, unicode, ok: status === 0 || status === 0x80000005 };
    const exchange = isAnswer ? this.known(header) : this.begin(header);
    this.chain(dir, b, command, header, exchange, isAnswer);
    const { t } = exchange;
    if (!isAnswer) {
      t.sides[0].reach(DONE);
      return;
    }
    t.sides[1].reach(HEADED);
    t.finish();
    this.asked.delete(header.key);
  }

  /** An offer that was answered in another version. @returns whether there was one */
  negotiated(): boolean {
    const [oldest] = this.asked.entries();
    if (oldest === undefined || !oldest[1].isOffer) return false;
    this.asked.delete(oldest[0]);
    oldest[1].t.sides[1].reach(HEADED);
    oldest[1].t.finish();
    return true;
  }

  private known(header: Header): Asked {
    return this.asked.get(header.key) ?? this.begin(header);
  }

  private begin(header: Header): Asked {
    const t = this.open();
    for (const side of t.sides) side.number('smb.version', 1);
    const asked: Asked = { t, tree: header.tree, isOffer: false, name: '', file: '', offset: 0 };
    this.asked.set(header.key, asked);
    const [oldest] = this.asked.entries();
    if (this.asked.size > MAX_ASKED && oldest !== undefined) {
      oldest[1].t.finish();
      this.asked.delete(oldest[0]);
    }
    return asked;
  }

  /** Commands that follow each other in one message. */
  private chain(dir: 0 | 1, b: Uint8Array, first: number, header: Header, e: Asked, isAnswer: boolean): void {
    let command = first;
    let at = HEADER;
    for (let i = 0; i < MAX_CHAIN && command !== NONE && at < b.length; i++) {
      const c = new Cursor(b, at);
      const words = c.part(c.u8() * 2);
      const count = c.little(2);
      const bytes = c.part(Math.min(count, c.left));
      const wordsAt = words.at;
      if (!isAnswer) this.request(b, command, words, bytes, header, e);
      else if (header.ok) this.response(dir, b, command, { w: words, bytes }, header, e);
      if (!CHAINED.has(command) || words.end - wordsAt < 4) return;
      command = b[wordsAt]!;
      const next = b[wordsAt + 2]! | (b[wordsAt + 3]! << 8);
      if (next <= at) return;
      at = next;
    }
  }

  private request(b: Uint8Array, command: number, w: Cursor, bytes: Cursor, h: Header, e: Asked): void {
    switch (command) {
      case NEGOTIATE:
        e.isOffer = true;
        return;
      case SESSION_SETUP:
        tellNtlm(e.t.sides[0], b.subarray(bytes.at, bytes.end));
        return;
      case TREE_CONNECT: {
        w.skip(6);
        bytes.skip(w.little(2));
        e.name = textAt(b, bytes, h.unicode);
        return;
      }
      case CREATE:
        e.name = textAt(b, bytes, h.unicode);
        return;
      case OPEN_ANDX:
        e.name = textAt(b, bytes, h.unicode);
        return;
      case CLOSE:
        this.state.close(`${w.little(2)}`);
        return;
      case READ_ANDX: {
        w.skip(4);
        e.file = `${w.little(2)}`;
        e.offset = w.little(4);
        return;
      }
      case WRITE: {
        const file = `${w.little(2)}`;
        const count = w.little(2);
        const offset = w.little(4);
        bytes.skip(3);
        this.state.data(file, 0, offset, bytes.take(Math.min(count, bytes.left)));
        return;
      }
      case WRITE_ANDX: {
        w.skip(4);
        const file = `${w.little(2)}`;
        const offset = w.little(4);
        w.skip(8);
        const size = w.little(2) * 65_536 + w.little(2);
        const from = w.little(2);
        this.state.data(file, 0, offset, b.slice(from, from + size));
        return;
      }
      case TRANSACTION: {
        w.skip(22);
        const [size, from] = [w.little(2), w.little(2)];
        w.skip(2);
        const call = w.little(2);
        e.file = `${w.little(2)}`;
        if (w.ok && call === 0x26) this.state.data(e.file, 0, 0, b.slice(from, from + size));
        return;
      }
      default:
    }
  }

  private response(dir: 0 | 1, b: Uint8Array, command: number, { w, bytes }: Body, h: Header, e: Asked): void {
    switch (command) {
      case TREE_CONNECT: {
        const isPipe = textOf(bytes.take(Math.min(3, bytes.left))).startsWith('IPC');
        this.state.tree(h.tree, e.name, isPipe);
        e.t.sides[0].setText(isPipe ? 'smb.named_pipe' : 'smb.share', e.name);
        return;
      }
      case CREATE: {
        w.skip(5);
        const file = `${w.little(2)}`;
        w.skip(48);
        const size = w.little(8);
        if (!w.ok) return;
        const opened = this.state.openFile(file, e.name, this.state.trees.get(h.tree)?.isPipe === true);
        if (size > 0 && opened.pipe === null) opened.size = size;
        return;
      }
      case OPEN_ANDX: {
        w.skip(4);
        const file = `${w.little(2)}`;
        if (w.ok) this.state.openFile(file, e.name, this.state.trees.get(h.tree)?.isPipe === true);
        return;
      }
      case READ_ANDX: {
        w.skip(10);
        const size = w.little(2);
        const from = w.little(2);
        this.state.data(e.file, dir, e.offset, b.slice(from, from + size));
        return;
      }
      case TRANSACTION: {
        w.skip(12);
        const [size, from] = [w.little(2), w.little(2)];
        if (w.ok && e.file !== '') this.state.data(e.file, dir, 0, b.slice(from, from + size));
        return;
      }
      default:
    }
  }
}

/** A text that a zero ends; of two octets a character it stands at an even place of the message. */
function textAt(b: Uint8Array, c: Cursor, unicode: boolean): string {
  if (unicode && c.at % 2 === 1) c.skip(1);
  let end = c.at;
  if (!unicode) {
    while (end < c.end && b[end] !== 0) end++;
    return textOf(b.subarray(c.at, end));
  }
  while (end + 1 < c.end && (b[end] !== 0 || b[end + 1] !== 0)) end += 2;
  return wideText(b.subarray(c.at, end));
}
