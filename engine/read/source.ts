// Where capture bytes come from: a plain file in place, or a stream (compressed, stdin, pipe) kept in a seekable cache
// file.
import { errorText, type Message, saidBy, say } from '../../contract/index.ts';
import { u32le } from './bytes.ts';
import {
  createReadStream,
  fstatSync,
  openSync,
  closeSync,
  readSync,
  statfsSync,
  writeSync,
  mkdirSync,
  unlinkSync,
} from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Readable } from 'node:stream';
import { dirname } from 'node:path';
import { inflateBzip2 } from './bzip2.ts';
import { inflateLz4 } from './lz4.ts';
import { inflateXz } from './xz.ts';
import { inflateZstd } from './zstd.ts';

/** Limits for inflating (docs/formats.md): a bomb is stopped here and reported. */
export interface InflateLimits {
  readonly ratio: number;
  readonly floorBytes: number;
}
export const DEFAULT_LIMITS: InflateLimits = { ratio: 100, floorBytes: 1024 ** 3 };

export type SourceError = { readonly kind: 'refused' | 'damaged' | 'io'; readonly message: Message };

/** Sequential bytes; what was read can be read again at its offset from `path`. */
export interface ByteSource {
  /** Size of the source on disk if known, for progress; compressed size for compressed files. */
  readonly size: number | null;
  /** How many bytes of that size have been taken. */
  taken(): number;
  /** A file in which every offset reported so far can be read. */
  readonly path: string;
  /** Fills the start of `target`; 0 at the end. Sets `error` when the source broke. */
  read(target: Uint8Array): number | Promise<number>;
  error: SourceError | null;
  close(): void;
}

export class FileSource implements ByteSource {
  readonly size: number;
  readonly path: string;
  error: SourceError | null = null;
  /** Stays open until `close`: what was read can be read again, whatever stands at the path. */
  readonly fd: number;
  private at = 0;

  constructor(path: string, fd: number) {
    this.path = path;
    this.fd = fd;
    this.size = fstatSync(fd).size;
  }
  taken(): number {
    return this.at;
  }
  read(target: Uint8Array): number {
    try {
      const got = readSync(this.fd, target, 0, target.length, this.at);
      this.at += got;
      return got;
    } catch (error) {
      this.error = { kind: 'io', message: saidBy(error) };
      return 0;
    }
  }
  close(): void {
    closeSync(this.fd);
  }
}

/** A stream whose bytes are written to a cache file on their way, so that packets can be read again. */
export class StreamSource implements ByteSource {
  readonly size: number | null;
  readonly path: string;
  error: SourceError | null = null;
  private readonly pieces: AsyncIterator<Uint8Array>;
  private piece: Uint8Array = new Uint8Array(0);
  private written = 0;
  private fd: number | null;
  private readonly limit: () => number;
  private readonly count: () => number;

  constructor(options: {
    pieces: AsyncIterable<Uint8Array>;
    cachePath: string;
    size: number | null;
    limit: () => number;
    taken: () => number;
  }) {
    this.pieces = options.pieces[Symbol.asyncIterator]();
    this.path = options.cachePath;
    this.size = options.size;
    this.limit = options.limit;
    this.count = options.taken;
    mkdirSync(dirname(options.cachePath), { recursive: true, mode: 0o700 });
    this.fd = openSync(options.cachePath, 'wx', 0o600);
  }
  taken(): number {
    return this.count();
  }
  async read(target: Uint8Array): Promise<number> {
    if (this.error) return 0;
    while (this.piece.length === 0) {
      try {
        const next = await this.pieces.next();
        if (next.done) return 0;
        this.piece = next.value;
      } catch (error) {
        this.error = { kind: 'damaged', message: saidBy(error) };
        return 0;
      }
    }
    const part = this.piece.subarray(0, target.length);
    const limit = this.limit();
    if (this.written + part.length > limit) {
      this.error = { kind: 'refused', message: say('inflates-too-much', { limit }) };
      return 0;
    }
    try {
      for (let done = 0; done < part.length;) done += writeSync(this.fd!, part, done);
    } catch (error) {
      this.error = { kind: 'io', message: say('cache-problem', { path: this.path, why: errorText(error) }) };
      return 0;
    }
    target.set(part);
    this.written += part.length;
    this.piece = this.piece.subarray(part.length);
    return part.length;
  }
  close(): void {
    if (this.fd === null) return;
    closeSync(this.fd);
    this.fd = null;
    void this.pieces.return?.();
  }
  discard(): void {
    this.close();
    try {
      unlinkSync(this.path);
    } catch {
      /* already gone */
    }
  }
}

