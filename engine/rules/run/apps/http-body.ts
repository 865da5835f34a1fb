// Bodies of HTTP messages: chunks put together (RFC 9112, 7.1), codings undone, bounded.
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, constants, type ZlibOptions } from 'node:zlib';
import { ascii, Gathered, textOf } from '../application.ts';
import type { FileDigest } from './files.ts';

/** Bytes of one body that are looked into. */
export const MAX_BODY = 1_048_576;
/** What a coded body may grow to. */
const MAX_INFLATED = 4_194_304;

/** `loose`: bytes behind a body that are no answer of their own; they belong to it until one begins. */
export type BodyLength =
  | { readonly is: 'none' | 'chunked' | 'toEnd' | 'loose' }
  | { readonly is: 'counted'; left: number };

/** Takes a body out of a side's bytes. */
export class BodyReader {
  private readonly kept = new Gathered();
  private chunkLeft = 0;
  private stage: 'size' | 'data' | 'after' | 'trailer' = 'size';
  length: BodyLength;
  readonly digest: FileDigest | null;
  done: boolean;
  /** Bytes that the body has, kept or not. */
  size = 0;
  /** A chunk said more than its size (RFC 9112, 7.1.1). */
  extended = false;
  /** Where a chunk's size should stand something else did. */
  unsized = false;

  /** @param digest is given every byte, where hashes of files of any size are wanted */
  constructor(length: BodyLength, digest: FileDigest | null = null) {
    this.length = length;
    this.digest = digest;
    this.done = length.is === 'none' || (length.is === 'counted' && length.left === 0);
  }

  /** @returns how many of the waiting bytes belong to the body and were taken */
  take(waiting: Uint8Array): number {
    if (this.done) return 0;
    switch (this.length.is) {
      case 'none':
        return 0;
      case 'loose':
        if (beginsAnswer(waiting)) {
          this.done = true;
          return 0;
        }
        this.keep(waiting);
        return waiting.length;
      case 'toEnd':
        this.keep(waiting);
        return waiting.length;
      case 'counted': {
        const n = Math.min(waiting.length, this.length.left);
        this.keep(waiting.subarray(0, n));
        this.length.left -= n;
        this.done = this.length.left === 0;
        return n;
      }
      case 'chunked':
        return this.chunks(waiting);
    }
  }

  private chunks(waiting: Uint8Array): number {
    let at = 0;
    while (at < waiting.length && !this.done) {
      if (this.stage === 'data') {
        const n = Math.min(this.chunkLeft, waiting.length - at);
        this.keep(waiting.subarray(at, at + n));
        this.chunkLeft -= n;
        at += n;
        if (this.chunkLeft === 0) this.stage = 'after';
        continue;
      }
      if (this.stage === 'size' && !mayBeSize(waiting, at)) return this.rest(waiting, at, at);
      const end = waiting.indexOf(0x0a, at);
      if (end < 0) break;
      const line = textOf(waiting.subarray(at, Math.min(end, at + 64))).trim();
      at = end + 1;
      if (this.stage === 'after') this.stage = 'size';
      else if (this.stage === 'trailer') this.done = line === '';
      else if (line !== '' && !this.sized(line)) return this.rest(waiting, at, end);
    }
    return at;
  }

  /** What does not begin with a size is no chunk: all that comes is body, as it is. @returns how much is taken */
  private rest(waiting: Uint8Array, at: number, end: number): number {
    const from = end === at ? at : waiting.lastIndexOf(0x0a, end - 1) + 1;
    this.length = { is: 'toEnd' };
    this.unsized = true;
    this.keep(waiting.subarray(Math.min(from, at)));
    return waiting.length;
  }

  /** @returns whether the line is a size */
  private sized(line: string): boolean {
    if (line.includes(';')) this.extended = true;
    const size = Number.parseInt(/^[0-9a-f]{1,8}/i.exec(line)?.[0] ?? '', 16);
    if (!Number.isInteger(size)) return false;
    this.chunkLeft = size;
    this.stage = size === 0 ? 'trailer' : 'data';
    return true;
  }

  /** More bytes came than the message said: they count as its body, as clients show them. */
  reopen(): void {
    this.length = { is: 'loose' };
    this.done = false;
  }

