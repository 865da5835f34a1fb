// A second walk through a capture, beside the flows that the engine found: what each of them said, and how it went.
// Readers are those of threat rules. What a flow holds in memory goes with its last packet.
import { hash } from 'node:crypto';
import { type FlowRow, packetRow } from '../../../contract/index.ts';
import {
  FRAGMENT_NONE,
  inChunk,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  MARK_REVERSE,
  NET_IP4,
  PacketDecoder,
  u16,
} from '../../decode/index.ts';
import { type CapturedPacket, LINKTYPE_RAW, type PacketSink } from '../../read/index.ts';
import { Defragmenter, Expected, RulePacket } from '../../rules/index.ts';
import type { Analysis } from '../../session/index.ts';
import { PlainCourse, type CourseOf } from './course.ts';
import type { DnsExchange } from './dns-reader.ts';
import type { HttpSaid } from './http-said.ts';
import { icmpPorts } from './icmp-ports.ts';
import type { QuicTalkReader } from './quic-reader.ts';
import type { Clock, Stamp } from './stamp.ts';
import { type Carried, TalkFlow } from './talk-flow.ts';
import { TcpCourse } from './tcp-course.ts';
import type { TlsSaid } from './tls-reader.ts';

/** Flows that are read at once; of the one that began first nothing more is read beyond them. */
const MAX_READ = 100_000;
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ICMP_TYPES: ReadonlySet<number> = new Set([IPPROTO_ICMP, IPPROTO_ICMPV6]);

/** A number of so many bits as letters and digits, which says the same whenever the same is asked. */
export function nameOf(kind: string, about: string): string {
  let n = BigInt(`0x${hash('sha1', about, 'hex').slice(0, 24)}`);
  let text = '';
  for (; n > 0n; n /= 62n) text = LETTERS[Number(n % 62n)]! + text;
  return kind + text;
}

/** A flow of which something is told. */
export interface TalkEnds {
  readonly row: FlowRow;
  /** The same for the same flow of the same capture. */
  readonly uid: string;
  readonly initiator: string;
  readonly responder: string;
  /** The same as numbers: 16 bytes, IPv4 as ::ffff:a.b.c.d. */
  readonly addresses: readonly [initiator: bigint, responder: bigint];
  /** Number of its first packet, from 1. */
  readonly packet: number;
  /** Of ICMP its type and the type that answers it, or its code; null for what has neither. */
  readonly initiatorPort: number | null;
  readonly responderPort: number | null;
  readonly ipProtocol: number;
  /** ICMP's type and code of its first packet, type * 256 + code; null for others. */
  readonly icmp: number | null;
  readonly first: Stamp;
}

/** A flow that is over. */
export interface TalkOver extends TalkEnds {
  readonly last: Stamp;
  /** When something was last said that counts for its length. */
  readonly lastCounted: Stamp;
  readonly course: CourseOf;
  readonly missed: number;
  readonly packets: readonly [number, number];
  /** From IP headers on. */
  readonly ipBytes: readonly [number, number];
  /** On the wire, with link headers. */
  readonly bytes: readonly [number, number];
  /** TCP's flags, all that were seen, by side. */
  readonly flags: readonly [number, number];
  readonly services: readonly string[];
}

export interface TalkListener {
  dns?(ends: TalkEnds, exchange: DnsExchange): void;
  http?(ends: TalkEnds, said: HttpSaid): void;
  carried?(ends: TalkEnds, file: Carried): void;
  tls?(ends: TalkEnds, said: TlsSaid, at: Stamp): void;
  quic?(ends: TalkEnds, quic: QuicTalkReader, at: Stamp): void;
  /** Everything else of the flow was told before. */
  over?(flow: TalkOver): void;
}

class Open {
  readonly ends: TalkEnds;
  readonly course: CourseOf;
  readonly talk: TalkFlow;
  last: Stamp;
  counted: Stamp;
  readonly packets: [number, number] = [0, 0];
  readonly ipBytes: [number, number] = [0, 0];
  readonly bytes: [number, number] = [0, 0];
  readonly flags: [number, number] = [0, 0];

