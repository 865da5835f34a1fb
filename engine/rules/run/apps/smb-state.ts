// What is remembered of an SMB connection, whichever version speaks: shares, open files and pipes, their bytes.
import { Gathered } from '../application.ts';
import { HEADED, type Transaction } from '../transaction.ts';
import { DceRpcCalls } from './dcerpc.ts';
import { FileDigest, MAX_FILE, tellHashes } from './files.ts';

const MAX_TREES = 1_024;
const MAX_OPEN = 4_096;
/** Bytes of all files of one connection that stay. */
const MAX_KEPT = 16_777_216;

interface CarriedBytes {
  readonly t: Transaction;
  readonly kept: Gathered;
  size: number;
  /** Where hashes of files of any size are wanted: of a file that is carried from its first byte on. */
  readonly digest: FileDigest | null;
}

export interface OpenFile {
  readonly name: string;
  readonly pipe: DceRpcCalls | null;
  readonly carried: [CarriedBytes | null, CarriedBytes | null];
  /** Bytes that it has, where that was said. */
  size: number | null;
}

export class SmbState {
  readonly trees = new Map<number, { readonly name: string; readonly isPipe: boolean }>();
  readonly files = new Map<string, OpenFile>();
  private kept = 0;
  private readonly open: () => Transaction;
  private readonly digests: () => boolean;

  constructor(open: () => Transaction, digests: () => boolean = () => false) {
    this.open = open;
    this.digests = digests;
  }

  tree(id: number, name: string, isPipe: boolean): void {
    if (this.trees.size < MAX_TREES || this.trees.has(id)) this.trees.set(id, { name, isPipe });
  }

  /** @param id as it is known on the connection */
  openFile(id: string, name: string, isPipe: boolean): OpenFile {
    const pipe = isPipe ? new DceRpcCalls(this.open) : null;
    const file: OpenFile = { name, pipe, carried: [null, null], size: null };
    this.files.set(id, file);
    const [oldest] = this.files.keys();
    if (this.files.size > MAX_OPEN && oldest !== undefined) this.close(oldest);
    return file;
  }

  close(id: string): void {
    const file = this.files.get(id);
    if (file === undefined) return;
    this.files.delete(id);
    this.over(file);
  }

  finish(): void {
    for (const file of this.files.values()) this.over(file);
    this.files.clear();
  }

  private over(file: OpenFile): void {
    file.pipe?.finish();
    for (const dir of [0, 1] as const) {
      const carried = file.carried[dir];
      if (carried !== null) this.whole(carried, dir);
      file.carried[dir] = null;
    }
  }

  private whole(carried: CarriedBytes, dir: 0 | 1): void {
    const side = carried.t.sides[dir];
    side.number('filesize', carried.size);
    if (carried.digest !== null) carried.digest.tell(side);
    else tellHashes(side, [{ bytes: carried.kept.all(), size: carried.size }]);
    this.kept -= carried.kept.length;
    carried.t.finish();
  }

  /** Bytes of a file or of a pipe. @param dir 0: they are written */
  data(id: string, dir: 0 | 1, offset: number, bytes: Uint8Array): void {
    const file = this.files.get(id);
    if (file === undefined || bytes.length === 0) return;
    if (file.pipe !== null) {
      file.pipe.bytes(dir, bytes);
      return;
    }
    let carried = file.carried[dir];
    if (carried === null || offset !== carried.size) {
      if (carried !== null) this.whole(carried, dir);
      const digest = offset === 0 && this.digests() ? new FileDigest() : null;
      carried = { t: this.open(), kept: new Gathered(), size: offset, digest };
      file.carried[dir] = carried;
      carried.t.sides[dir].setText('file.name', file.name);
    }
    carried.digest?.update(bytes);
    const room = Math.min(MAX_FILE - carried.kept.length, MAX_KEPT - this.kept);
    const part = bytes.length > room ? bytes.slice(0, Math.max(0, room)) : bytes;
    carried.kept.add(part);
    carried.size += bytes.length;
    this.kept += part.length;
    const side = carried.t.sides[dir];
    side.set('file.data', carried.kept.all());
    side.reach(HEADED);
    if (dir === 1 && file.size !== null && carried.size >= file.size) {
      this.whole(carried, dir);
      file.carried[dir] = null;
    }
  }
}

/** UTF-16 as it stands in SMB, its characters beyond Latin-1 as question marks. */
export function wideText(b: Uint8Array): string {
  const text = Buffer.from(b.buffer, b.byteOffset, b.length & ~1).toString('utf16le');
  return text.replace(/\0+$/, '').replace(/[^\u0000-\u00ff]/g, '?');
}
