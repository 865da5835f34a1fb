// The part of a flow's vector that its state tells: groups A to F, which stand first in it. What they mean, and from
// which packets they come, is said in engine/features.
import { lengthFeatures, shapeFeatures, timeFeatures } from './features-shape';
import { byteFeatures, sequenceFeatures, transportFeatures } from './features-transport';
import { STATE_FEATURES } from './generated/layout';

/** Writes STATE_FEATURES values of 4 bytes. What no group writes is NaN: missing. */
export function fillState(slot: i32, at: usize): void {
  const end = at + (STATE_FEATURES << 2);
  for (let to = at; to < end; to += 4) store<f32>(to, NaN);
  shapeFeatures(slot, at);
  lengthFeatures(slot, at);
  timeFeatures(slot, at);
  transportFeatures(slot, at);
  byteFeatures(slot, at);
  sequenceFeatures(slot, at);
}
