// Connection ids of QUIC connections that were seen to begin: they go with a connection when its addresses change (RFC
// 9000, 9).
import { latin1 } from '../decode/index.ts';

/** Ids that are remembered, of all connections; the oldest is forgotten first. */
const MAX_IDS = 16_384;
/** Shorter ids match by chance: with four octets, one packet in 260,000 of another protocol would be taken for one. */
const MIN_ID = 4;
const MAX_ID = 20;
const MIXTURES = 65_536;

export class QuicIds {
  /** By Latin-1 text. */
  private readonly known = new Set<string>();
  /** How many ids are known that begin with octets of each mixture: of most datagrams none. */
  private readonly begun = new Uint16Array(MIXTURES);
  /** How many ids of each length are known. */
  private readonly lengths = new Uint32Array(MAX_ID + 1);

  get size(): number {
    return this.known.size;
  }

  /** One end chose an id for itself; packets to that end carry it. @param size bytes of the id, 0 to 20 */
  learn(b: Uint8Array, at: number, size: number): void {
    if (size < MIN_ID || size > MAX_ID) return;
    const id = text(b, at, size);
    if (this.known.has(id)) return;
    if (this.known.size >= MAX_IDS) {
      const oldest = this.known.values().next().value!;
      this.known.delete(oldest);
      this.lengths[oldest.length]!--;
      this.begun[mixtureOf(Buffer.from(oldest, 'latin1'), 0)]!--;
    }
    this.known.add(id);
    this.lengths[size]!++;
    this.begun[mixtureOf(b, at)]!++;
  }

  /** Whether a datagram begins with a short header (RFC 9000, 17.3) to a known id. */
  bears(b: Uint8Array, at: number, end: number): boolean {
    // The fixed bit may be greased (RFC 9287) and is not asked.
    if (this.known.size === 0 || end - at < 1 + MIN_ID + 16 || b[at]! & 0x80) return false;
    if (this.begun[mixtureOf(b, at + 1)] === 0) return false;
    for (let size = MIN_ID; size <= MAX_ID; size++) {
      if (this.lengths[size]! > 0 && end - at > size + 1 && this.known.has(text(b, at + 1, size))) return true;
    }
    return false;
  }
}

/** Of the first octets of an id, as many as any has. */
function mixtureOf(b: Uint8Array, at: number): number {
  return Math.imul((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!, 0x9e3779b1) >>> 16;
}

function text(b: Uint8Array, at: number, size: number): string {
  return latin1(b, at, at + size);
}
