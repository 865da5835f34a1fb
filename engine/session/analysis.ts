// The engine's picture of one capture: what ingest found in headers, what payloads told, what stood around flows.
import { flowRow, type FlowRow } from '../../contract/index.ts';
import {
  type AddressTable,
  FRAGMENT_LATER,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_UDP,
  NET_IP4,
  P,
  type PacketColumns,
  protocolId,
  type Layers,
} from '../decode/index.ts';
import {
  type OpenFlows,
  type FlowTimeouts,
  Ingest,
  type IngestListener,
  type IngestOptions,
  type LatePackets,
  Surroundings,
  type PayloadTime,
} from '../flow/index.ts';
import { Observer, SeenKeeper } from '../observe/index.ts';
import { byPorts, PayloadInspector, udpPorts } from '../protocols/index.ts';
import { type PacketSink, type CapturedPacket } from '../read/index.ts';

/** Hears of flows, in the order of packet time. State of `slot` is readable during the call only. */
export interface FlowEvents {
  completed(analysis: Analysis, slot: number, row: FlowRow): void;
  /** Without it nobody is told of open flows. @param sec @param nsec time of its last packet */
  checkpoint?(analysis: Analysis, slot: number, row: FlowRow, packets: number, sec: number, nsec: number): void;
}

export interface AnalysisOptions {
  readonly timeouts?: FlowTimeouts;
  /** Keep packet columns (40 bytes a packet); scoring alone does not need them. */
  readonly keepPackets?: boolean;
  /** Open flows to expect. */
  readonly openFlows?: number;
  /** Keep what evidence needs of payloads. */
  readonly observe?: boolean;
}

/** Open flows below which little stands around any of them. */
const FEW = 64;

export class Analysis implements PacketSink, IngestListener {
  readonly addresses: AddressTable;
  readonly packets: PacketColumns;
  readonly flows: OpenFlows;
  readonly inspector: PayloadInspector;
  /** Hears all payloads for evidence, where that is wanted. */
  readonly observer: Observer | null;
  /** Keeps a summary of what was observed where flows are looked at again. */
  private readonly seen: SeenKeeper | null;
  /** In its own thread it runs elsewhere, and this one holds what it found. */
  readonly ingest: Ingest;
  readonly ingestOptions: IngestOptions;
  /**
   * What comes late is added to the flows' columns once all is read: another thread writes them, or records of flows
   * are written as flows end, and must not depend on how far reading is.
   */
  countsLateAtEnd: boolean;
  /** Hears of packets that came after their connection was over, in the order of the capture. */
  heardLate: ((row: FlowRow, dir: number, wire: number, sec: number, nsec: number) => void) | null = null;
  private readonly lateCounts = new Map<number, LatePackets>();
  /** Filled again for each packet that comes late. */
  private readonly one: LatePackets = { packets: 1, bytes: 0, packet: 0, sec: 0, nsec: 0 };
  private readonly surroundings: Surroundings;
  private readonly events: FlowEvents;
  /** Time of the packet that is looked at, nanoseconds of capture time. */
  private now = 0;
  /** Row of the last packet with payload that was heard of: the same, however far reading is ahead. */
  heard = 0;
  /** Of the flow that completes: a connection that was asked for and never came about. */
  unanswered = false;

  constructor(events: FlowEvents, options: AnalysisOptions = {}) {
    this.events = events;
    this.ingestOptions = {
      keepPackets: options.keepPackets ?? true,
      checkpoints: events.checkpoint !== undefined,
      ...(options.timeouts ? { timeouts: options.timeouts } : {}),
      ...(options.openFlows ? { openFlows: options.openFlows } : {}),
    };
    this.countsLateAtEnd = !this.ingestOptions.keepPackets;
    this.ingest = new Ingest(this, this.ingestOptions);
    this.addresses = this.ingest.addresses;
    this.packets = this.ingest.packets;
    this.flows = this.ingest.flows;
    this.surroundings = new Surroundings(this.flows.columns, (options.openFlows ?? FEW) < FEW);
    this.inspector = new PayloadInspector(this.flows.columns);
    this.inspector.onFingerprint = (row, ja4) => this.surroundings.fingerprint(row, ja4, this.now * 1e-9);
    this.inspector.factsOnly = !this.ingestOptions.keepPackets;
    const observer = options.observe === true ? new Observer() : null;
    this.observer = observer;
    this.seen = observer !== null && this.ingestOptions.keepPackets ? new SeenKeeper() : null;
    if (observer !== null) this.inspector.onDns = (...heard) => observer.dns(...heard);
  }

  get packetCount(): number {
    return this.ingest.packetCount;
  }

  /** Slot of the flow of the last packet that had one. */
  get slot(): number {
    return this.ingest.slot;
  }

  /** Zero of capture time, seconds since 1970: see `Ingest.baseSeconds`. */
  get baseSeconds(): number {
    return this.ingest.baseSeconds;
  }

  packet(p: CapturedPacket): void {
    this.ingest.packet(p);
  }