  private keep(bytes: Uint8Array): void {
    this.size += bytes.length;
    if (this.digest !== null) {
      this.digest.update(bytes);
      return;
    }
    const room = MAX_BODY - this.kept.length;
    if (room > 0) this.kept.add(bytes.length > room ? bytes.subarray(0, room) : bytes);
  }

  bytes(): Uint8Array {
    return this.kept.all();
  }
}

/** Whether a line that begins here may be a chunk's size: its first sign is a digit, or it is empty. */
function mayBeSize(bytes: Uint8Array, from: number): boolean {
  let at = from;
  while ((bytes[at] ?? 0x0a) !== 0x0a && bytes[at]! <= 0x20) at++;
  const sign = bytes[at];
  return sign === undefined || sign === 0x0a || /[0-9a-f]/i.test(String.fromCharCode(sign));
}

/**
 * Whether a coded body that grows is worth being undone again: by a sixteenth, so that a body in small pieces costs
 * no more than some hundred times its last look.
 */
export function worthAnother(looked: number, now: number): boolean {
  return now > looked + (looked >> 4);
}

/** Whether bytes are the beginning of a status line, as far as they are there. */
export function beginsAnswer(bytes: Uint8Array): boolean {
  for (let i = 0; i < Math.min(STATUS.length, bytes.length); i++)
    if ((bytes[i]! & 0xdf) !== (STATUS[i]! & 0xdf)) return false;
  return true;
}
/** Bytes that an answer begins with. */
export const STATUS = ascii('HTTP/');

/** A body without its codings; as far as it can be undone. */
export function uncoded(body: Uint8Array, codings: string): Uint8Array {
  let now = body;
  for (const coding of codings
    .toLowerCase()
    .split(',')
    .map((c) => c.trim())
    .reverse()) {
    // What was only said and not done is left out, as clients do.
    now = undone(now, coding) ?? now;
  }
  return now;
}

function undone(body: Uint8Array, coding: string): Uint8Array | null {
  if (coding === '' || coding === 'identity') return null;
  const options = { maxOutputLength: MAX_INFLATED, finishFlush: constants.Z_SYNC_FLUSH };
  const tries = waysOf(body, coding, options);
  for (const attempt of tries) {
    try {
      return new Uint8Array(attempt());
    } catch {
      // The next way, or the body as it came.
    }
  }
  return null;
}

/** Ways to undo a coding, the likeliest first. */
function waysOf(body: Uint8Array, coding: string, options: ZlibOptions): readonly (() => Buffer)[] {
  const name = coding.replaceAll('\0', '');
  if (name.includes('gzip')) {
    const raw = behindGzip(body);
    return [() => gunzipSync(body, options), ...(raw === null ? [] : [() => inflateRawSync(raw, options)])];
  }
  if (name.includes('deflate')) return [() => inflateSync(body, options), () => inflateRawSync(body, options)];
  if (name !== 'br') return [];
  const flush = constants.BROTLI_OPERATION_FLUSH;
  return [() => brotliDecompressSync(body, { maxOutputLength: MAX_INFLATED, finishFlush: flush })];
}

const EXTRA = 4;
const NAME = 8;
const COMMENT = 16;
const HEADER_CHECK = 2;
/** Bytes of a gzip header before what its flags say (RFC 1952, 2.3). */
const GZIP_HEAD = 10;

/** What stands behind a gzip header, however wrong its flags and checks are; null where it is none. */
function behindGzip(body: Uint8Array): Uint8Array | null {
  if (body.length < GZIP_HEAD || body[0] !== 0x1f || body[1] !== 0x8b) return null;
  const flags = body[3]!;
  let at = GZIP_HEAD;
  if ((flags & EXTRA) !== 0) at += 2 + ((body[at] ?? 0) | ((body[at + 1] ?? 0) << 8));
  for (const text of [NAME, COMMENT]) {
    if ((flags & text) === 0) continue;
    const end = body.indexOf(0, at);
    if (end < 0) return null;
    at = end + 1;
  }
  if ((flags & HEADER_CHECK) !== 0) at += 2;
  return at >= body.length ? null : body.subarray(at);
}
