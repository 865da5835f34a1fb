// Where capture bytes come from: a plain file in place, or a stream (compressed, stdin, pipe) kept in a seekable cache file.
import { createReadStream, fstatSync, openSync, closeSync, readSync, statfsSync, writeSync, mkdirSync, unlinkSync } from 'node:fs';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { Readable } from 'node:stream';
import { dirname } from 'node:path';
import { inflateBzip2 } from './bzip2.ts';
import { inflateLz4 } from './lz4.ts';

/** Limits for inflating (formats.md): a bomb stops here, and is told. */
export interface InflateLimits {
  readonly ratio: number;
  readonly floorBytes: number;
}
export const DEFAULT_LIMITS: InflateLimits = { ratio: 100, floorBytes: 1024 ** 3 };

export type SourceError = { readonly kind: 'refused' | 'damaged' | 'io'; readonly message: string };

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
  private readonly fd: number;
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
      this.error = { kind: 'io', message: errorText(error) };
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
  private readonly limit: number;
  private readonly count: () => number;

  constructor(options: { pieces: AsyncIterable<Uint8Array>; cachePath: string; size: number | null; limit: number; taken: () => number }) {
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
    if (this.piece.length === 0) {
      try {
        const next = await this.pieces.next();
        if (next.done) return 0;
        this.piece = next.value;
      } catch (error) {
        this.error = { kind: 'damaged', message: errorText(error) };
        return 0;
      }
    }
    const part = this.piece.subarray(0, target.length);
    if (this.written + part.length > this.limit) {
      this.error = { kind: 'refused', message: `it inflates to more than ${this.limit} bytes, the limit for a file of its size` };
      return 0;
    }
    try {
      for (let done = 0; done < part.length; ) done += writeSync(this.fd!, part, done);
    } catch (error) {
      this.error = { kind: 'io', message: `cache ${this.path}: ${errorText(error)}` };
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
    try { unlinkSync(this.path); } catch { /* already gone */ }
  }
}

export type Compression = 'none' | 'gzip' | 'zstd' | 'lz4' | 'bzip2';

/** Recognises compression by content. */
export function compressionOf(head: Uint8Array): Compression {
  if (head.length >= 2 && head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length < 4) return 'none';
  const mark = (head[0]! | (head[1]! << 8) | (head[2]! << 16) | (head[3]! << 24)) >>> 0;
  if ((mark & 0xffffff) === 0x685a42 && head[3]! >= 0x31 && head[3]! <= 0x39) return 'bzip2';
  return mark === 0xfd2fb528 ? 'zstd' : mark === 0x184d2204 ? 'lz4' : 'none';
}

export function inflating(path: string, compression: Exclude<Compression, 'none'>, cachePath: string, size: number, limits: InflateLimits): StreamSource {
  let pieces: AsyncIterable<Uint8Array>;
  let taken: () => number;
  if (compression === 'bzip2') {
    let used = 0;
    taken = () => used;
    pieces = bzip2Pieces(path, (bytes) => { used = bytes; });
  } else {
    const file = createReadStream(path, { highWaterMark: 1024 * 1024 });
    taken = () => file.bytesRead;
    pieces = streamedPieces(file, compression);
  }
  mkdirSync(dirname(cachePath), { recursive: true, mode: 0o700 });
  const disk = statfsSync(dirname(cachePath));
  const free = Math.max(0, disk.bavail * disk.bsize - 1024 ** 3);
  const limit = Math.min(free, Math.max(limits.floorBytes, size * limits.ratio));
  return new StreamSource({ pieces, cachePath, size, limit, taken });
}

async function* bzip2Pieces(path: string, used: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const fd = openSync(path, 'r');
  try {
    yield* inflateBzip2(fd, used);
  } finally {
    closeSync(fd);
  }
}

/** Inflates a stream piece by piece. */
function streamedPieces(file: Readable, compression: 'gzip' | 'zstd' | 'lz4'): AsyncIterable<Uint8Array> {
  if (compression === 'lz4') return inflateLz4(file);
  // One inflated piece of a bomb is bounded by chunkSize.
  const options = { chunkSize: 1024 * 1024 };
  const inflater = compression === 'gzip' ? createGunzip(options) : createZstdDecompress(options);
  file.on('error', (error) => inflater.destroy(error));
  return file.pipe(inflater);
}

export function piped(stream: Readable, cachePath: string): StreamSource {
  let taken = 0;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for await (const piece of stream) {
      taken += (piece as Buffer).length;
      yield piece as Buffer;
    }
  }
  return new StreamSource({ pieces: pieces(), cachePath, size: null, limit: Number.MAX_SAFE_INTEGER, taken: () => taken });
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
