// Numbers of TCP and UDP streams as Wireshark 4.4 gives them (packet-tcp.c, packet-udp.c): one for two ends in the order
// in which they come; a SYN opens a new one where its sequence number is another than the stream's first, or where a
// FIN or a RST was seen. They count from the capture's beginning, so that no piece of it knows them.
//
// Four bytes a packet, made once, and on from there as the capture grows. Rows that their columns tell whole cost no
// reading, but for a SYN of ends that have a stream already.
import { type AddressId, packetRow, type PacketRow } from '../../contract/index.ts';
import {
  flowOfOwner,
  inChunk,
  IPPROTO_TCP,
  IPPROTO_UDP,
  MARK_HEADER,
  MARK_REVERSE,
  MARK_WORDS,
  protocolId,
  protocolName,
  TCP_ACK,
  TCP_FIN,
  TCP_RST,
  TCP_SYN,
  wordsOf,
} from '../decode/index.ts';
import { u16, u32 } from '../read/index.ts';
import type { Analysis } from '../session/index.ts';
import type { Turns } from './turns.ts';
import { bitOf, type Header } from './layer-list.ts';
import { OwnAddresses } from './own-addresses.ts';
import { rowLayers } from './row-layers.ts';
import { BASE_ACK, BASE_OWN, BASE_UNKNOWN, BASE_VALUE, larger, StreamEnds } from './stream-ends.ts';
import type { Subject } from './subject.ts';

const NONE = -1;
/** Rows between two looks at the clock. */
const STEP = 256;
/** Behind these bytes of a TCP header a stream is given. */
const TCP_LEAST = 14;
const UDP_LEAST = 8;
const WITH_PORTS = bitOf('tcp') | bitOf('udp');

/**
 * Protocols whose dissectors open conversations of their own, which take numbers: by id, 0 where those are TCP's, 1
 * where they are UDP's. Found by comparing the numbers with the engine's on every capture at hand.
 */
const ANNOUNCING: number[] = [];
for (const [names, kind] of [
  [['Socks', 'VNC'], 0],
  [['SIP', 'SIP/SDP', 'SIP/XML', 'RTP', 'RTCP', 'RTSP', 'SKINNY', 'MGCP', 'MEGACO', 'H.248', 'H.225.0', 'HART_IP'], 1],
] as const)
  for (const name of names) ANNOUNCING[protocolId(name)] = kind;

export class Streams {
  private of = new Int32Array(65_536);
  /** Of rows with more headers than one: how many streams, then each. */
  private several = new Uint32Array(1024);
  private severalEnd = 0;
  private done = 0;
  private readonly addresses = new OwnAddresses();
  private readonly tcp = new StreamEnds();
  private readonly udp = new StreamEnds();
  /** Ids of protocols that were seen and have conversations opened ahead of their packets, of TCP and of UDP. */
  private readonly announced = [0, 0];
  private tcpCount = 0;
  private udpCount = 0;

  /** Numbers all packets that are there. */
  async extend(s: Subject, turns: Turns): Promise<void> {
    const total = s.analysis.packets.count;
    while (this.done < total) {
      this.reach(s, Math.min(total, this.done + STEP));
      if (turns.due) await turns.rest();
    }
  }

  /** The name of a protocol by which Wireshark may have given numbers to conversations that it only heard of. */
  doubt(udp: boolean): string | null {
    const id = this.announced[Number(udp)]!;
    return id === 0 ? null : protocolName(id);
  }

  /** Whether any stream of a packet passes. */
  some(s: Subject, row: PacketRow, udp: boolean, test: (stream: number) => boolean): boolean {
    if (row >= this.done) this.reach(s, row + 1);
    const value = this.of[row]!;
    if (value === NONE) return false;
    if (value >= 0) return (value & 1) === Number(udp) && test(value >>> 1);
    const at = -2 - value;
    const end = at + 1 + this.several[at]!;
    for (let i = at + 1; i < end; i++)
      if ((this.several[i]! & 1) === Number(udp) && test(this.several[i]! >>> 1)) return true;
    return false;
  }

  private reach(s: Subject, to: number): void {
    if (to > this.of.length) this.of = larger(this.of, Math.max(to, this.of.length * 2));
    for (; this.done < to; this.done++) this.of[this.done] = this.number(s, packetRow(this.done));
  }

  /** What is kept of a packet: twice its stream and whether it is UDP's, or where its streams are. */
  private number(s: Subject, row: PacketRow): number {
    const { packets, flows } = s.analysis;
    const chunk = packets.chunk(row);
    const i = inChunk(row);
    const marks = chunk.marks[i]!;
    const announces = ANNOUNCING[chunk.protocol[i]!];
    if (announces !== undefined) this.announced[announces] ||= chunk.protocol[i]!;
    const flow = flowOfOwner(chunk.owner[i]!);
    const c = flows.columns;
    if ((marks & MARK_HEADER) !== 0 && flow !== null && c.hasPorts[flow] === 1) {
      const initiator = this.addresses.of(s.analysis, c.initiatorOf(flow));
      const responder = this.addresses.of(s.analysis, c.responderOf(flow));
      const [one, two] = [c.initiatorPort[flow]!, c.responderPort[flow]!];
      const back = (marks & MARK_REVERSE) !== 0;
      const ends = [
        back ? responder : initiator,
        back ? initiator : responder,
        back ? two : one,
        back ? one : two,
      ] as const;
      if (c.ipProtocol[flow] === IPPROTO_UDP) return this.udpStream(ends) * 2 + 1;
      if (c.ipProtocol[flow] === IPPROTO_TCP) return this.tcpStream(s, row, ends, chunk.flags[i]!, null) * 2;
      return NONE;
    }
    if ((marks & MARK_WORDS) !== 0 && (wordsOf(chunk.flags[i]!, chunk.length[i]!) & WITH_PORTS) === 0) return NONE;
    return this.walked(s, row);
  }

