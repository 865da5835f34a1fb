// Radiotap (radiotap.org, 'Fields' and 'Presence bitmaps'): how a frame's capture describes it. Only what changes where
// the frame's parts lie is of interest here; to find it, every field before it must be stepped over by its alignment
// and size.
import { u16le } from '../read/index.ts';

export const TAP_CUT = -1;
export const TAP_FCS = 0x10;
export const TAP_PADDED = 0x20;
/** No frame follows: only its preamble was heard (field 26). */
export const TAP_NO_FRAME = 0x100;

/** Alignment and size of the fields 0 to 27, and of the first bits of a further word of radiotap's own namespace. */
const ALIGN = [8, 1, 1, 2, 2, 1, 1, 2, 2, 2, 1, 1, 1, 1, 2, 2, 1, 1, 4, 1, 4, 2, 8, 2, 2, 2, 1, 2];
const SIZE = [8, 1, 1, 4, 2, 1, 1, 2, 2, 2, 1, 1, 1, 1, 2, 2, 1, 1, 8, 3, 8, 12, 12, 12, 12, 6, 1, 4];
const FLAGS = 1;
const NO_PSDU = 26;
const RADIOTAP_NAMESPACE = 29;
const VENDOR_NAMESPACE = 30;
const EXTENDED = 31;

/**
 * Reads the header at `at`, whose length field was checked to lie within the buffer.
 * @param length of the header @returns TAP_CUT for presence words that run over the header, else bits TAP_*
 */
export function radiotapFlags(b: Uint8Array, at: number, length: number): number {
  const end = at + length;
  let words = 1;
  while (b[at + 4 * words + 3]! & 0x80) {
    words++;
    if (4 + words * 4 > length) return TAP_CUT;
  }
  let p = at + 4 + words * 4;
  let found = 0;
  let ours = true;
  // Fields of a word go on counting where the word before stopped, unless that one names a namespace for what comes
  // next.
  let base = 0;
  for (let w = 0; w < words; w++) {
    const wordAt = at + 4 + w * 4;
    let nextOurs: boolean = ours;
    let named = false;
    for (let bit = 0; bit < EXTENDED; bit++) {
      if ((b[wordAt + (bit >> 3)]! & (1 << (bit & 7))) === 0) continue;
      if (bit === RADIOTAP_NAMESPACE) {
        named = true;
        nextOurs = true;
      } else if (bit === VENDOR_NAMESPACE) {
        // Its fields are not known: the header of the namespace says how many bytes they take together.
        p = at + ((p - at + 1) & ~1);
        if (p + 6 > end) return found;
        p += 6 + u16le(b, p + 4);
        named = true;
        nextOurs = false;
      } else if (ours) {
        const field = base + bit;
        if (field >= SIZE.length) return found;
        p = at + ((p - at + ALIGN[field]! - 1) & -ALIGN[field]!);
        if (p + SIZE[field]! > end) return found;
        // Flags that come again, in a further namespace: the check sequence is as the last ones say, padding as any (as
        // Wireshark).
        if (field === FLAGS) found = (found & ~TAP_FCS) | (b[p]! & (TAP_FCS | TAP_PADDED));
        else if (field === NO_PSDU) found |= TAP_NO_FRAME;
        p += SIZE[field]!;
      }
    }
    base = named ? 0 : base + 32;
    ours = nextOurs;
  }
  return found;
}
