// Whether segments of a connection tell different bytes for the same place of its stream.

/** Bytes of each direction that are kept: a power of two. */
const KEPT = 16_384;

interface Kept {
  readonly bytes: Uint8Array;
  /** Sequence number of each, with one added so that 0 means none. */
  readonly places: Float64Array;
}

export class Overlaps {
  private readonly kept: [Kept | null, Kept | null] = [null, null];

  /** Takes the bytes of a segment. @returns null, or the bytes that were told first where one of them differs */
  told(dir: 0 | 1, sequence: number, bytes: Uint8Array): Uint8Array | null {
    const kept = (this.kept[dir] ??= { bytes: new Uint8Array(KEPT), places: new Float64Array(KEPT) });
    let first: Uint8Array | null = null;
    for (let i = 0; i < bytes.length; i++) {
      const place = (sequence + i) >>> 0;
      const at = place & (KEPT - 1);
      if (kept.places[at] !== place + 1) {
        kept.places[at] = place + 1;
        kept.bytes[at] = bytes[i]!;
      } else if (kept.bytes[at] !== bytes[i]) {
        first ??= bytes.slice();
        first[i] = kept.bytes[at]!;
      }
    }
    return first;
  }
}