  room(bytes: number): Uint8Array {
    return this.ingest.room(bytes);
  }

  /** Nothing arrives, but time goes on, so that idle flows end. @param seconds since the epoch */
  tick(seconds: number): void {
    this.ingest.tick(seconds);
  }

  /** Ends the capture: open flows complete. */
  finish(): void {
    this.ingest.finish();
    for (const [at, l] of this.lateCounts) this.flows.columns.addLate(flowRow(at >>> 1), at & 1, l);
    this.lateCounts.clear();
  }

  /** Addresses of a packet without a flow: [source, destination] ids. */
  pairOf(id: number): readonly [number, number] {
    const { pairs } = this.ingest;
    return [pairs[id * 2] ?? 0, pairs[id * 2 + 1] ?? 0];
  }

  /** Endpoint pairs as they were numbered, two ids each. */
  pairList(): readonly number[] {
    return this.ingest.pairs;
  }

  restore(packets: number, baseSeconds: number, pairs: readonly number[]): void {
    this.ingest.packetCount = packets;
    this.ingest.baseSeconds = baseSeconds;
    for (const id of pairs) this.ingest.pairs.push(id);
  }

  began(slot: number, row: FlowRow, nanoseconds: number): void {
    this.surroundings.began(row, nanoseconds * 1e-9);
    this.inspector.began(slot, row, this.inspector.resolution(this.addresses, this.flows.columns.responderOf(row)));
    this.observer?.began(slot);
  }

  payload(slot: number, dir: number, l: Layers, buf: Uint8Array, at: PayloadTime, whole: boolean): number {
    if (!whole) return fragmentProtocol(l);
    this.now = at.nanoseconds;
    this.heard = at.packet;
    this.observer?.payload(slot, dir, l, buf, at.seconds, at.packet);
    return this.inspector.inspect(slot, dir, l, buf, at.seconds, at.packet);
  }

  checkpoint(slot: number, row: FlowRow, packets: number, sec: number, nsec: number): void {
    this.note(slot, row);
    this.events.checkpoint!(this, slot, row, packets, sec, nsec);
    this.keepSeen(slot, row);
  }

  late(row: FlowRow, dir: number, wire: number, sec: number, nsec: number, packet: number): void {
    this.heardLate?.(row, dir, wire, sec, nsec);
    if (!this.countsLateAtEnd) {
      const { one } = this;
      one.bytes = wire;
      one.packet = packet;
      one.sec = sec;
      one.nsec = nsec;
      this.flows.columns.addLate(row, dir, one);
      return;
    }
    const at = row * 2 + dir;
    const known = this.lateCounts.get(at);
    if (known === undefined) {
      this.lateCounts.set(at, { packets: 1, bytes: wire, packet, sec, nsec });
      return;
    }
    known.packets++;
    known.bytes += wire;
    known.packet = packet;
    if (sec > known.sec || (sec === known.sec && nsec > known.nsec)) {
      known.sec = sec;
      known.nsec = nsec;
    }
  }

  completed(slot: number, row: FlowRow, unanswered: boolean, nanoseconds: number): void {
    if (unanswered) this.surroundings.failed(row, nanoseconds * 1e-9);
    this.note(slot, row);
    this.unanswered = unanswered;
    this.observer?.finish(slot);
    this.events.completed(this, slot, row);
    this.keepSeen(slot, row);
    this.inspector.seal(slot);
    this.inspector.release(slot);
    this.observer?.release(slot);
  }

  /** After the flow was looked at: facts that hold nothing else are not there for features. */
  private keepSeen(slot: number, row: FlowRow): void {
    const { observer, inspector } = this;
    if (this.seen === null || observer === null) return;
    const known = inspector.peekFacts(slot);
    const seen = this.seen.keep(observer.observed(slot), known?.seen ?? null);
    if (seen === null) return;
    inspector.factsOf(slot).seen = seen;
    this.flows.columns.fact[row] = inspector.fact(slot);
  }

  private note(slot: number, row: FlowRow): void {
    const c = this.flows.columns;
    c.app[row] = this.inspector.shown(slot);
    c.fact[row] = this.inspector.fact(slot);
  }
}

const NFS = protocolId('NFS');

/** Wireshark names a fragment by its IP layer, and the one that completes the datagram by what the datagram carries. */
function fragmentProtocol(l: Layers): number {
  if (l.fragment !== FRAGMENT_LATER || !l.fragmentEnds) return l.net === NET_IP4 ? P.IPv4 : P.IPv6;
  if (l.ipProtocol === IPPROTO_ICMP) return P.ICMP;
  if (l.ipProtocol === IPPROTO_ICMPV6) return P.ICMPv6;
  if (!l.hasPorts) return l.net === NET_IP4 ? P.IPv4 : P.IPv6;
  const byPort = l.ipProtocol === IPPROTO_UDP ? byPorts(udpPorts, l.sourcePort, l.destinationPort) : P.TCP;
  return byPort === 0 || byPort === NFS ? P.UDP : byPort;
}
