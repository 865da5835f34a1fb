// The way of a packet as far as headers tell: bytes → layers → flow → rows. What needs payload or other flows hears of
// it in order.
import { CapturedPacket } from '../../read/index.ts';
import { type FlowRow, packetRow } from '../../../contract/index.ts';
import {
  AddressTable,
  FRAGMENT_FIRST,
  FRAGMENT_LATER,
  FRAGMENT_NONE,
  IPPROTO_TCP,
  MARK_CUT,
  MARK_DAMAGED,
  MARK_GTP,
  MARK_REVERSE,
  NET_IP4,
  NET_NONE,
  NO_FLOW,
  P,
  PacketColumns,
  PacketDecoder,
  TCP_FIN,
  type Layers,
} from '../../decode/index.ts';
import { log } from '../../log/index.ts';
import { D, D_STRIDE, SYN_ACK_SEEN, SYN_SEEN, U, U_STRIDE } from '../../flow/state.ts';
import { FlowTable } from './table.ts';
import { EndpointPairs } from '../../flow/endpoint-pairs.ts';
import { layerMarks } from './layer-marks.ts';
import { shownProtocol } from '../../flow/ingest.ts';
import { type IngestListener, type IngestOptions, PayloadTime } from '../../flow/listener.ts';
import { VlanNetworks } from '../../flow/vlans.ts';
import { type HeldPacket, WaitingFragments } from '../../flow/waiting.ts';

const NOTHING_HELD: readonly HeldPacket[] = [];

export class TwinIngest {
  readonly addresses = new AddressTable();
  readonly packets = new PacketColumns();
  readonly flows: FlowTable;
  packetCount = 0;
  /** Slot of the flow of the last packet that had one. */
  slot = -1;
  /**
   * Zero of capture time: the whole second, since 1970, in which the first packet was stamped. Inside the engine a packet's time
   * is counted in nanoseconds from it; the first packet is at the part of a second of its stamp, a stamp before it is negative.
   */
  baseSeconds = 0;
  private readonly endpoints = new EndpointPairs(this.addresses);
  /** Endpoints of packets without a flow, two ids a pair. */
  readonly pairs = this.endpoints.ids;
  private readonly decoder = new PacketDecoder();
  private readonly held = new CapturedPacket();
  private readonly at = new PayloadTime();
  private readonly waiting = new WaitingFragments();
  /** Null where VLAN tags keep nothing apart. */
  private readonly networks: VlanNetworks | null;
  private readonly listener: IngestListener;
  private readonly options: IngestOptions;

  constructor(listener: IngestListener, options: IngestOptions) {
    this.listener = listener;
    this.options = options;
    this.networks = options.timeouts?.vlan === true ? new VlanNetworks() : null;
    this.flows = new FlowTable(
      this.addresses,
      { completed: (slot, row) => this.completed(slot, row) },
      options.timeouts,
      options.openFlows,
      options.mostOpenFlows,
    );
  }

  packet(p: CapturedPacket): void {
    const { buf, off, cap, wire, sec, nsec, link } = p;
    const {
      flows,
      listener,
      options: { keepPackets },
    } = this;
    if (this.packetCount === 0) this.baseSeconds = sec;
    const packet = this.packetCount++;
    const time = (sec - this.baseSeconds) * 1e9 + nsec;
    // Before the packet is decoded: there is one decoder.
    if (this.waiting.any) this.giveUp(time);
    const l = this.decoder.decode(buf, off, cap, link, wire);
    flows.advance(time);
    let marks = marksOf(l, cap < wire) | layerMarks(l, off, link);
    if (l.net === NET_NONE) {
      if (keepPackets)
        this.packets.add(p, NO_FLOW | this.endpoints.number(l, buf), shownProtocol(l.protocol, marks), marks);
      return;
    }
    if (this.networks !== null) l.network = this.networks.number(l);
    if (
      l.fragment === FRAGMENT_LATER &&
      !flows.fragments.knows(l, buf, time) &&
      this.waiting.hold(l, buf, off, cap, { wire, sec, nsec, link, time, packet })
    ) {
      // The row is there at once; its flow is known when the first fragment comes.
      if (keepPackets)
        this.packets.add(p, NO_FLOW | this.endpoints.number(l, buf), shownProtocol(ipName(l), marks), marks);
      return;
    }
    const first = l.fragment === FRAGMENT_FIRST && this.waiting.any ? this.waiting.take(l, buf) : NOTHING_HELD;
    const before = flows.columns.count;
    const slot = flows.packet(l, p, time, packet);
    const dir = flows.direction;
    if (slot < 0) {
      if (dir === 1) marks |= MARK_REVERSE;
      if (l.vlan >= 0) flows.columns.noteVlans(flows.lateRow, l.vlanOuter, l.vlan);
      if (keepPackets) this.packets.add(p, flows.lateRow, shownProtocol(l.protocol, marks), marks);
      listener.late(flows.lateRow, dir, wire, sec, nsec, packet);
    } else {
      this.slot = slot;
      const row = flows.row(slot);
      if (l.vlan >= 0) flows.columns.noteVlans(row, l.vlanOuter, l.vlan);
      if (flows.columns.count !== before) listener.began(slot, row, flows.time);
      if (dir === 1) marks |= MARK_REVERSE;
      // The row is there before anybody is told of the packet: another thread may name it at once.
      if (keepPackets) this.packets.add(p, row, shownProtocol(l.protocol, marks), marks);
      const whole = isWhole(l, cap < wire);
      if (keepPackets ? isNamedByPayload(l) : whole && l.payloadLength > 0 && !l.damaged) {
        const protocol = listener.payload(slot, dir, l, buf, this.at.of(flows.time, sec, packet), whole);
        if (keepPackets && protocol !== l.protocol) this.packets.name(shownProtocol(protocol, marks));
      }
      if (this.options.checkpoints) {
        const packets = flows.checkpoint(slot);
        if (packets > 0) {
          flows.settle(slot);
          listener.checkpoint(slot, row, packets, sec, nsec);
        }
      }
    }
    for (const held of first) this.placeHeld(held);
  }

