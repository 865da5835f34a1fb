// The course of a flow as Zeek's conn.log tells it, whatever its transport.
import type { Layers } from '../../decode/index.ts';

export interface CourseOf {
  readonly history: string;
  /** Zeek's `conn_state`. */
  readonly state: string;
  /** Whether both sides are done: what follows does not make the flow longer. */
  readonly over: boolean;
  /** @param dir 0 from whoever began */
  packet(dir: 0 | 1, layers: Layers): void;
  gap(dir: 0 | 1): void;
  /** A checksum that does not fit. */
  damaged(dir: 0 | 1): void;
  /** Payload bytes that a side sent. */
  bytes(dir: 0 | 1): number;
}

/** Of UDP, ICMP and all others: whoever spoke is active, and one letter says so. */
export class PlainCourse implements CourseOf {
  readonly over = false;
  private readonly counted: [number, number] = [0, 0];
  private readonly active: [boolean, boolean] = [false, false];
  private readonly broken: [number, number] = [0, 0];
  private readonly next: [number, number] = [1, 1];
  private told: string;
  private readonly isUdp: boolean;

  /** @param flipped the side that answers was heard first */
  constructor(isUdp: boolean, flipped: boolean) {
    this.isUdp = isUdp;
    this.told = isUdp && flipped ? '^' : '';
  }

  get history(): string {
    return this.told;
  }

  get state(): string {
    if (!this.isUdp) return 'OTH';
    if (this.active[0]) return this.active[1] ? 'SF' : 'S0';
    return this.active[1] ? 'SHR' : 'OTH';
  }

  packet(dir: 0 | 1, l: Layers): void {
    this.counted[dir] += Math.max(l.payloadWire, 0);
    if (this.active[dir]) return;
    this.active[dir] = true;
    if (this.isUdp) this.told += dir === 0 ? 'D' : 'd';
  }

  gap(): void {
    // Datagrams have no order in which one could be missing.
  }

  damaged(dir: 0 | 1): void {
    if (!this.isUdp || ++this.broken[dir] !== this.next[dir]) return;
    this.next[dir] *= 10;
    this.told += dir === 0 ? 'C' : 'c';
  }

  bytes(dir: 0 | 1): number {
    return this.counted[dir];
  }
}
