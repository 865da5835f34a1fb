// Bodies of HTTP messages: chunks put together (RFC 9112, 7.1), codings undone, bounded.
import { brotliDecompressSync, inflateRawSync, inflateSync, constants, type ZlibOptions } from 'node:zlib';
import { Gathered, textOf } from '../application.ts';

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
  private stage: 'size' | 'sized' | 'data' | 'after' | 'trailer' = 'size';
  length: BodyLength;
  done: boolean;
  /** Bytes that the body has, kept or not. */
  size = 0;
  /** A chunk said more than its size (RFC 9112, 7.1.1). */
  extended = false;

  constructor(length: BodyLength) {
    this.length = length;
    this.done = length.is === 'none' || (length.is === 'counted' && length.left === 0);
  }

  /** @returns how many of the waiting bytes belong to the body and were taken */
  take(waiting: Uint8Array): number {
    if (this.done) return 0;
    switch (this.length.is) {
      case 'none':
        return 0;
      case 'toEnd':
        this.keep(waiting);
        return waiting.length;
      case 'loose':
        if (beginsAnswer(waiting)) {
          this.done = true;
          return 0;
        }
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
      const end = waiting.indexOf(0x0a, at);
      const line = textOf(waiting.subarray(at, Math.min(end < 0 ? waiting.length : end, at + 64))).trim();
      // Receivers pass over empty lines before a size, and take what is no size as the body itself, to its end.
      const odd = this.stage === 'size' && line !== '' && !/^[0-9a-f]{1,8}\s*(?:;|$)/i.test(line);
      if (end < 0 && !odd) break;
      if (odd || (this.stage === 'size' && line !== '' && !this.sized(line))) {
        this.length = { is: 'toEnd' };
        this.keep(waiting.subarray(at));
        return waiting.length;
      }
      at = end + 1;
      if (this.stage === 'after') this.stage = 'size';
      else if (this.stage === 'trailer') this.done = line === '';
      else if (this.stage === 'sized') this.stage = this.chunkLeft === 0 ? 'trailer' : 'data';
    }
    return at;
  }

  /** @returns whether the line says a size */
  private sized(line: string): boolean {
    const digits = /^[0-9a-f]{1,8}/i.exec(line);
    if (digits === null) return false;
    if (line.includes(';')) this.extended = true;
    this.chunkLeft = Number.parseInt(digits[0], 16);
    this.stage = 'sized';
    return true;
  }

  /** More bytes came than the message said: they count as its body, as clients show them. */
  reopen(): void {
    this.length = { is: 'loose' };
    this.done = false;
  }

  private keep(bytes: Uint8Array): void {
    this.size += bytes.length;
    const room = MAX_BODY - this.kept.length;
    if (room > 0) this.kept.add(bytes.length > room ? bytes.subarray(0, room) : bytes);
  }

  bytes(): Uint8Array {
    return this.kept.all();
  }
}

/**
 * Whether a coded body that grows is worth being undone again: by a sixteenth, so that a body in small pieces costs
 * no more than some hundred times its last look.
 */
export function worthAnother(looked: number, now: number): boolean {
  return now > looked + (looked >> 4);
}

/** Whether bytes of a server begin an answer, or may once more of them are there. */
export function beginsAnswer(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < bytes.length && (bytes[at]! <= 32 || bytes[at] === 0)) at++;
  const text = textOf(bytes.subarray(at, at + 5)).toUpperCase();
  return 'HTTP/'.startsWith(text);
}

/**
 * A body without its codings; as far as it can be undone. A coding that the bytes do not have is passed over: clients
 * show such bodies as they came.
 */
export function uncoded(body: Uint8Array, codings: string): Uint8Array {
  let now = body;
  for (const coding of codings.toLowerCase().replaceAll('\0', '').split(',', MAX_CODINGS).reverse())
    now = undone(now, coding) ?? now;
  return now;
}

/** Codings of one body that are tried. */
const MAX_CODINGS = 8;

function undone(body: Uint8Array, coding: string): Uint8Array | null {
  const options = { maxOutputLength: MAX_INFLATED, finishFlush: constants.Z_SYNC_FLUSH };
  for (const attempt of waysOf(body, coding, options)) {
    try {
      return new Uint8Array(attempt());
    } catch {
      // The next way, or the body as it came.
    }
  }
  return null;
}

/**
 * Ways to undo a coding, the likeliest first. Its name counts wherever it stands in the field's value, and what is
 * called gzip may be deflate and the other way round: clients try both.
 */
function waysOf(body: Uint8Array, coding: string, options: ZlibOptions): readonly (() => Buffer)[] {
  const zipped = (): Buffer => inflateRawSync(body.subarray(gzipBodyAt(body)), options);
  const deflated = [(): Buffer => inflateSync(body, options), (): Buffer => inflateRawSync(body, options)];
  if (coding.includes('gzip')) return [zipped, ...deflated];
  if (coding.includes('deflate')) return [...deflated, zipped];
  if (coding.trim() !== 'br') return [];
  const flush = constants.BROTLI_OPERATION_FLUSH;
  return [() => brotliDecompressSync(body, { maxOutputLength: MAX_INFLATED, finishFlush: flush })];
}

/**
 * Where the deflated bytes of a gzip member begin (RFC 1952, 2.3). Reserved flags, and sums that do not fit, are no
 * reason to see nothing: receivers do not look at them either.
 */
function gzipBodyAt(b: Uint8Array): number {
  let begin = 0;
  while (b[begin] === 13 || b[begin] === 10) begin++;
  if (b.length < begin + 10 || b[begin] !== 0x1f || b[begin + 1] !== 0x8b || b[begin + 2] !== 8)
    throw new Error('no gzip');
  const flags = b[begin + 3]!;
  let at = begin + 10;
  if ((flags & 4) !== 0) at += 2 + (b[at] ?? 0) + (b[at + 1] ?? 0) * 256;
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    const end = b.indexOf(0, at);
    at = end < 0 ? b.length : end + 1;
  }
  if ((flags & 2) !== 0) at += 2;
  return Math.min(at, b.length);
}
