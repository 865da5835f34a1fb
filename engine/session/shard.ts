// Which thread a packet's flow belongs to: by the unordered pair of addresses, so that both directions, fragments and new connections meet.
import { NET_IP4, type Layers } from '../decode/index.ts';

export interface Shard {
  readonly index: number;
  readonly count: number;
}

export function shardOf(l: Layers, b: Uint8Array, count: number): number {
  let mixed = 0;
  const words = l.net === NET_IP4 ? 1 : 4;
  for (let w = 0; w < words; w++) {
    const s = l.sourceAt + w * 4;
    const d = l.destinationAt + w * 4;
    mixed ^= ((b[s]! ^ b[d]!) << 24) | ((b[s + 1]! ^ b[d + 1]!) << 16) | ((b[s + 2]! ^ b[d + 2]!) << 8) | (b[s + 3]! ^ b[d + 3]!);
  }
  mixed = Math.imul(mixed, 0x9e3779b1);
  return ((mixed ^ (mixed >>> 15)) >>> 0) % count;
}
