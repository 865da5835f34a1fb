// The way of a packet: read → decode → flow → protocols → columns. Completed flows are handed on while their state can be read.
import type { FlowRow } from '../../contract/index.ts';
import {
  ADDRESS_MAC, AddressTable, FRAGMENT_LATER, FRAGMENT_NONE, IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_UDP, MARK_CUT, MARK_DAMAGED, MARK_GTP, MARK_REVERSE, NET_IP4, NET_NONE, NO_FLOW, P, PacketColumns, PacketDecoder, protocolId, protocolName, type Layers,
} from '../decode/index.ts';
import { D, D_STRIDE, FlowTable, type FlowTimeouts, Surroundings, SYN_ACK_SEEN, SYN_SEEN, U, U_STRIDE } from '../flow/index.ts';
import { byPorts, Inspector, udpPorts } from '../protocols/index.ts';
import type { PacketSink } from '../read/index.ts';

/** Hears of flows, in the order of packet time. State of `slot` is readable during the call only. */
export interface FlowEvents {
  /** @returns true when the slot's state is still being read: `analysis.flows.release(slot)` is then owed */
  completed(analysis: Analysis, slot: number, row: FlowRow): boolean | void;
  checkpoint(analysis: Analysis, slot: number, row: FlowRow, packets: number): void;
}

export interface AnalysisOptions {
  readonly timeouts?: FlowTimeouts;
  /** Keep packet columns (36 bytes a packet); scoring alone does not need them. */
  readonly keepPackets?: boolean;
  /** Open flows to expect. */
  readonly openFlows?: number;
}

export class Analysis implements PacketSink {
  readonly addresses = new AddressTable();
  readonly packets = new PacketColumns();
  readonly flows: FlowTable;
  readonly inspector: Inspector;
  packetCount = 0;
  /** Slot of the flow of the last packet that had one. */
  slot = -1;
  /** Seconds of the first packet: times inside the engine count nanoseconds from it. */
  baseSeconds = -1;
  private readonly surroundings: Surroundings;
  private readonly decoder = new PacketDecoder();
  private readonly pairs: number[] = [];
  private readonly pairIds = new Map<number, number>();
  private readonly events: FlowEvents;
  private readonly keepPackets: boolean;

  constructor(events: FlowEvents, options: AnalysisOptions = {}) {
    this.events = events;
    this.keepPackets = options.keepPackets ?? true;
    this.flows = new FlowTable(this.addresses, { completed: (slot, row) => this.completed(slot, row) }, options.timeouts, options.openFlows);
    this.surroundings = new Surroundings(this.flows.columns);
    this.inspector = new Inspector(this.flows.state, this.addresses);
    this.inspector.onFingerprint = (slot, ja4) => this.surroundings.fingerprint(this.flows.row(slot), ja4, this.flows.state.d[slot * D_STRIDE + D.last]! * 1e-9);
    this.inspector.factsOnly = !this.keepPackets;
  }

  packet(buf: Uint8Array, off: number, cap: number, wire: number, sec: number, nsec: number, link: number, fileOffset: number): void {
    if (this.baseSeconds < 0) this.baseSeconds = sec;
    const row = this.packetCount++;
    const l = this.decoder.decode(buf, off, cap, link);
    const time = (sec - this.baseSeconds) * 1e9 + nsec;
    this.flows.advance(time);
    let owner: number;
    let protocol = l.protocol;
    let marks = (l.damaged ? MARK_DAMAGED : 0) | (cap < wire ? MARK_CUT : 0) | (l.insideGtp ? MARK_GTP : 0);
    if (l.net === NET_NONE) {
      owner = NO_FLOW | (this.keepPackets ? this.pair(l, buf) : 0);
    } else {
      const { flows } = this;
      const before = flows.columns.count;
      const slot = flows.packet(l, buf, time, sec, nsec, wire, cap, row);
      const dir = flows.direction;
      this.slot = slot;
      const flowRow = flows.row(slot);
      if (flows.columns.count !== before) this.began(slot, flowRow, time * 1e-9);
      protocol = l.fragment === FRAGMENT_NONE || (l.fragment !== FRAGMENT_LATER && (cap < wire || l.payloadLength < l.payloadWire)) ? this.inspector.inspect(slot, dir, l, buf, sec, row) : this.fragmentProtocol(l);
      owner = flowRow;
      if (dir === 1) marks |= MARK_REVERSE;
      const packets = flows.checkpoint(slot, time);
      if (packets > 0) this.events.checkpoint(this, slot, flowRow, packets);
    }
    if (this.keepPackets) this.packets.add(fileOffset, sec, nsec, cap, wire, owner, marks & MARK_GTP ? gtpName(protocol) : protocol, link, marks);
  }