export type Compression = 'none' | 'gzip' | 'zstd' | 'lz4' | 'bzip2' | 'xz';

/** Bytes that tell how a stream is compressed. */
const MARK_BYTES = 4;

/** Recognises compression by content. */
export function compressionOf(head: Uint8Array): Compression {
  if (head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length < 4) return 'none';
  const mark = u32le(head, 0);
  // 'BZh' and a digit from 1 to 9, the size of its blocks.
  if ((mark & 0xffffff) === 0x685a42 && head[3]! >= 0x31 && head[3]! <= 0x39) return 'bzip2';
  switch (mark) {
    case 0x587a37fd:
      return 'xz';
    case 0xfd2fb528:
      return 'zstd';
    case 0x184d2204:
      return 'lz4';
    default:
      return 'none';
  }
}

/** A compressed file, inflated on its way to a cache file. */
export function inflating(
  path: string,
  compression: Exclude<Compression, 'none'>,
  cachePath: string,
  size: number,
  limits: InflateLimits,
): StreamSource {
  const file = createReadStream(path, { highWaterMark: 1024 * 1024 });
  const pieces = inflatedPieces(file, compression);
  mkdirSync(dirname(cachePath), { recursive: true, mode: 0o700 });
  const limit = Math.min(roomFor(cachePath), Math.max(limits.floorBytes, size * limits.ratio));
  return new StreamSource({ pieces, cachePath, size, limit: () => limit, taken: () => file.bytesRead });
}

/** Bytes that a cache file may take: one GiB of the disk stays free. */
function roomFor(cachePath: string): number {
  const disk = statfsSync(dirname(cachePath));
  return Math.max(0, disk.bavail * disk.bsize - 1024 ** 3);
}

/** Inflates a stream piece by piece. */
function inflatedPieces(
  packed: AsyncIterable<Uint8Array>,
  compression: Exclude<Compression, 'none'>,
): AsyncIterable<Uint8Array> {
  if (compression === 'lz4') return inflateLz4(packed);
  if (compression === 'bzip2') return inflateBzip2(packed);
  if (compression === 'xz') return inflateXz(packed);
  if (compression === 'zstd') return inflateZstd(packed);
  // One inflated piece of a bomb is bounded by chunkSize.
  const inflater = createGunzip({ chunkSize: 1024 * 1024 });
  const source = Readable.from(packed, { objectMode: false });
  source.on('error', (error) => inflater.destroy(error));
  inflater.on('close', () => source.destroy());
  return source.pipe(inflater);
}

/** What a stream turned out to be, and how much of it was taken. */
export interface StreamTally {
  taken: number;
  compression: Compression;
}

/** The bytes of a stream, inflated if its first ones say that they are compressed. @param tally kept up to date */
export async function* unpacked(stream: AsyncIterable<Uint8Array>, tally: StreamTally): AsyncGenerator<Uint8Array> {
  const pieces = stream[Symbol.asyncIterator]();
  const next = async (): Promise<Uint8Array | null> => {
    const piece = await pieces.next();
    if (piece.done) return null;
    tally.taken += piece.value.length;
    return piece.value;
  };
  let head: Uint8Array = new Uint8Array(0);
  try {
    while (head.length < MARK_BYTES) {
      const piece = await next();
      if (piece === null) break;
      head = head.length === 0 ? piece : Buffer.concat([head, piece]);
    }
    tally.compression = compressionOf(head);
    if (tally.compression !== 'none') {
      yield* inflatedPieces(behind(head, next), tally.compression);
    } else {
      if (head.length > 0) yield head;
      for (let piece = await next(); piece !== null; piece = await next()) yield piece;
    }
  } finally {
    await pieces.return?.();
  }
}

async function* behind(head: Uint8Array, next: () => Promise<Uint8Array | null>): AsyncGenerator<Uint8Array> {
  yield head;
  for (let piece = await next(); piece !== null; piece = await next()) yield piece;
}

/** A stream (stdin, a named pipe), compressed or not, on its way to a cache file. */
export function piped(stream: Readable, cachePath: string, limits: InflateLimits): StreamSource {
  const tally: StreamTally = { taken: 0, compression: 'none' };
  mkdirSync(dirname(cachePath), { recursive: true, mode: 0o700 });
  const room = roomFor(cachePath);
  // What is not compressed may be as long as it likes; the size of what is compressed is known only as it comes.
  const limit = (): number =>
    tally.compression === 'none'
      ? Number.MAX_SAFE_INTEGER
      : Math.min(room, Math.max(limits.floorBytes, tally.taken * limits.ratio));
  return new StreamSource({ pieces: unpacked(stream, tally), cachePath, size: null, limit, taken: () => tally.taken });
}
