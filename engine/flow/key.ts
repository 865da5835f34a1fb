// The flow key: addresses and ports in canonical order, protocol, tunnel; eleven words and their hash.
import { IPPROTO_TCP } from '../decode/index.ts';

/** Bits of the kind's word: the tunnel's id is that of packets from the low, or the high address. */
export const TUNNEL_LOW = 0x800;
export const TUNNEL_HIGH = 0x1000;
const TUNNEL = TUNNEL_LOW | TUNNEL_HIGH;
/** Words of a key. */
export const KEY_WORDS = 11;

export class FlowKey {
  /** low address (4), high address (4), ports, tunnel, kind. */
  readonly words = new Uint32Array(KEY_WORDS);
  hash = 0;
  /** Hash of all but the tunnel's id and direction. */
  base = 0;
  /** The packet's source is the low side. */
  sourceLow = true;

  /** Sets the tunnel's id, and whether it is the id of packets from the low address. */
  tunnelled(id: number, low: boolean): void {
    const w = this.words;
    w[9] = id;
    w[10] = (w[10]! & ~TUNNEL) | (low ? TUNNEL_LOW : TUNNEL_HIGH);
    this.finish();
  }

  get inTunnel(): boolean {
    return (this.words[10]! & TUNNEL) !== 0;
  }

  get tunnelLow(): boolean {
    return (this.words[10]! & TUNNEL_LOW) !== 0;
  }

  get tcp(): boolean {
    return (this.words[10]! & 0x100ff) === (0x10000 | IPPROTO_TCP);
  }

  /**
   * Whether an open flow has this key but for the tunnel's id and direction.
   * @param at where its state's words begin
   */
  sameBut(u: Uint32Array, at: number): boolean {
    const w = this.words;
    for (let i = 0; i < 9; i++) {
      if (u[at + i] !== w[i]) return false;
    }
    return ((u[at + 10]! ^ w[10]!) & ~TUNNEL) === 0;
  }

  protected finish(): void {
    let hash = mix(mix(this.base, this.words[9]!), this.words[10]!);
    hash ^= hash >>> 16;
    this.hash = Math.imul(hash, 0x85ebca6b) >>> 0;
  }
}

/** One step of a key's hash. */
export function mix(hash: number, word: number): number {
  return Math.imul(hash ^ word, 0x9e3779b1) ^ (hash >>> 15);
}
