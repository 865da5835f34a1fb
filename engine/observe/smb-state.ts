// What SMB 1 and 2 share: which trees are IPC$, DCERPC in pipes by their ids, and programs in file data.
import { type Notes } from './facts.ts';
import { programIn } from './program.ts';
import type { Messages } from './messages.ts';
import { rpcStream } from './rpc.ts';

const MAX_PIPES = 16;
const MAX_TREES = 64;
const MAX_PENDING = 64;
const MAX_NAME = 255;
/** Of one message's data. */
const MAX_LOOKED = 8_192;

/** What both versions share: trees, pipes, and what file data shows. */
export class SmbState {
  readonly notes: Notes;
  private readonly pipes = new Map<string, Messages>();
  /** Trees by id: whether each is IPC$. */
  private readonly trees = new Map<number, boolean>();
  private readonly pending = new Map<number, boolean>();
  /** A program was written, was read. */
  private readonly seen: [boolean, boolean] = [false, false];

  constructor(notes: Notes) {
    this.notes = notes;
  }

  /** A tree connect was asked for. @param id of the message, by which the answer is known */
  connecting(id: number, path: string, packet: number): void {
    const name = path.slice(path.lastIndexOf('\\') + 1).slice(0, MAX_NAME);
    this.notes.name({ packet, what: 'share', name });
    if (this.pending.size < MAX_PENDING) this.pending.set(id, name.toUpperCase() === 'IPC$');
  }

  connected(id: number, tree: number): void {
    const ipc = this.pending.get(id);
    if (ipc === undefined) return;
    this.pending.delete(id);
    if (this.trees.size < MAX_TREES || this.trees.has(tree)) this.trees.set(tree, ipc);
  }

  opened(tree: number, name: string, packet: number): void {
    const what = this.trees.get(tree) === true ? 'pipe' : 'file';
    this.notes.name({ packet, what, name: name.slice(0, MAX_NAME) });
  }

  /** Data of a file or pipe, as far as it was kept. @param dir 0: written */
  data(b: Uint8Array, at: number, end: number, dir: number, packet: number, file: string): void {
    if (end <= at) return;
    if (dir === 0 && (this.pipes.has(file) || (b[at] === 5 && b[at + 1] === 0))) {
      this.pipe(file).bytes(b, at, end, 0, packet);
      return;
    }
    if (this.seen[dir]) return;
    const said = programIn(b, at, Math.min(end, at + MAX_LOOKED));
    if (said === null) return;
    this.seen[dir] = true;
    this.notes.sight(dir === 0 ? 'program-written' : 'program-read', packet, dir, said);
  }

  private pipe(file: string): Messages {
    let pipe = this.pipes.get(file);
    if (pipe === undefined) {
      if (this.pipes.size >= MAX_PIPES) this.pipes.delete(this.pipes.keys().next().value!);
      this.pipes.set(file, (pipe = rpcStream(this.notes)));
    }
    return pipe;
  }
}

/** @returns UTF-16LE text of so many bytes, as far as they are there */
export function utf16(b: Uint8Array, at: number, size: number): string {
  const text = Buffer.from(b.subarray(at, Math.min(b.length, at + size, at + 2 * 1_024))).toString('utf16le');
  const zero = text.indexOf('\0');
  return zero < 0 ? text : text.slice(0, zero);
}
