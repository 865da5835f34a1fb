// Which packets a feature can come from.
import type { HelloPart } from '../protocols/index.ts';

/** 0 from the initiator, 1 from the responder, 2 both. */
export type Direction = 0 | 1 | 2;
export type HeaderField = 'flags' | 'window' | 'options' | 'hop-limit' | 'ports' | 'addresses';

/**
 * Which packets of its flow a feature comes from. 'count' and 'extreme' name a place in the flow's running state:
 * evidence are the packets at which it changed, or the last of them (with the packet before it, where the value lies
 * between two).
 */
export type Evidence =
  | { readonly by: 'packets'; readonly dir: Direction; readonly payload?: boolean; readonly field?: HeaderField }
  | { readonly by: 'count'; readonly in: 'u' | 'd'; readonly at: number; readonly field?: HeaderField }
  | {
      readonly by: 'extreme';
      readonly in: 'u' | 'd';
      readonly at: number;
      readonly pair?: boolean;
      readonly field?: HeaderField;
    }
  | { readonly by: 'ends' }
  /** Places in the Float64 part that hold two times. */
  | { readonly by: 'turn'; readonly from: number; readonly to: number }
  | { readonly by: 'first-bytes'; readonly dir: 0 | 1; readonly limit: number }
  | { readonly by: 'sequence'; readonly index: number; readonly pair?: boolean }
  | { readonly by: 'hello'; readonly server: boolean; readonly part: HelloPart }
  | { readonly by: 'certificate' }
  | { readonly by: 'alerts' }
  | { readonly by: 'message'; readonly of: 'dns' | 'http' | 'ssh' | 'quic'; readonly dir: Direction }
  | { readonly by: 'resolution' }
  | { readonly by: 'other-flows'; readonly same: 'source' | 'pair' | 'responder' | 'ja4'; readonly seconds: number };

/** Packets of a direction, all or those with payload. */
export function packetsOf(dir: Direction, field?: HeaderField): Evidence {
  return { by: 'packets', dir, ...(field ? { field } : {}) };
}
export function payloadsOf(dir: Direction): Evidence {
  return { by: 'packets', dir, payload: true };
}
/** Packets at which a counter in the Uint32 part of the state rises. */
export function counted(at: number, field?: HeaderField): Evidence {
  return { by: 'count', in: 'u', at, ...(field ? { field } : {}) };
}
/** The packet at which a number in the Float64 part of the state got its last value. */
export function extreme(at: number, pair = false): Evidence {
  return { by: 'extreme', in: 'd', at, pair };
}
