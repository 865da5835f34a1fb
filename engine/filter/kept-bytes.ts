// Bytes of the few packets of which the columns do not tell all layers, kept so that the next filter does not go through
// the file for them: small packets up to a bound, in memory of a few large pieces.
import type { PacketRow } from '../../contract/index.ts';

const PIECE = 1024 * 1024;
const MOST_BYTES = 64 * PIECE;
/** A longer packet is read again. */
const LONGEST = 2_048;
const MOST_PACKETS = 400_000;

export class KeptBytes {
  private readonly pieces: Uint8Array[] = [];
  private used = PIECE;
  /** By row: where it begins, counted over all pieces, and its length. */
  private readonly places = new Map<number, number>();

  of(row: PacketRow): Uint8Array | null {
    const place = this.places.get(row);
    if (place === undefined) return null;
    const at = Math.floor(place / (LONGEST + 1));
    const length = place % (LONGEST + 1);
    const piece = this.pieces[Math.floor(at / PIECE)]!;
    return piece.subarray(at % PIECE, (at % PIECE) + length);
  }

  keep(row: PacketRow, bytes: Uint8Array): void {
    const { length } = bytes;
    if (length > LONGEST || length === 0 || this.places.size >= MOST_PACKETS) return;
    if (this.used + length > PIECE) {
      if ((this.pieces.length + 1) * PIECE > MOST_BYTES) return;
      this.pieces.push(new Uint8Array(PIECE));
      this.used = 0;
    }
    this.pieces.at(-1)!.set(bytes, this.used);
    const at = (this.pieces.length - 1) * PIECE + this.used;
    this.places.set(row, at * (LONGEST + 1) + length);
    this.used += length;
  }
}
