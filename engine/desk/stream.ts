// Follow a stream: the payload of a flow in its order, TCP put together by sequence numbers.
import type { FlowRow, PacketRow, StreamPage } from '../../contract/index.ts';
import { inChunk, IPPROTO_TCP, MARK_REVERSE, PacketDecoder } from '../decode/index.ts';
import type { PacketBytes } from '../read/index.ts';
import type { Analysis } from '../session/index.ts';
import { endText, type TimeSlices } from '../view/index.ts';

const MAX_BYTES = 8 * 1024 * 1024;
const SYN = 2;
const ACK = 16;
/** Segments that arrived early and wait for what is missing before them. */
const MAX_WAITING = 4096;

interface Segment {
  readonly sequence: number;
  readonly data: Uint8Array;
  readonly row: PacketRow;
}

export async function followStream(
  a: Analysis,
  bytes: PacketBytes,
  flow: FlowRow,
  turns: TimeSlices,
): Promise<StreamPage> {
  const c = a.flows.columns;
  const tcp = c.ipProtocol[flow] === IPPROTO_TCP;
  const out = new Pieces();
  const sides = [new Side(0, out), new Side(1, out)] as const;
  const decoder = new PacketDecoder();
  for (let row = c.firstPacketOf(flow); row <= c.lastPacketOf(flow) && out.total < MAX_BYTES; row++) {
    const chunk = a.packets.chunk(row);
    const i = inChunk(row);
    if (chunk.owner[i] !== flow) continue;
    const data = bytes.read(chunk.offset[i]!, chunk.captured[i]!);
    const l = decoder.decode(data, 0, data.length, chunk.link[i]!, chunk.wire[i]!);
    const side = sides[chunk.marks[i]! & MARK_REVERSE ? 1 : 0]!;
    const payload = data.subarray(l.payloadAt, l.payloadAt + l.payloadLength);
    if (!tcp) out.add(side.direction, row, payload, 0);
    else {
      if ((l.tcpFlags & ACK) !== 0) sides[1 - side.direction]!.acknowledged(l.tcpAcknowledgement);
      side.segment({ sequence: l.tcpSequence, data: payload, row }, (l.tcpFlags & SYN) !== 0);
    }
    if (turns.due) await turns.rest();
  }
  for (const side of sides) side.finish();
  const ports = c.hasPorts[flow] === 1;
  return {
    flow,
    client: endText(a.addresses.text(c.initiatorOf(flow)), c.initiatorPort[flow]!, ports),
    server: endText(a.addresses.text(c.responderOf(flow)), c.responderPort[flow]!, ports),
    clientBytes: out.bytes[0]!,
    serverBytes: out.bytes[1]!,
    missing: sides[0].missing + sides[1].missing,
    cut: out.total >= MAX_BYTES,
    ...out.page(),
  };
}

class Pieces {
  total = 0;
  readonly bytes = [0, 0];
  private readonly parts: { direction: number; row: PacketRow; data: Uint8Array; gap: number }[] = [];

  /** @param gap bytes of this side that are missing before them */
  add(direction: number, row: PacketRow, data: Uint8Array, gap: number): void {
    if (data.length === 0 || this.total >= MAX_BYTES) return;
    this.parts.push({ direction, row, data, gap });
    this.bytes[direction]! += data.length;
    this.total += data.length;
  }

  page(): Pick<StreamPage, 'direction' | 'ends' | 'rows' | 'gaps' | 'bytes'> {
    let at = 0;
    return {
      direction: Uint8Array.from(this.parts, (p) => p.direction),
      ends: Uint32Array.from(this.parts, (p) => (at += p.data.length)),
      rows: Uint32Array.from(this.parts, (p) => p.row),
      gaps: Uint32Array.from(this.parts, (p) => p.gap),
      bytes: new Uint8Array(Buffer.concat(this.parts.map((p) => p.data))),
    };
  }
}

class Side {
  missing = 0;
  readonly direction: number;
  /** Missing since the last piece. */
  private gap = 0;
  private next = -1;
  private waiting: Segment[] = [];
  private readonly out: Pieces;

  constructor(direction: number, out: Pieces) {
    this.direction = direction;
    this.out = out;
  }

  segment(s: Segment, syn: boolean): void {
    if (syn) {
      this.next = (s.sequence + 1) >>> 0;
      return;
    }
    if (s.data.length === 0) return;
    if (this.next < 0) this.next = s.sequence;
    if (distance(this.next, s.sequence) > 0) {
      this.waiting.push(s);
      // Nobody waits for ever for what the capture does not have.
      if (this.waiting.length > MAX_WAITING) this.skip();
      return;
    }
    this.take(s);
    this.drain();
  }

  /**
   * The other side has everything before `sequence`: what is missing before a segment that waits is missing in the
   * capture only, and does not come any more.
   */
  acknowledged(sequence: number): void {
    while (this.waiting.length > 0 && distance(this.first().sequence, sequence) > 0) this.skip();
  }

  finish(): void {
    while (this.waiting.length > 0) this.skip();
  }

  /** The segment that waits and comes first. */
  private first(): Segment {
    let first = this.waiting[0]!;
    for (const s of this.waiting) if (distance(s.sequence, first.sequence) > 0) first = s;
    return first;
  }

  /** Goes on behind what is missing. */
  private skip(): void {
    const first = this.first();
    const gap = distance(this.next, first.sequence);
    if (gap > 0) {
      this.missing += gap;
      this.gap += gap;
      this.next = first.sequence;
    }
    this.drain();
  }

  private drain(): void {
    for (let found = true; found && this.waiting.length > 0;) {
      found = false;
      this.waiting = this.waiting.filter((s) => {
        if (distance(this.next, s.sequence) > 0) return true;
        this.take(s);
        found = true;
        return false;
      });
    }
  }

  /** Takes what is new of a segment that begins at or before what is expected. */
  private take(s: Segment): void {
    const known = distance(s.sequence, this.next);
    if (known >= s.data.length) return;
    const fresh = s.data.subarray(Math.max(0, known));
    this.out.add(this.direction, s.row, fresh, this.gap);
    this.gap = 0;
    this.next = (this.next + fresh.length) >>> 0;
  }
}

/** How far `to` lies after `from` in sequence space (RFC 9293, section 3.4). */
function distance(from: number, to: number): number {
  return (to - from) | 0;
}