  private walked(s: Subject, row: PacketRow): number {
    const { headers } = rowLayers(s).of(row) ?? { headers: [] };
    const at = this.severalEnd;
    let count = 0;
    for (const header of headers) {
      const stream = this.ofHeader(s, row, header);
      if (stream === NONE) continue;
      if (this.severalEnd + 2 >= this.several.length) this.several = larger(this.several, this.several.length * 2);
      this.several[at + ++count] = stream;
    }
    if (count === 0) return NONE;
    this.several[at] = count;
    this.severalEnd = at + 1 + count;
    return -2 - at;
  }

  private ofHeader(s: Subject, row: PacketRow, header: Header): number {
    const { protocol, buf, at, end } = header;
    if (end - at < (protocol === IPPROTO_TCP ? TCP_LEAST : UDP_LEAST)) return NONE;
    const ends = [...this.addresses.around(header), u16(buf, at), u16(buf, at + 2)] as const;
    if (protocol !== IPPROTO_TCP) {
      const length = u16(buf, at + 4);
      return length > 0 && length < UDP_LEAST ? NONE : this.udpStream(ends) * 2 + 1;
    }
    const numbers = { sequence: u32(buf, at + 4), acknowledged: u32(buf, at + 8) };
    return this.tcpStream(s, row, ends, buf[at + 13]!, numbers) * 2;
  }

  private udpStream(ends: Ends): number {
    const { udp } = this;
    const place = udp.place(...ends);
    if (udp.fresh) udp.stream[place] = this.udpCount++;
    return udp.stream[place]!;
  }

  /** @param numbers of the header; null where they are read from the row's packet if they are wanted */
  private tcpStream(s: Subject, row: PacketRow, ends: Ends, flags: number, numbers: Numbers | null): number {
    const { tcp } = this;
    const place = tcp.place(...ends);
    const side = place * 2 + (StreamEnds.forward(...ends) ? 0 : 1);
    const other = side ^ 1;
    const opens = tcp.fresh || this.opens(s, row, place, side, flags, numbers);
    if (opens) {
      tcp.stream[place] = this.tcpCount++;
      tcp.known[side] = tcp.known[other] = BASE_UNKNOWN;
      tcp.over[place] = 0;
    }
    const syn = (flags & TCP_SYN) !== 0;
    if (tcp.known[side] === BASE_UNKNOWN) {
      tcp.known[side] = numbers === null ? BASE_OWN : BASE_VALUE;
      tcp.base[side] = numbers === null ? row : numbers.sequence - Number(!syn);
    }
    if (tcp.known[other] === BASE_UNKNOWN && (flags & TCP_ACK) !== 0) {
      tcp.known[other] = numbers === null ? BASE_ACK : BASE_VALUE;
      tcp.base[other] = numbers === null ? row : numbers.acknowledged - 1;
    }
    if ((flags & TCP_RST) !== 0 || (flags & (TCP_FIN | TCP_ACK)) === (TCP_FIN | TCP_ACK)) tcp.over[place] = 1;
    return tcp.stream[place]!;
  }

  /** Whether a segment opens a stream although its ends have one. */
  private opens(
    s: Subject,
    row: PacketRow,
    place: number,
    side: number,
    flags: number,
    numbers: Numbers | null,
  ): boolean {
    const { tcp } = this;
    if ((flags & TCP_SYN) === 0 || tcp.known[side] === BASE_UNKNOWN) return false;
    if (tcp.over[place] === 1) return true;
    const { sequence } = numbers ?? numbersOf(s, row);
    return sequence !== this.baseOf(s, side);
  }

  private baseOf(s: Subject, side: number): number {
    const { tcp } = this;
    const base = tcp.base[side]!;
    if (tcp.known[side] === BASE_VALUE) return base;
    const row = packetRow(base);
    const { sequence, acknowledged } = numbersOf(s, row);
    const syn = (s.analysis.packets.chunk(row).flags[inChunk(row)]! & TCP_SYN) !== 0;
    const own = sequence - Number(!syn);
    const value = tcp.known[side] === BASE_ACK ? acknowledged - 1 : own;
    tcp.known[side] = BASE_VALUE;
    return (tcp.base[side] = value >>> 0);
  }
}

type Ends = readonly [source: AddressId, destination: AddressId, from: number, to: number];

interface Numbers {
  readonly sequence: number;
  readonly acknowledged: number;
}

function numbersOf(s: Subject, row: PacketRow): Numbers {
  const { tcpSequence, tcpAcknowledgement } = s.layers(row);
  return { sequence: tcpSequence, acknowledged: tcpAcknowledgement };
}

const known = new WeakMap<Analysis, Streams>();

/** Streams of a capture: one table for all who ask. */
export function streamsOf({ analysis }: Pick<Subject, 'analysis'>): Streams {
  let streams = known.get(analysis);
  if (streams === undefined) known.set(analysis, (streams = new Streams()));
  return streams;
}