  constructor(ends: TalkEnds, course: CourseOf, talk: TalkFlow) {
    this.ends = ends;
    this.course = course;
    this.talk = talk;
    this.last = this.counted = ends.first;
  }
}

export class TalkWalk implements PacketSink, Clock {
  now: Stamp = { seconds: 0, nanoseconds: 0 };
  private readonly analysis: Analysis;
  private readonly listener: TalkListener;
  private readonly decoder = new PacketDecoder();
  private readonly fragments = new Defragmenter();
  private readonly expected = new Expected();
  private readonly packetNow = new RulePacket();
  private readonly open = new Map<FlowRow, Open>();
  /** By flow: whether it was told already. */
  private readonly told: Uint8Array;
  private row = 0;
  /** Open flows that are read, in the order in which they began. */
  private readonly reading = new Set<FlowRow>();

  /** @param analysis of the same capture, read to its end with packets kept */
  constructor(analysis: Analysis, listener: TalkListener) {
    this.analysis = analysis;
    this.listener = listener;
    this.told = new Uint8Array(analysis.flows.columns.count);
  }

  packet(c: CapturedPacket): void {
    const row = packetRow(this.row++);
    const { packets } = this.analysis;
    if (row >= packets.count) return;
    const flow = packets.flowOf(row);
    if (flow === null || this.told[flow] === 1) return;
    this.now = { seconds: c.sec, nanoseconds: c.nsec };
    const layers = this.decoder.decode(c.buf, c.off, c.cap, c.link, c.wire);
    const p = this.packetNow.of(c.buf, c.off, c.off + c.cap, layers, row, c.sec + c.nsec / 1e9);
    const dir = (packets.chunk(row).marks[inChunk(row)]! & MARK_REVERSE) === 0 ? 0 : 1;
    const open = this.open.get(flow) ?? this.begin(flow, p, dir);
    p.dir = dir;
    this.take(open, p, dir, c.wire);
    if (this.analysis.flows.columns.lastPacket[flow]! <= row) this.end(flow, open);
  }

  /** The capture is over. */
  finish(): void {
    for (const [flow, open] of this.open) this.end(flow, open);
  }

  private begin(row: FlowRow, p: RulePacket, dir: 0 | 1): Open {
    const c = this.analysis.flows.columns;
    const protocol = c.ipProtocol[row]!;
    const ends = this.endsOf(row, p, dir);
    const flipped = dir === 1;
    const isTcp = protocol === IPPROTO_TCP;
    const course = isTcp ? new TcpCourse(flipped) : new PlainCourse(protocol === IPPROTO_UDP, flipped);
    const { listener } = this;
    const heard = {
      dns: (exchange: DnsExchange): void => listener.dns?.(ends, exchange),
      http: (said: HttpSaid): void => listener.http?.(ends, said),
      carried: (file: Carried): void => listener.carried?.(ends, file),
    };
    const talk = new TalkFlow(protocol, this, heard, (side) => course.gap(side));
    const [from, to] = dir === 0 ? [p.source, p.destination] : [p.destination, p.source];
    [talk.client, talk.server] = [from, to];
    [talk.clientPort, talk.serverPort] = [c.initiatorPort[row]!, c.responderPort[row]!];
    talk.expected = this.expected;
    if (isTcp) talk.transfer = this.expected.take(talk.server, talk.serverPort);
    const open = new Open(ends, course, talk);
    this.open.set(row, open);
    this.read(row);
    return open;
  }

  private read(row: FlowRow): void {
    this.reading.add(row);
    if (this.reading.size <= MAX_READ) return;
    const [oldest] = this.reading;
    this.reading.delete(oldest!);
    this.open.get(oldest!)?.talk.readNoMore();
  }

