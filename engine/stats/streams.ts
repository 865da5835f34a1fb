// Which TCP stream a segment belongs to, as Wireshark numbers them (packet-tcp.c, dissect_tcp): by ends and ports, and a
// SYN whose sequence number is another than the one that the stream began with opens a stream of its own.
import { TCP_ACK, TCP_SYN } from '../decode/index.ts';

const KNOWN_A = 1;
const KNOWN_B = 2;

/** By row of the pairs of TCP: the first sequence numbers of both ends, where they are known. */
export class StreamStates {
  private baseA = new Uint32Array(1024);
  private baseB = new Uint32Array(1024);
  private known = new Uint8Array(1024);

  /** Whether a segment opens a stream although its ends have one. @param pair their newest stream */
  opens(pair: number, forward: boolean, sequence: number, flags: number): boolean {
    if ((flags & (TCP_SYN | TCP_ACK)) !== TCP_SYN) return false;
    const known = (this.known[pair]! & (forward ? KNOWN_A : KNOWN_B)) !== 0;
    return known && (forward ? this.baseA : this.baseB)[pair] !== sequence;
  }

  /** Notes where an end's numbers begin; a segment within a stream stands one byte behind its SYN. */
  note(pair: number, forward: boolean, sequence: number, acknowledged: number, flags: number): void {
    if (pair >= this.known.length) this.grow(pair);
    const [own, other] = forward ? [KNOWN_A, KNOWN_B] : [KNOWN_B, KNOWN_A];
    const known = this.known[pair]!;
    if ((known & own) === 0)
      (forward ? this.baseA : this.baseB)[pair] = (flags & TCP_SYN) !== 0 ? sequence : sequence - 1;
    if ((known & other) === 0 && (flags & TCP_ACK) !== 0) {
      (forward ? this.baseB : this.baseA)[pair] = acknowledged - 1;
      this.known[pair] = known | own | other;
    } else {
      this.known[pair] = known | own;
    }
  }

  private grow(pair: number): void {
    const size = Math.max(pair + 1, this.known.length * 2);
    const [a, b, known] = [this.baseA, this.baseB, this.known];
    this.baseA = new Uint32Array(size);
    this.baseB = new Uint32Array(size);
    this.known = new Uint8Array(size);
    this.baseA.set(a);
    this.baseB.set(b);
    this.known.set(known);
  }
}
