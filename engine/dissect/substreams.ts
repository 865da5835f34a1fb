// One stream out of the many of a connection of HTTP/2 or QUIC, from the parts that its packets hold.
import type { PacketRow } from '../../contract/index.ts';
import { undoCodings } from './bodies.ts';
import type { StreamPart } from './work-parts.ts';

/** One piece of a stream. `direction` is 0 from the flow's initiator, 1 from the other end. */
export interface Piece {
  readonly row: PacketRow;
  readonly direction: number;
  readonly data: Uint8Array;
}

export interface Followed {
  readonly pieces: readonly Piece[];
  /** Numbers of the streams within the connection, ascending; none where the kind has none. */
  readonly substreams: readonly number[];
  readonly substream: number | null;
  readonly cut: boolean;
  readonly partial: boolean;
  /** Bodies that stand as they were sent. */
  readonly coded: number;
}

type Place = { readonly row: PacketRow; readonly direction: number };

/**
 * @param place of a frame in the capture, null where it is not of it
 * @param wanted null for the first
 */
export function substreamsOf(
  kind: 'http2' | 'quic',
  parts: readonly StreamPart[],
  place: (frame: number) => Place | null,
  wanted: number | null,
  most: number,
): Followed {
  const substreams = [...new Set(parts.map((p) => p.stream))].sort((x, y) => x - y);
  const substream = wanted ?? substreams[0] ?? null;
  const own = parts.filter((p) => p.stream === substream);
  const pieces = new Pieces(most);
  if (kind === 'http2') messages(own, place, pieces);
  else stream(own, place, pieces);
  const { cut, coded } = pieces;
  return { pieces: pieces.inOrder(), substreams, substream, cut, coded, partial: false };
}

class Pieces {
  cut = false;
  coded = 0;
  private left: number;
  private readonly all: { readonly order: number; readonly piece: Piece }[] = [];

  constructor(most: number) {
    this.left = most;
  }

  get room(): number {
    return this.left;
  }

  add(order: number, at: Place, data: Uint8Array): void {
    if (data.length === 0) return;
    if (data.length > this.left) {
      this.cut = true;
      return;
    }
    this.left -= data.length;
    this.all.push({ order, piece: { ...at, data } });
  }

  inOrder(): Piece[] {
    return this.all.sort((x, y) => x.order - y.order).map((p) => p.piece);
  }
}

interface Body {
  readonly coding: string;
  readonly parts: { readonly order: number; readonly at: Place; readonly data: Uint8Array }[];
}

const CODING = /^content-encoding: *([^\r\n]+)/im;

/** Headers, and bodies with their coding undone. A body whose coding cannot be undone stands as it was sent. */
function messages(parts: readonly StreamPart[], place: (frame: number) => Place | null, out: Pieces): void {
  const bodies = new Map<number, Body>();
  const finish = (direction: number): void => {
    const body = bodies.get(direction);
    bodies.delete(direction);
    if (body === undefined || body.parts.length === 0) return;
    const last = body.parts.at(-1)!;
    const undone =
      body.coding === '' ? null : undoCodings(Buffer.concat(body.parts.map((p) => p.data)), body.coding, out.room);
    if (undone !== null) {
      out.add(last.order, last.at, undone);
      return;
    }
    if (body.coding !== '') out.coded++;
    for (const p of body.parts) out.add(p.order, p.at, p.data);
  };
  parts.forEach((part, order) => {
    const at = place(part.frame);
    if (at === null) return;
    if (part.what === 'headers') {
      finish(at.direction);
      out.add(order, at, part.bytes);
      const coding = CODING.exec(Buffer.from(part.bytes).toString('latin1'))?.[1] ?? '';
      bodies.set(at.direction, { coding, parts: [] });
      return;
    }
    const body = bodies.get(at.direction) ?? { coding: '', parts: [] };
    body.parts.push({ order, at, data: part.bytes });
    bodies.set(at.direction, body);
  });
  finish(0);
  finish(1);
}

/** A stream by its offsets (RFC 9000, section 2.2): what comes again is left out, what comes early waits. */
function stream(parts: readonly StreamPart[], place: (frame: number) => Place | null, out: Pieces): void {
  const next = [0, 0];
  let waiting: { readonly part: StreamPart; readonly order: number; readonly at: Place }[] = [];
  const take = (part: StreamPart, order: number, at: Place): boolean => {
    const known = next[at.direction]! - part.offset;
    if (known < 0) return false;
    const fresh = part.bytes.subarray(Math.min(known, part.bytes.length));
    next[at.direction]! += fresh.length;
    out.add(order, at, fresh);
    return true;
  };
  parts.forEach((part, order) => {
    const at = place(part.frame);
    if (at === null) return;
    if (!take(part, order, at)) {
      waiting.push({ part, order, at });
      return;
    }
    for (let found = true; found;) {
      found = false;
      // They are shown where the missing bytes came, in their order.
      waiting.sort((x, y) => x.part.offset - y.part.offset);
      waiting = waiting.filter((w) => {
        const taken = take(w.part, order, w.at);
        found ||= taken;
        return !taken;
      });
    }
  });
  // What is missing before them is not in the capture.
  for (const w of waiting) {
    next[w.at.direction] = Math.max(next[w.at.direction]!, w.part.offset);
    take(w.part, parts.length, w.at);
  }
}
