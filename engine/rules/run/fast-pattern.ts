// Which pattern of a rule is waited for: without it the rule cannot match.
import type { BufferTest, ContentStep, Signature, Step } from '../signature.ts';
import type { Transform } from '../transforms.ts';

/** Buffers in which most transactions have the same few values. */
const PLAIN: ReadonlySet<string> = new Set([
  'http.method',
  'http.protocol',
  'http.user_agent',
  'http.header_names',
  'http.stat_code',
  'http.stat_msg',
  'http.content_type',
  'http.accept',
  'http.accept_enc',
  'http.accept_lang',
  'http.connection',
]);

export interface FastPlace {
  /** Null: the bytes of packets and streams. */
  readonly buffer: string | null;
  /** What is done to the buffer before. */
  readonly transforms: readonly Transform[];
  readonly bytes: Uint8Array;
  /** The pattern ends before this place or is not there; Infinity without a bound. */
  readonly until: number;
}

/** Bytes at the beginning of a payload, in which patterns that must stand there are looked for. */
export const START = 128;
/** What stands at the beginning is cheap to look for: worth as many bytes more. */
const PLACED = 3;

/** @returns the pattern that must be there, null where a rule has none that must */
export function fastPlace(rule: Signature): FastPlace | null {
  let best: { readonly place: FastPlace; readonly rank: number } | null = null;
  const look = (
    buffer: string | null,
    transforms: readonly Transform[],
    steps: readonly Step[],
    of: -1 | 0 | 1,
  ): void => {
    for (const s of steps) {
      if (s.step !== 'content' || s.negated) continue;
      const ranked = rankOf(s, of);
      if (best !== null && ranked <= best.rank) continue;
      best = { place: { buffer, transforms, bytes: partOf(s), until: untilOf(s) }, rank: ranked };
    }
  };
  look(null, [], rule.payload, 0);
  for (const test of rule.buffers) {
    // What may be absent must not be there.
    if (test.absent === 'no' && hasText(test))
      look(test.buffer, test.transforms, test.steps, PLAIN.has(test.buffer) ? -1 : 1);
  }
  return (best as { readonly place: FastPlace } | null)?.place ?? null;
}

/** What is done to a buffer can be said, so that buffers with the same said of them are made once. */
function hasText({ transforms }: BufferTest): boolean {
  return transforms.every((t) => t.do !== 'pcrexform');
}

/** @returns the same text for the same transforms */
export function transformText(transforms: readonly Transform[]): string {
  return transforms.length === 0 ? '' : JSON.stringify(transforms);
}

function partOf(s: ContentStep): Uint8Array {
  const f = s.fastPattern;
  return typeof f === 'object' ? s.bytes.subarray(f.offset, f.offset + f.length) : s.bytes;
}

/** Numbers alone bound a place; what stands relative to something else may stand anywhere. */
function untilOf(s: ContentStep): number {
  if (s.distance !== null || s.within !== null) return Infinity;
  const offset = s.offset ?? 0;
  if (typeof offset !== 'number') return Infinity;
  if (s.startsWith) return offset + s.bytes.length;
  return typeof s.depth === 'number' ? offset + s.depth : Infinity;
}

/**
 * What the author chose, then what is longest; of the same length what a buffer holds.
 * @param of 1 for a buffer, 0 for payloads, -1 for a buffer whose values say little: what has half as many bytes elsewhere
 * is waited for instead
 */
function rankOf(s: ContentStep, of: -1 | 0 | 1): number {
  const chosen = s.fastPattern === 'unsaid' ? 0 : 1_000_000;
  const length = Math.min(s.bytes.length, 10_000) + (of === 0 && untilOf(s) <= START ? PLACED : 0);
  return chosen + (of < 0 ? length : length * 2 + of);
}