  private endsOf(row: FlowRow, p: RulePacket, dir: 0 | 1): TalkEnds {
    const { addresses, flows } = this.analysis;
    const c = flows.columns;
    const protocol = c.ipProtocol[row]!;
    const isIcmp = ICMP_TYPES.has(protocol);
    const [one, two] = isIcmp ? icmpPorts(p.layers, dir) : [c.initiatorPort[row]!, c.responderPort[row]!];
    const ported = isIcmp || c.hasPorts[row] === 1;
    const initiator = addresses.text(c.initiatorOf(row));
    const responder = addresses.text(c.responderOf(row));
    const about = [initiator, one, responder, two, protocol, c.tunnel[row]!, c.firstPacket[row]!, stampKey(this.now)];
    return {
      row,
      uid: nameOf('C', about.join(' ')),
      initiator,
      responder,
      addresses: dir === 0 ? [p.source, p.destination] : [p.destination, p.source],
      packet: p.number + 1,
      initiatorPort: ported ? one : null,
      responderPort: ported ? two : null,
      ipProtocol: protocol,
      icmp: isIcmp ? p.layers.icmpType * 256 + p.layers.icmpCode : null,
      first: this.now,
    };
  }

  private take(open: Open, p: RulePacket, dir: 0 | 1, wire: number): void {
    const { layers } = p;
    const over = open.course.over;
    open.last = this.now;
    open.packets[dir]++;
    open.bytes[dir] += wire;
    open.ipBytes[dir] += ipLength(p);
    open.talk.packets[dir]++;
    open.talk.lastSeconds = p.seconds;
    const whole = p.isFragment ? this.fragments.take(p) : null;
    const isPart = layers.fragment !== FRAGMENT_NONE;
    if (!isPart && p.isIp) this.say(open, p, dir);
    else if (whole !== null) {
      const inside = this.decoder.decode(whole, 0, whole.length, LINKTYPE_RAW, whole.length);
      const joined = this.packetNow.of(whole, 0, whole.length, inside, p.number, p.seconds);
      joined.dir = dir;
      this.say(open, joined, dir);
    }
    if (!over) open.counted = this.now;
  }

  private say(open: Open, p: RulePacket, dir: 0 | 1): void {
    const { layers } = p;
    if (layers.ipProtocol !== open.ends.ipProtocol) return;
    const kind = layers.net === NET_IP4 ? 'v4' : 'v6';
    const isTcp = layers.ipProtocol === IPPROTO_TCP && layers.hasPorts;
    const isUdp = layers.ipProtocol === IPPROTO_UDP && layers.hasPorts;
    const isWhole = layers.payloadLength === layers.payloadWire;
    if (isWhole && (isTcp || isUdp) && p.checksum((isTcp ? 'tcp' : 'udp') + kind) === false) open.course.damaged(dir);
    open.course.packet(dir, layers);
    if (isTcp) {
      open.flags[dir] |= layers.tcpFlags;
      open.talk.segment(p);
    } else if (isUdp && p.payloadLength > 0) open.talk.datagram(dir, p.payload);
  }

  private end(flow: FlowRow, open: Open): void {
    this.open.delete(flow);
    this.reading.delete(flow);
    this.told[flow] = 1;
    const { talk, ends } = open;
    talk.over();
    if (talk.tls !== null) this.listener.tls?.(ends, talk.tls.said, talk.tls.at);
    if (talk.quic !== null) this.listener.quic?.(ends, talk.quic.reader, talk.quic.at);
    this.listener.over?.({
      ...ends,
      last: open.last,
      lastCounted: open.counted,
      course: open.course,
      missed: talk.missed,
      packets: open.packets,
      ipBytes: open.ipBytes,
      bytes: open.bytes,
      flags: open.flags,
      services: [...talk.services],
    });
  }
}

function stampKey({ seconds, nanoseconds }: Stamp): string {
  return `${seconds}.${nanoseconds}`;
}

/** Length that the IP header tells; what was captured where it tells none (offload). */
function ipLength(p: RulePacket): number {
  if (!p.isIp) return 0;
  const at = p.ipAt;
  const there = p.end - at;
  if (p.layers.net === NET_IP4) return u16(p.bytes, at + 2) || there;
  const said = u16(p.bytes, at + 4);
  return said === 0 ? there : said + 40;
}
