// Which pattern of a rule is waited for: without it the rule cannot match.
import type { ContentStep, Signature, Step } from '../signature.ts';

export interface FastPlace {
  /** Null: the bytes of packets and streams. */
  readonly buffer: string | null;
  readonly bytes: Uint8Array;
}

/** @returns the pattern that must be there, null where a rule has none that must */
export function fastPlace(rule: Signature): FastPlace | null {
  const found: { place: FastPlace; rank: number }[] = [];
  const look = (buffer: string | null, steps: readonly Step[], rank: number): void => {
    for (const s of steps) {
      if (s.step !== 'content' || s.negated) continue;
      found.push({ place: { buffer, bytes: partOf(s) }, rank: rankOf(s, rank) });
    }
  };
  look(null, rule.payload, 0);
  for (const test of rule.buffers) {
    // A transform changes bytes; what may be absent must not be there.
    if (test.transforms.length === 0 && test.absent === 'no') look(test.buffer, test.steps, 1);
  }
  let best: { place: FastPlace; rank: number } | null = null;
  for (const f of found) if (best === null || f.rank > best.rank) best = f;
  return best?.place ?? null;
}

function partOf(s: ContentStep): Uint8Array {
  const f = s.fastPattern;
  return typeof f === 'object' ? s.bytes.subarray(f.offset, f.offset + f.length) : s.bytes;
}

/** What the author chose, then what is longest; of the same length what a buffer holds. */
function rankOf(s: ContentStep, buffered: number): number {
  const chosen = s.fastPattern === 'unsaid' ? 0 : 1_000_000;
  return chosen + Math.min(s.bytes.length, 10_000) * 2 + buffered;
}
