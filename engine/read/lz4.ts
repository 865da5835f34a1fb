// LZ4 frames (lz4_Frame_format.md 1.6.4), as a transform from pieces to pieces. Blocks may refer to the 64 KiB before
// them.
import { SaidError, say } from '../../contract/index.ts';
import { u16le, u32le } from './bytes.ts';

const MAGIC = 0x184d2204;
const WINDOW = 65_536;
const BLOCK_MAX = [0, 0, 0, 0, 65_536, 262_144, 1_048_576, 4_194_304];

/** Frames and blocks in a row that give nothing, after which others of this process have a turn. */
const EMPTY = 256;

export class Lz4Error extends SaidError {}

/** What frames of one stream share: a file of a thousand empty frames asks for no memory a thousand times. */
class Room {
  private made = new Uint8Array(0);
  private empty = 0;

  /** @returns so many bytes, of any content */
  of(size: number): Uint8Array {
    if (this.made.length < size) this.made = new Uint8Array(size);
    return this.made.subarray(0, size);
  }

  /** A frame began or a block ended, and gave so much. */
  async gave(bytes: number): Promise<void> {
    if (bytes > 0) this.empty = 0;
    else if (++this.empty % EMPTY === 0) await new Promise(setImmediate);
  }
}

/** Inflates LZ4 frames. Throws `Lz4Error` on damage; checksums are stepped over, not verified. */
export async function* inflateLz4(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new PieceReader(source);
  const room = new Room();
  for (;;) {
    await room.gave(0);
    const magic = await input.tryTake(4);
    if (magic === null) return;
    const mark = u32le(magic, 0);
    if (mark >= 0x184d2a50 && mark <= 0x184d2a5f) {
      await input.drop(u32le(await input.take(4), 0));
      continue;
    }
    if (mark !== MAGIC) throw new Lz4Error(say('lz4-frame'));
    yield* frame(input, room);
  }
}

async function* frame(input: PieceReader, room: Room): AsyncGenerator<Uint8Array> {
  const descriptor = await input.take(2);
  const flags = descriptor[0]!;
  const blockMax = BLOCK_MAX[(descriptor[1]! >> 4) & 7]!;
  if (flags >> 6 !== 1 || blockMax === 0) throw new Lz4Error(say('lz4-version'));
  const linked = (flags & 0x20) === 0;
  await input.drop((flags & 8 ? 8 : 0) + (flags & 1 ? 4 : 0) + 1);
  let history = 0;
  for (;;) {
    const size = u32le(await input.take(4), 0);
    if (size === 0) break;
    const out = room.of(WINDOW + blockMax);
    const length = size & 0x7fffffff;
    if (length > blockMax) throw new Lz4Error(say('lz4-block-large'));
    const block = await input.take(length);
    let end: number;
    if (size & 0x80000000) {
      out.set(block, history);
      end = history + length;
    } else {
      end = inflateBlock(block, out, history, linked ? 0 : history);
    }
    if (flags & 0x10) await input.drop(4);
    await room.gave(end - history);
    yield out.slice(history, end);
    const keep = linked ? Math.min(WINDOW, end) : 0;
    out.copyWithin(0, end - keep, end);
    history = keep;
  }
  if (flags & 4) await input.drop(4);
}

/** Inflates one block to `out[at..]`; matches may reach back to `floor`. @returns the end in `out` */
export function inflateBlock(block: Uint8Array, out: Uint8Array, at: number, floor: number): number {
  let from = 0;
  const extended = (base: number): number => {
    let length = base;
    if (base !== 15) return length;
    for (;;) {
      if (from >= block.length) throw new Lz4Error(say('lz4-in-length'));
      const more = block[from++]!;
      length += more;
      if (more !== 255) return length;
    }
  };
  while (from < block.length) {
    const token = block[from++]!;
    const literals = extended(token >> 4);
    if (from + literals > block.length || at + literals > out.length) throw new Lz4Error(say('lz4-literals'));
    out.set(block.subarray(from, from + literals), at);
    from += literals;
    at += literals;
    if (from >= block.length) return at;
    if (from + 2 > block.length) throw new Lz4Error(say('lz4-in-offset'));
    const distance = u16le(block, from);
    from += 2;
    const length = extended(token & 15) + 4;
    if (distance === 0 || at - distance < floor || at + length > out.length) throw new Lz4Error(say('lz4-outside'));
    for (let i = 0; i < length; i++, at++) out[at] = out[at - distance]!;
  }
  return at;
}

class PieceReader {
  private readonly source: AsyncIterator<Uint8Array>;
  private piece: Uint8Array = new Uint8Array(0);
  private at = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source[Symbol.asyncIterator]();
  }

  async tryTake(count: number): Promise<Uint8Array | null> {
    if (this.at === this.piece.length && !(await this.more())) return null;
    return this.take(count);
  }

  async take(count: number): Promise<Uint8Array> {
    if (this.piece.length - this.at >= count) return this.piece.subarray(this.at, (this.at += count));
    const whole = new Uint8Array(count);
    for (let done = 0; done < count;) {
      if (this.at === this.piece.length && !(await this.more())) throw new Lz4Error(say('lz4-cut'));
      const part = this.piece.subarray(this.at, this.at + count - done);
      whole.set(part, done);
      done += part.length;
      this.at += part.length;
    }
    return whole;
  }

  async drop(count: number): Promise<void> {
    for (let left = count; left > 0;) {
      if (this.at === this.piece.length && !(await this.more())) throw new Lz4Error(say('lz4-cut'));
      const part = Math.min(left, this.piece.length - this.at);
      this.at += part;
      left -= part;
    }
  }

  private async more(): Promise<boolean> {
    const next = await this.source.next();
    if (next.done) return false;
    this.piece = next.value;
    this.at = 0;
    return true;
  }
}
