// bzip2, block by block: what one block inflates to (46 MB at most) is held, and others have their turn between two of
// them.
/* eslint-disable no-underscore-dangle -- the package's block by block interface is named so; `decode` would hold everything */
import { SaidError, say } from '../../contract/index.ts';
import { setImmediate as turn } from 'node:timers/promises';

const PIECE = 64 * 1024;

/**
 * A block of 900,000 symbols at 20 bits each, with its tables, is smaller: so many bytes are there before a block is
 * read.
 */
const AHEAD = 3 * 1024 * 1024;

/** Bytes of a stream, one at a time, of which enough for a block are asked for ahead. */
class Input {
  pos = 0;
  private readonly source: AsyncIterator<Uint8Array>;
  private pieces: Uint8Array[] = [];
  private held = 0;
  private piece: Uint8Array = new Uint8Array(0);
  private at = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** Waits until a whole block is there, or all of the stream. */
  async fill(): Promise<void> {
    while (this.held < AHEAD) {
      const next = await this.source.next();
      if (next.done) return;
      this.pieces.push(next.value);
      this.held += next.value.length;
    }
  }

  eof(): boolean {
    while (this.at === this.piece.length) {
      const next = this.pieces.shift();
      if (next === undefined) return true;
      this.piece = next;
      this.at = 0;
    }
    return false;
  }

  /** @throws when the stream ends here */
  readByte(): number {
    if (this.eof()) throw new SaidError(say('unexpected-end'));
    this.pos++;
    this.held--;
    return this.piece[this.at++]!;
  }

  read(target: Uint8Array, offset: number, length: number): number {
    let done = 0;
    while (done < length && !this.eof()) target[offset + done++] = this.readByte();
    return done;
  }
}

/** Bytes into pieces of 64 KiB. */
class Output {
  pieces: Uint8Array[] = [];
  private piece = new Uint8Array(PIECE);
  private at = 0;

  writeByte(byte: number): void {
    this.piece[this.at++] = byte;
    if (this.at === PIECE) this.close();
  }

  /** @returns what was written since it was last asked */
  take(): Uint8Array[] {
    if (this.at > 0) this.close();
    const taken = this.pieces;
    this.pieces = [];
    return taken;
  }

  private close(): void {
    this.pieces.push(this.piece.subarray(0, this.at));
    this.piece = new Uint8Array(PIECE);
    this.at = 0;
  }
}

/**
 * Inflates a bzip2 stream, members joined end to end included.
 * @throws Error with the reason where it is damaged or cut
 */
export async function* inflateBzip2(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = new Input(source);
  const output = new Output();
  const { default: Bunzip } = await import('seek-bzip');
  await input.fill();
  const bunzip = new Bunzip(input, output);
  while (true) {
    while (bunzip._init_block()) {
      bunzip._read_bunzip();
      yield* output.take();
      await turn();
      await input.fill();
    }
    if (bunzip.reader.read(32) >>> 0 !== bunzip.streamCRC) throw new SaidError(say('bzip2-checksum'));
    await input.fill();
    if (input.eof()) return;
    bunzip._start_bunzip(input, output);
  }
}
