// One TCP connection as points over time: sequence numbers, acknowledgements, SACK blocks, windows, round trips, bytes
// in flight. Numbers are relative to the first of their direction and go on beyond 32 bits.
import { type FlowRow, SaidError, say, type StreamGraph } from '../../contract/index.ts';
import {
  inChunk,
  IPPROTO_TCP,
  MARK_REVERSE,
  PacketDecoder,
  TCP_ACK,
  TCP_FIN,
  TCP_SYN,
  TCPOPT_EOL,
  TCPOPT_NOP,
  TCPOPT_WINDOW,
  readU32,
} from '../decode/index.ts';
import { endText, type TimeSlices } from '../view/index.ts';
import { bytesOf, type SweepSource } from './sweep.ts';

const MAX_POINTS = 500_000;
const TCPOPT_SACK = 5;
/** A scale beyond 14 counts as 14 (RFC 7323, 2.3). */
const MAX_SCALE = 14;

/** One direction. */
class Side {
  base = -1;
  /** How far its sequence numbers went, relative; -1 before the first. */
  next = 0;
  /** Up to where the other end has acknowledged it. */
  acknowledged = 0;
  scale = -1;
  /** Ends of segments that wait for their acknowledgement; what is sent again is timed from its first sending. */
  private readonly waiting: { readonly end: number; readonly point: number; readonly time: number }[] = [];

  /** A number of this direction, relative to its SYN and without wrapping; without one it begins at 1. */
  relative(sequence: number, from: number, syn = false): number {
    if (this.base < 0) {
      this.base = syn ? sequence : (sequence - 1) >>> 0;
      return syn ? 0 : 1;
    }
    const near = (sequence - ((this.base + from) >>> 0)) | 0;
    return from + near;
  }

  sent(sequence: number, length: number, point: number, time: number): void {
    const end = sequence + length;
    if (end > this.next) {
      if (sequence >= this.next) this.waiting.push({ end, point, time });
      this.next = end;
    }
  }

  /** @param take called with each point that this acknowledges and its time */
  acked(to: number, take: (point: number, sent: number) => void): void {
    if (to <= this.acknowledged) return;
    this.acknowledged = to;
    let k = 0;
    while (k < this.waiting.length && this.waiting[k]!.end <= to) {
      const { point, time } = this.waiting[k]!;
      take(point, time);
      k++;
    }
    this.waiting.splice(0, k);
  }
}

export async function streamGraph(s: SweepSource, flow: FlowRow, turns: TimeSlices): Promise<StreamGraph> {
  const a = s.analysis;
  const c = a.flows.columns;
  if (c.ipProtocol[flow] !== IPPROTO_TCP) throw new SaidError(say('stats-no-tcp'));
  const sides = [new Side(), new Side()] as const;
  const decoder = new PacketDecoder();
  const packet: number[] = [];
  const time: number[] = [];
  const reverse: number[] = [];
  const sequence: number[] = [];
  const length: number[] = [];
  const acknowledged: number[] = [];
  const window: number[] = [];
  const roundTrip: number[] = [];
  const flight: number[] = [];
  const sack = { of: [] as number[], left: [] as number[], right: [] as number[] };
  const first = c.firstPacketOf(flow);
  const last = c.lastPacketOf(flow);
  const zero = a.packets.secondsOf(first);
  let row = first;
  for (; row <= last && packet.length < MAX_POINTS; row++) {
    const chunk = a.packets.chunk(row);
    const i = inChunk(row);
    if (chunk.owner[i] !== flow) continue;
    const bytes = bytesOf(s, row);
    if (bytes === null) continue;
    const l = decoder.decode(bytes, 0, bytes.length, chunk.link[i]!, chunk.wire[i]!);
    if (l.ipProtocol !== IPPROTO_TCP || l.tcpOptionsEnd === 0) continue;
    const back = (chunk.marks[i]! & MARK_REVERSE) !== 0;
    const own = sides[back ? 1 : 0];
    const other = sides[back ? 0 : 1];
    const point = packet.length;
    const now = chunk.seconds[i]! + chunk.nanoseconds[i]! / 1e9 - zero;
    const syn = (l.tcpFlags & TCP_SYN) !== 0;
    const at = own.relative(l.tcpSequence, own.next, syn);
    const size = l.payloadWire + (syn ? 1 : 0) + ((l.tcpFlags & TCP_FIN) !== 0 ? 1 : 0);
    const options = { scale: -1, sacks: [] as (readonly [number, number])[] };
    readOptions(bytes, l.tcpOptionsAt, l.tcpOptionsEnd, options);
    if (syn) own.scale = Math.min(MAX_SCALE, options.scale);
    own.sent(at, size, point, now);
    let ack = NaN;
    if ((l.tcpFlags & TCP_ACK) !== 0) {
      ack = other.relative(l.tcpAcknowledgement, other.next);
      other.acked(ack, (of, sent) => {
        roundTrip[of] = now - sent;
      });
      for (const [left, right] of options.sacks) {
        sack.of.push(point);
        sack.left.push(other.relative(left, other.next));
        sack.right.push(other.relative(right, other.next));
      }
    }
    packet.push(row + 1);
    time.push(now);
    reverse.push(back ? 1 : 0);
    sequence.push(at);
    length.push(l.payloadWire);
    acknowledged.push(ack);
    // Scales count where both ends sent one, and never in a SYN (RFC 7323, 2.2).
    window.push(l.tcpWindow * (!syn && own.scale >= 0 && other.scale >= 0 ? 2 ** own.scale : 1));
    roundTrip[point] ??= NaN;
    flight.push(Math.max(0, own.next - own.acknowledged));
    if ((row & 255) === 0 && turns.due) {
      turns.done = (row - first) / Math.max(1, last - first);
      await turns.rest();
    }
  }
  return {
    client: endText(a.addresses.text(c.initiatorOf(flow)), c.initiatorPort[flow]!, true),
    server: endText(a.addresses.text(c.responderOf(flow)), c.responderPort[flow]!, true),
    packet: Uint32Array.from(packet),
    time: Float64Array.from(time),
    reverse: Uint8Array.from(reverse),
    sequence: Float64Array.from(sequence),
    length: Uint32Array.from(length),
    acknowledged: Float64Array.from(acknowledged),
    window: Float64Array.from(window),
    sackOf: Uint32Array.from(sack.of),
    sackLeft: Float64Array.from(sack.left),
    sackRight: Float64Array.from(sack.right),
    roundTrip: Float64Array.from(roundTrip),
    flight: Float64Array.from(flight),
    scaled: sides[0].scale >= 0 && sides[1].scale >= 0,
    cut: row <= last,
  };
}

function readOptions(
  b: Uint8Array,
  from: number,
  end: number,
  into: { scale: number; readonly sacks: (readonly [number, number])[] },
): void {
  for (let p = from; p < end;) {
    const kind = b[p]!;
    if (kind === TCPOPT_EOL) return;
    if (kind === TCPOPT_NOP) {
      p++;
      continue;
    }
    const size = p + 1 < end ? b[p + 1]! : 0;
    if (size < 2 || p + size > end) return;
    if (kind === TCPOPT_WINDOW && size === 3) into.scale = b[p + 2]!;
    if (kind === TCPOPT_SACK)
      for (let k = p + 2; k + 8 <= p + size; k += 8) into.sacks.push([readU32(b, k, false), readU32(b, k + 4, false)]);
    p += size;
  }
}
