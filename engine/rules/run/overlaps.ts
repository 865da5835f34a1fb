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

  /** Takes the bytes of a segment. @returns whether one of them differs from what was told of its place first */
  differs(dir: 0 | 1, sequence: number, bytes: Uint8Array): boolean {
    const kept = (this.kept[dir] ??= { bytes: new Uint8Array(KEPT), places: new Float64Array(KEPT) });
    let found = false;
    for (let i = 0; i < bytes.length; i++) {
      const place = (sequence + i) >>> 0;
      const at = place & (KEPT - 1);
      if (kept.places[at] === place + 1) {
        if (kept.bytes[at] !== bytes[i]) found = true;
        continue;
      }
      kept.places[at] = place + 1;
      kept.bytes[at] = bytes[i]!;
    }
    return found;
  }
}
