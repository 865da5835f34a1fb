// The part of the schema that comes from a flow's state. It stands first in the vector; `scripts/kernel-layout.ts` tells
// the kernel, which writes the values, where each feature stands.
import type { StateGroup } from './context.ts';
import type { Feature } from './rows.ts';
import { lengths, shape, times } from './shape.ts';
import { byteGroup, sequence, transport } from './transport.ts';

export const STATE_GROUPS: readonly StateGroup[] = [shape, lengths, times, transport, byteGroup, sequence];
/** By their place in the vector. */
export const STATE_FEATURES: readonly Feature[] = STATE_GROUPS.flatMap((g) => g.features);
