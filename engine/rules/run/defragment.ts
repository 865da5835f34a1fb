// IP datagrams put together from their fragments (RFC 791, RFC 8200), as rules look at them. Of fragments that tell the
// same place the one that begins first is believed, as BSD does and Suricata by default.
import { IPPROTO_FRAGMENT, NET_IP4, u16 } from '../../decode/index.ts';
import { extensions } from './extension-headers.ts';
import type { RulePacket } from './packet.ts';

/** Datagrams that wait for the rest, pieces of one, and seconds that they wait. */
const MAX_WAITING = 4_096;
const MAX_PIECES = 1_024;
const MAX_SECONDS = 60;
const MAX_DATAGRAM = 65_535;

interface Piece {
  readonly from: number;
  readonly bytes: Uint8Array;
}

interface Waiting {
  readonly begun: number;
  pieces: Piece[];
  /** Headers of the fragment that begins, up to what is fragmented. */
  head: Uint8Array | null;
  /** Bytes of the whole, known once its last fragment came; else -1. */
  end: number;
}

/** What a fragment says of itself. */
interface Fragment {
  readonly key: string;
  readonly from: number;
  readonly more: boolean;
  readonly at: number;
  readonly to: number;
}

export class Defragmenter {
  private readonly waiting = new Map<string, Waiting>();

  /**
   * Takes a fragment; notes what is wrong with it in the packet's events.
   * @returns the whole datagram from its IP header on, null while a part of it is missing
   */
  take(p: RulePacket): Uint8Array | null {
    const v4 = p.layers.net === NET_IP4;
    const f = v4 ? fragment4(p) : fragment6(p);
    if (f === null) return null;
    const kind = v4 ? 'decoder.ipv4' : 'decoder.ipv6';
    const length = f.to - f.at;
    if (f.from + length > MAX_DATAGRAM) {
      p.events.add(`${kind}.frag_pkt_too_large`);
      return null;
    }
    if (f.more && length % 8 !== 0) {
      if (!v4) p.events.add(`${kind}.frag_invalid_length`);
      return null;
    }
    const w = this.of(f.key, p.seconds);
    if (w.pieces.length >= MAX_PIECES) return null;
    if (add(w, f.from, p.bytes.slice(f.at, f.to))) p.events.add(`${kind}.frag_overlap`);
    if (!f.more) w.end = f.from + length;
    if (f.from === 0) w.head = v4 ? head4(p) : head6(p);
    const whole = wholeOf(w);
    if (whole === null) return null;
    this.waiting.delete(f.key);
    return joined(w.head!, whole, v4);
  }

  private of(key: string, seconds: number): Waiting {
    const known = this.waiting.get(key);
    if (known !== undefined && seconds - known.begun <= MAX_SECONDS) return known;
    this.waiting.delete(key);
    const w: Waiting = { begun: seconds, pieces: [], head: null, end: -1 };
    this.waiting.set(key, w);
    if (this.waiting.size > MAX_WAITING) {
      const [oldest] = this.waiting.keys();
      this.waiting.delete(oldest!);
    }
    return w;
  }
}

function keyOf(p: RulePacket, id: number): string {
  const { layers: l } = p;
  return `${l.net} ${p.source} ${p.destination} ${id} ${l.ipProtocol} ${p.vlans.join('.')}`;
}

function fragment4(p: RulePacket): Fragment | null {
  const { bytes: b, ipAt } = p;
  const field = u16(b, ipAt + 6);
  const at = ipAt + (b[ipAt]! & 15) * 4;
  const to = Math.min(p.end, ipAt + u16(b, ipAt + 2));
  if (to <= at) return null;
  return { key: keyOf(p, u16(b, ipAt + 4)), from: (field & 0x1fff) * 8, more: (field & 0x2000) !== 0, at, to };
}

function fragment6(p: RulePacket): Fragment | null {
  const { bytes: b, ipAt } = p;
  const header = extensions(b, ipAt, p.end).find((h) => h.kind === IPPROTO_FRAGMENT);
  if (header === undefined) return null;
  const field = u16(b, header.at + 2);
  const to = Math.min(p.end, ipAt + 40 + u16(b, ipAt + 4));
  if (to <= header.at + 8) return null;
  // The protocol behind the header may differ from fragment to fragment, so it is no part of the key.
  const id = u16(b, header.at + 4) * 65_536 + u16(b, header.at + 6);
  const key = `6 ${p.source} ${p.destination} ${id} ${p.vlans.join('.')}`;
  return { key, from: field & 0xfff8, more: (field & 1) !== 0, at: header.at + 8, to };
}

function head4(p: RulePacket): Uint8Array {
  const head = p.bytes.slice(p.ipAt, p.ipAt + (p.bytes[p.ipAt]! & 15) * 4);
  head[6] = head[7] = 0;
  return head;
}

/** Headers before the fragment header, which is left out. */
function head6(p: RulePacket): Uint8Array {
  const list = extensions(p.bytes, p.ipAt, p.end);
  const i = list.findIndex((h) => h.kind === IPPROTO_FRAGMENT);
  const head = p.bytes.slice(p.ipAt, list[i]!.at);
  head[list[i]!.namedAt - p.ipAt] = p.bytes[list[i]!.at]!;
  return head;
}

/** @returns whether it told places that were told before */
function add(w: Waiting, from: number, bytes: Uint8Array): boolean {
  let [start, data, overlap] = [from, bytes, false];
  const kept: Piece[] = [];
  for (const old of w.pieces) {
    const oldEnd = old.from + old.bytes.length;
    const end = start + data.length;
    if (oldEnd <= start || old.from >= end) {
      kept.push(old);
      continue;
    }
    overlap = true;
    if (old.from <= start) {
      const known = Math.min(oldEnd - start, data.length);
      data = data.subarray(known);
      start += known;
      kept.push(old);
    } else if (oldEnd > end) kept.push({ from: end, bytes: old.bytes.subarray(end - old.from) });
  }
  if (data.length > 0) kept.push({ from: start, bytes: data });
  w.pieces = kept.sort((a, b) => a.from - b.from);
  return overlap;
}

function wholeOf(w: Waiting): Uint8Array | null {
  if (w.end < 0 || w.head === null) return null;
  let next = 0;
  for (const { from, bytes } of w.pieces) {
    if (from > next) return null;
    next = Math.max(next, from + bytes.length);
  }
  if (next < w.end) return null;
  const out = new Uint8Array(w.end);
  for (const { from, bytes } of w.pieces) if (from < w.end) out.set(bytes.subarray(0, w.end - from), from);
  return out;
}

function joined(head: Uint8Array, body: Uint8Array, v4: boolean): Uint8Array | null {
  const out = new Uint8Array(head.length + body.length);
  out.set(head);
  out.set(body, head.length);
  const length = v4 ? out.length : out.length - 40;
  if (length > MAX_DATAGRAM) return null;
  const at = v4 ? 2 : 4;
  out[at] = length >> 8;
  out[at + 1] = length & 255;
  return out;
}
