// What is being written down of one flow: an `Observed` with the bounds that belong to it.
import { type Pattern } from './patterns.ts';
import { MAX_CALLS, MAX_NAMES, MAX_SIGHTS, nothingObserved, type Observed, type Sight, type SmbName } from './types.ts';

const MAX_SIGHT_TEXT = 120;

export class Notes {
  readonly observed: Observed = nothingObserved();
  private readonly known = new Set<string>();

  /** Keeps the first sight of a pattern in a direction. */
  sight(pattern: string, packet: number, dir: number, text: string): void {
    const { sights } = this.observed;
    if (sights.length >= MAX_SIGHTS || !this.fresh(`s${dir}${pattern}`)) return;
    const seen: Sight = { pattern, packet, dir, text: text.slice(0, MAX_SIGHT_TEXT) };
    sights.push(seen);
  }

  /** Looks for a pattern in text whose bytes came in one packet. */
  search(p: Pattern, text: string, packet: number, dir: number): void {
    const found = p.pattern.exec(text);
    if (found !== null) this.sight(p.name, packet, dir, found[0]);
  }

  /** Keeps a call once, with how often it was made, so that many of one kind do not push others over the bound. */
  call(packet: number, uuid: string, operation: number): void {
    const { rpc } = this.observed;
    const known = rpc.find((c) => c.operation === operation && c.uuid === uuid);
    if (known !== undefined) known.times++;
    else if (rpc.length < MAX_CALLS) rpc.push({ packet, uuid, operation, times: 1 });
  }

  name(name: SmbName): void {
    const { smb } = this.observed;
    if (name.name !== '' && smb.length < MAX_NAMES && this.fresh(`n${name.what}/${name.name}`)) smb.push(name);
  }

  private fresh(key: string): boolean {
    if (this.known.has(key)) return false;
    this.known.add(key);
    return true;
  }
}

/** @returns bytes as Latin-1, as far as they are there */
export function latin1(b: Uint8Array, at: number, end: number): string {
  const from = Math.min(at, b.length);
  return Buffer.from(b.buffer, b.byteOffset + from, Math.max(0, Math.min(end, b.length) - from)).toString('latin1');
}

/** @returns the first `most` bytes of both together */
export function joined(a: Uint8Array, b: Uint8Array, at: number, end: number, most: number): Uint8Array {
  const take = Math.min(end - at, most - a.length);
  if (take <= 0) return a;
  const both = new Uint8Array(a.length + take);
  both.set(a);
  both.set(b.subarray(at, at + take), a.length);
  return both;
}
