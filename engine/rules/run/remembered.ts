// What rules remember beyond one packet: bits of hosts and pairs, thresholds. Bounded; the oldest is forgotten.
import type { Signature, Threshold } from '../signature.ts';

const MAX_REMEMBERED = 200_000;

/** A map that forgets what was put in first. */
class Bounded<V> {
  private readonly map = new Map<string, V>();

  get(key: string): V | undefined {
    return this.map.get(key);
  }

  set(key: string, value: V): void {
    this.map.set(key, value);
    if (this.map.size <= MAX_REMEMBERED) return;
    const [oldest] = this.map.keys();
    if (oldest !== undefined) this.map.delete(oldest);
  }

  delete(key: string): void {
    this.map.delete(key);
  }
}

/** Bits of addresses and pairs of them, each until a time. */
export class HostBits {
  private readonly until = new Bounded<number>();

  has(key: string, seconds: number): boolean {
    const end = this.until.get(key);
    return end !== undefined && seconds <= end;
  }

  set(key: string, end: number): void {
    this.until.set(key, end);
  }

  unset(key: string): void {
    this.until.delete(key);
  }
}

/** Ports that one counter tells apart: there are no more. */
const MAX_UNIQUE = 65_536;

interface Counted {
  begun: number;
  count: number;
  /** Matches at which the next alert is told, for `backoff`. */
  next: number;
  /** Ports that were counted, for `unique_on`. */
  seen: Set<number> | null;
}

/** Whether a match is told, by how many there were (Suricata: thresholding). */
export class Thresholds {
  private readonly counted = new Bounded<Counted>();

  /** @param key of whom it is counted @param unique what tells matches apart @returns whether the match is told */
  tells(rule: Signature, t: Threshold, key: string, seconds: number, unique = 0): boolean {
    const full = `${rule.gid}:${rule.sid}:${key}`;
    let c = this.counted.get(full);
    const over = c !== undefined && t.type !== 'backoff' && seconds - c.begun > t.seconds;
    if (c === undefined || (over && t.type !== 'detection_filter')) {
      c = { begun: seconds, count: 0, next: t.count, seen: null };
      this.counted.set(full, c);
    } else if (over) {
      c.begun = seconds;
      c.count = 0;
      c.seen = null;
    }
    if (t.unique !== null) {
      c.seen ??= new Set();
      if (c.seen.size < MAX_UNIQUE) c.seen.add(unique);
      return c.seen.size > t.count;
    }
    c.count++;
    switch (t.type) {
      case 'limit':
        return c.count <= t.count;
      case 'threshold':
        if (c.count < t.count) return false;
        c.count = 0;
        c.begun = seconds;
        return true;
      case 'both':
        return c.count === t.count;
      case 'detection_filter':
        return c.count > t.count;
      case 'backoff':
        if (c.count < c.next) return false;
        c.next *= t.multiplier;
        return true;
    }
  }
}
