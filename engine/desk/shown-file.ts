// The file whose packets are shown, by its descriptor, so that its bytes are the ones that were read, whatever happens
// to its path. A file that is cut, grows or is written over while it is open is noticed, and bytes that may have
// changed are not read.
import { type Message, say } from '../../contract/index.ts';
import { type BigIntStats, fstatSync, readSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import type { ByteSource, PacketBytes, SourceError } from '../read/index.ts';
import { descriptorIdentity } from '../store/index.ts';

/** What happened to a file while it was open. `readable` bytes of what was shown are still what they were. */
export interface FileChange {
  readonly kind: 'deleted' | 'replaced' | 'grown' | 'cut' | 'overwritten';
  readonly readable: number;
  readonly sentence: Message;
}

const PIECE = 4096;
/** Bytes whose pieces are known one by one: the rest of a larger file is told by its size, head and tail. */
const KNOWN = 64 * 1024 * 1024;
/** While bytes are read one packet after the other the file is looked at this often, ms. */
const LOOK_EVERY = 200;
/** A file that grows all the time is looked through no more often than this, ms. */
const THROUGH_EVERY = 2_000;

export class ShownFile implements PacketBytes {
  readonly path: string;
  /** Bytes that were read; until reading has ended, those that there are. */
  size: number;
  private readonly fd: number;
  private base: BigIntStats;
  private known: string | null = null;
  private pieces: Uint32Array | null = null;
  private last: {
    readonly size: bigint;
    readonly mtime: bigint;
    readonly ctime: bigint;
    readonly change: FileChange | null;
  } | null = null;
  private broken: FileChange | null = null;
  private looked = 0;
  private through = -Infinity;

  /** @param fd stays the caller's */
  constructor(path: string, fd: number) {
    this.path = path;
    this.fd = fd;
    this.base = fstatSync(fd, { bigint: true });
    this.size = Number(this.base.size);
  }

  /** Reading has ended after `bytes`: what the file holds now is what was shown, if nobody wrote into it meanwhile. */
  settle(bytes: number): void {
    const now = fstatSync(this.fd, { bigint: true });
    const before = this.base;
    this.size = bytes;
    this.known = null;
    const grew = now.size > before.size;
    if (now.size < BigInt(bytes) || (now.mtimeNs !== before.mtimeNs && !grew))
      this.broken = this.overwritten('overwritten-while-read');
    this.base = now;
    this.pieces = this.broken === null ? this.sums(bytes) : null;
    this.known = this.identity;
  }

  /** What labels are stored by: the bytes that were shown. */
  get identity(): string {
    return (this.known ??= descriptorIdentity(this.fd, this.size));
  }

  /** What happened to it since it was opened, or null. */
  look(): FileChange | null {
    if (this.broken !== null) return this.broken;
    this.looked = performance.now();
    const now = fstatSync(this.fd, { bigint: true });
    if (now.mtimeNs === this.base.mtimeNs && now.size === this.base.size) return this.elsewhere();
    const { last } = this;
    if (last !== null && last.mtime === now.mtimeNs && last.size === now.size && last.ctime === now.ctimeNs)
      return last.change;
    const grows = last?.change?.kind === 'grown' && now.size >= last.size;
    if (grows && performance.now() - this.through < THROUGH_EVERY) return last.change;
    // Its contents are not known yet.
    if (this.known === null) return null;
    this.through = performance.now();
    const change = this.compare(Number(now.size), now);
    this.last = { size: now.size, mtime: now.mtimeNs, ctime: now.ctimeNs, change };
    if (change?.kind === 'overwritten' || change?.kind === 'cut') this.broken = change;
    return change;
  }

  /** Bytes that were shown and are what they were; none where that is not so any more. */
  read(offset: number, length: number): Uint8Array {
    if (this.broken === null && performance.now() - this.looked > LOOK_EVERY) this.look();
    if (this.broken !== null && offset + length > this.broken.readable) return new Uint8Array(0);
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(this.fd, bytes, 0, length, offset));
  }

  /** What was shown as a source of bytes from its beginning, to be read again. */
  source(): ByteSource {
    return new Again(this);
  }

  /** The descriptor is closed by whoever opened it. */
  close(): void {
    /* nothing of its own */
  }

  private elsewhere(): FileChange | null {
    const there = statSync(this.path, { throwIfNoEntry: false, bigint: true });
    const name = basename(this.path);
    const { size: readable } = this;
    if (there === undefined) return { kind: 'deleted', readable, sentence: say('file-deleted', { name }) };
    if (there.ino === this.base.ino && there.dev === this.base.dev) return null;
    return { kind: 'replaced', readable, sentence: say('file-replaced', { path: this.path }) };
  }

  private compare(now: number, stat: BigIntStats): FileChange | null {
    const name = basename(this.path);
    if (now < this.size) {
      const readable = this.sameUpTo(now);
      if (readable === 0) return this.overwritten('overwritten-while-open');
      return { kind: 'cut', readable, sentence: say('file-cut', { name, before: this.size, now }) };
    }
    // Of a large file only head and tail are known, so one that was written to without growing is not believed.
    const same = (this.size <= KNOWN || now > this.size) && descriptorIdentity(this.fd, this.size) === this.known;
    if (!same) return this.overwritten('overwritten-while-open');
    if (now > this.size)
      return { kind: 'grown', readable: this.size, sentence: say('file-grown', { name, bytes: now - this.size }) };
    this.base = stat;
    return this.elsewhere();
  }

  private overwritten(key: 'overwritten-while-read' | 'overwritten-while-open'): FileChange {
    return { kind: 'overwritten', readable: 0, sentence: say(key, { name: basename(this.path) }) };
  }

  /** Sums of whole pieces; each is what it was or not. */
  private sums(bytes: number): Uint32Array {
    const to = Math.min(bytes, KNOWN);
    const sums = new Uint32Array(Math.floor(to / PIECE));
    const block = new Uint8Array(PIECE * 256);
    for (let i = 0; i < sums.length;) {
      const want = Math.min(block.length, (sums.length - i) * PIECE);
      const got = readSync(this.fd, block, 0, want, i * PIECE);
      for (let at = 0; at < want; at += PIECE, i++)
        sums[i] = at + PIECE <= got ? crc32(block.subarray(at, at + PIECE)) : 0;
    }
    return sums;
  }

  private sameUpTo(size: number): number {
    const { pieces } = this;
    if (pieces === null) return 0;
    const now = this.sums(Math.min(size, pieces.length * PIECE));
    for (let i = 0; i < now.length; i++) if (now[i] !== pieces[i]) return 0;
    return size > KNOWN ? size : now.length * PIECE;
  }
}

class Again implements ByteSource {
  readonly size: number;
  readonly path: string;
  error: SourceError | null = null;
  private readonly file: ShownFile;
  private at = 0;

  constructor(file: ShownFile) {
    this.file = file;
    this.size = file.size;
    this.path = file.path;
  }

  taken(): number {
    return this.at;
  }

  read(target: Uint8Array): number {
    const readable = this.file.look()?.readable ?? this.size;
    const left = Math.min(target.length, Math.min(this.size, readable) - this.at);
    if (left <= 0) return 0;
    const bytes = this.file.read(this.at, left);
    target.set(bytes);
    this.at += bytes.length;
    return bytes.length;
  }

  close(): void {
    /* the file stays open */
  }
}
