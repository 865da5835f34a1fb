// zstd (RFC 8878), frame by frame. Node's decompressor ends with the first frame of a stream and says nothing of what
// follows it, as files have that were written in parts or by several threads; so frames are cut apart here, by the lengths
// that their headers and blocks tell, and each gets a decompressor of its own.
import { SaidError, say } from '../../contract/index.ts';
import { Readable } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import { u24le, u32le } from './bytes.ts';

const MAGIC = 0xfd2fb528;
/** Frames that anybody may put in between and that hold nothing of the stream: 16 numbers. */
const SKIPPABLE = 0x184d2a50;
/** One inflated piece of a bomb is bounded by it. */
const CHUNK = 1024 * 1024;
const DICTIONARY_BYTES = [0, 1, 2, 4];
const CONTENT_BYTES = [0, 2, 4, 8];
const RLE = 1;

/**
 * Inflates a zstd stream, all of its frames.
 * @throws Error where it is damaged or cut, SaidError where something else follows a frame
 */
export async function* inflateZstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new Input(source);
  try {
    for (;;) {
      const head = await input.take(4);
      if (head.length === 0) return;
      const mark = head.length < 4 ? 0 : u32le(head, 0);
      if (mark >>> 4 === SKIPPABLE >>> 4) {
        const size = await input.take(4);
        if (size.length < 4) throw new SaidError(say('unexpected-end'));
        for await (const _ of input.pass(u32le(size, 0)));
        continue;
      }
      if (mark !== MAGIC) throw new SaidError(say('zstd-frame'));
      const packed = Readable.from(frame(input, head), { objectMode: false });
      const inflater = createZstdDecompress({ chunkSize: CHUNK });
      packed.on('error', (error) => inflater.destroy(error));
      inflater.on('close', () => packed.destroy());
      yield* packed.pipe(inflater);
    }
  } finally {
    await input.close();
  }
}

/** The bytes of one frame, as far as they are there: whether they are whole is the decompressor's to say. */
async function* frame(input: Input, head: Uint8Array): AsyncGenerator<Uint8Array> {
  yield head;
  const descriptor = await input.take(1);
  yield descriptor;
  if (descriptor.length === 0) return;
  const flags = descriptor[0]!;
  const single = (flags & 0x20) !== 0;
  const content = flags >> 6 === 0 && single ? 1 : CONTENT_BYTES[flags >> 6]!;
  yield await input.take((single ? 0 : 1) + DICTIONARY_BYTES[flags & 3]! + content);
  for (let last = false; !last;) {
    const header = await input.take(3);
    yield header;
    if (header.length < 3) return;
    const told = u24le(header, 0);
    last = (told & 1) === 1;
    yield* input.pass(((told >> 1) & 3) === RLE ? 1 : told >> 3);
  }
  if ((flags & 4) !== 0) yield await input.take(4);
}

class Input {
  private readonly source: AsyncIterator<Uint8Array>;
  private piece: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** Few bytes in one piece; fewer where the stream ends. */
  async take(count: number): Promise<Uint8Array> {
    const taken = new Uint8Array(count);
    let done = 0;
    for await (const part of this.pass(count)) {
      taken.set(part, done);
      done += part.length;
    }
    return taken.subarray(0, done);
  }

  /** So many bytes as they come; fewer where the stream ends. */
  async *pass(count: number): AsyncGenerator<Uint8Array> {
    for (let left = count; left > 0;) {
      if (this.piece.length === 0) {
        const next = await this.source.next();
        if (next.done) return;
        this.piece = next.value;
        continue;
      }
      const part = this.piece.subarray(0, left);
      this.piece = this.piece.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  async close(): Promise<void> {
    await this.source.return?.();
  }
}