  /** Nothing arrives: time goes on all the same, and idle flows end. @param seconds since the epoch */
  tick(seconds: number): void {
    if (this.baseSeconds >= 0) this.flows.advance((seconds - this.baseSeconds) * 1e9);
  }

  /** Ends the capture: open flows complete. */
  finish(): void {
    this.packetCount++;
    this.flows.finish();
    this.packetCount--;
  }

  /** Addresses of a packet without a flow: [source, destination] ids. */
  pairOf(id: number): readonly [number, number] {
    return [this.pairs[id * 2] ?? 0, this.pairs[id * 2 + 1] ?? 0];
  }

  /** Endpoint pairs as they were numbered, two ids each. */
  pairList(): readonly number[] {
    return this.pairs;
  }

  restorePairs(pairs: readonly number[]): void {
    for (const id of pairs) this.pairs.push(id);
  }

  private began(slot: number, row: FlowRow, time: number): void {
    this.surroundings.began(row, time);
    const resolution = this.inspector.resolution(this.flows.columns.responderOf(row));
    if (resolution !== null) this.inspector.factsOf(slot).resolution = resolution;
  }

  /** Wireshark names a fragment by its IP layer, and the one that completes the datagram by what the datagram carries. */
  private fragmentProtocol(l: Layers): number {
    if (l.fragment !== FRAGMENT_LATER || !l.fragmentEnds) return l.net === NET_IP4 ? P.IPv4 : P.IPv6;
    if (l.ipProtocol === IPPROTO_ICMP) return P.ICMP;
    if (l.ipProtocol === IPPROTO_ICMPV6) return P.ICMPv6;
    if (!l.hasPorts) return l.net === NET_IP4 ? P.IPv4 : P.IPv6;
    const byPort = l.ipProtocol === IPPROTO_UDP ? byPorts(udpPorts, l.sourcePort, l.destinationPort) : P.TCP;
    return byPort === 0 || byPort === NFS ? P.UDP : byPort;
  }

  private completed(slot: number, row: FlowRow): boolean {
    const { u, d } = this.flows.state;
    if ((u[slot * U_STRIDE + U.state]! & (SYN_SEEN | SYN_ACK_SEEN)) === SYN_SEEN) this.surroundings.failed(row, d[slot * D_STRIDE + D.last]! * 1e-9);
    const kept = this.events.completed(this, slot, row) === true;
    this.inspector.seal(slot);
    this.inspector.release(slot);
    return kept;
  }

  private pair(l: Layers, buf: Uint8Array): number {
    const source = l.macSource >= 0 ? this.addresses.internBytes(ADDRESS_MAC, buf, l.macSource) : 0;
    const destination = l.macDestination >= 0 ? this.addresses.internBytes(ADDRESS_MAC, buf, l.macDestination) : 0;
    const key = source * 67_108_864 + destination;
    let id = this.pairIds.get(key);
    if (id === undefined) {
      id = this.pairs.length / 2;
      this.pairs.push(source, destination);
      this.pairIds.set(key, id);
    }
    return id;
  }
}

const NFS = protocolId('NFS');
const gtpNames = new Map<number, number>();

/** Wireshark writes the name of what a GTP tunnel carries in angle brackets. */
function gtpName(protocol: number): number {
  let name = gtpNames.get(protocol);
  if (name === undefined) {
    name = protocol === P.GTP ? protocol : protocolId(`GTP <${protocolName(protocol)}>`);
    gtpNames.set(protocol, name);
  }
  return name;
}

