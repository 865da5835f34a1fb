// Where the contents of a rule lie in the bytes of a packet: what a person is shown of a match.
import { findBytes } from './find-bytes.ts';
import type { Signature, Step } from './signature.ts';

export interface ContentPlace {
  readonly offset: number;
  readonly length: number;
}

/** Bytes beyond which contents are not looked for. */
const MAX_PACKET = 262_144;

/**
 * Places of contents that must be there, in the order of the rule: the first of each in the packet's own bytes. What
 * lies in a stream's other packets, in a body that was inflated or under a transform is not there.
 * @param bytes of the whole packet
 */
export function contentPlaces(rule: Signature, bytes: Uint8Array): readonly ContentPlace[] {
  const within = bytes.subarray(0, MAX_PACKET);
  const steps: readonly Step[] = [...rule.payload, ...rule.buffers.flatMap((b) => b.steps)];
  const places: ContentPlace[] = [];
  for (const step of steps) {
    if (step.step !== 'content' || step.negated) continue;
    const offset = findBytes(within, step.bytes, 0, within.length, step.nocase);
    if (offset >= 0) places.push({ offset, length: step.bytes.length });
  }
  return places;
}
