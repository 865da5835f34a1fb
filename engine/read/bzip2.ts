// bzip2, block by block: what one block inflates to (46 MB at most) is held, and others have their turn between two of them.
/* eslint-disable no-underscore-dangle -- the package's block by block interface is named so; `decode` would hold everything */
import { readSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';

const PIECE = 64 * 1024;

/** Bytes of a file, one at a time, through a buffer. */
class Input {
  pos = 0;
  private readonly fd: number;
  private readonly buf = new Uint8Array(PIECE);
  private at = 0;
  private filled = 0;

  constructor(fd: number) {
    this.fd = fd;
  }

  eof(): boolean {
    if (this.at < this.filled) return false;
    this.filled = readSync(this.fd, this.buf, 0, PIECE, this.pos);
    this.at = 0;
    return this.filled === 0;
  }

  /** @throws when the file ends here */
  readByte(): number {
    if (this.eof()) throw new Error('unexpected end of file');
    this.pos++;
    return this.buf[this.at++]!;
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
 * Inflates a bzip2 file, members joined end to end included.
 * @param fd an open file, not closed here @param taken told how many bytes of the file were used
 * @throws Error with the reason where it is damaged or cut
 */
export async function* inflateBzip2(fd: number, taken: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const input = new Input(fd);
  const output = new Output();
  const { default: Bunzip } = await import('seek-bzip');
  const bunzip = new Bunzip(input, output);
  while (true) {
    while (bunzip._init_block()) {
      bunzip._read_bunzip();
      taken(input.pos);
      yield* output.take();
      await turn();
    }
    if (bunzip.reader.read(32) >>> 0 !== bunzip.streamCRC) throw new Error('the checksum of the bzip2 stream is wrong');
    if (input.eof()) return;
    bunzip._start_bunzip(input, output);
  }
}