  /** Puts fragments whose first one did not come into a flow without ports. */
  private giveUp(now: number): void {
    for (let packets = this.waiting.overdue(now); packets !== null; packets = this.waiting.overdue(now)) {
      for (const held of packets) this.placeHeld(held);
    }
  }

  /**
   * Puts a packet that waited into its flow, under its own stamp and number. Its payload is part of a datagram and is
   * not looked into.
   */
  private placeHeld(held: HeldPacket): void {
    const { flows } = this;
    const { bytes, sec, nsec, wire, packet } = held;
    const p = this.held;
    p.place(bytes, 0, bytes.length, 0);
    p.tell(wire, sec, nsec, held.link);
    const l = this.decoder.decode(bytes, 0, bytes.length, held.link, wire);
    if (this.networks !== null) l.network = this.networks.number(l);
    const before = flows.columns.count;
    const slot = flows.packet(l, p, held.time, packet);
    const row = slot < 0 ? flows.lateRow : flows.row(slot);
    if (l.vlan >= 0) flows.columns.noteVlans(row, l.vlanOuter, l.vlan);
    if (this.options.keepPackets) this.packets.own(packetRow(packet), row, flows.direction === 1);
    if (slot < 0) {
      this.listener.late(row, flows.direction, wire, sec, nsec, packet);
      return;
    }
    this.slot = slot;
    if (flows.columns.count !== before) this.listener.began(slot, row, flows.time);
    flows.columns.beganAt(row, packet);
  }

  /** Nothing arrives, but time goes on, so that idle flows end. @param seconds since the epoch */
  tick(seconds: number): void {
    if (this.packetCount === 0) return;
    const time = (seconds - this.baseSeconds) * 1e9;
    if (this.waiting.any) this.giveUp(time);
    this.flows.tick(time);
  }

  /** Ends the capture: open flows complete, after its last packet. */
  finish(): void {
    this.packetCount++;
    this.giveUp(Infinity);
    this.flows.finish();
    this.packetCount--;
    log('flow', () => `${this.packetCount} packets made ${this.flows.columns.count} flows`);
  }

  private completed(slot: number, row: FlowRow): void {
    const { u, d } = this.flows.state;
    this.listener.completed(
      slot,
      row,
      (u[slot * U_STRIDE + U.state]! & (SYN_SEEN | SYN_ACK_SEEN)) === SYN_SEEN,
      d[slot * D_STRIDE + D.touched]!,
    );
  }
}

function marksOf(l: Layers, cut: boolean): number {
  return (l.damaged ? MARK_DAMAGED : 0) | (cut ? MARK_CUT : 0) | (l.insideGtp ? MARK_GTP : 0);
}

/** Whether a packet's payload is one of its own. A first fragment's is, where the rest of the datagram is not to be had. */
function isWhole(l: Layers, cut: boolean): boolean {
  if (l.fragment === FRAGMENT_NONE) return true;
  return l.fragment !== FRAGMENT_LATER && (cut || l.payloadLength < l.payloadWire);
}

/** Whether a packet's row may be named by what it carries, or ends something that gives names. */
function isNamedByPayload(l: Layers): boolean {
  if (l.payloadLength > 0 || l.fragment !== FRAGMENT_NONE) return true;
  return l.ipProtocol === IPPROTO_TCP && (l.tcpFlags & TCP_FIN) !== 0;
}

/** Wireshark names a fragment that completes no datagram by its IP layer. */
function ipName(l: Layers): number {
  return l.net === NET_IP4 ? P.IPv4 : P.IPv6;
}
