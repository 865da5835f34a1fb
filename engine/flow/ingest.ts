// The way of a packet as far as headers tell: bytes → layers → flow → rows. The kernel goes it (`kernel/`); what is rare
// it asks for here, and what needs payload or other flows hears of it in order.
import { CapturedPacket } from '../read/index.ts';
import { type FlowRow, flowRow, packetRow } from '../../contract/index.ts';
import {
  AddressTable,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  Layers,
  MARK_GTP,
  NET_IP4,
  NET_IP6,
  NO_FLOW,
  P,
  PacketColumns,
  PacketDecoder,
  protocolId,
  protocolName,
} from '../decode/index.ts';
import { log } from '../log/index.ts';
import { EndpointPairs } from './endpoint-pairs.ts';
import { FragmentTable } from './fragments.ts';
import { icmpAsked } from './initiator.ts';
import { Kernel } from './kernel.ts';
import { KernelLayers } from './kernel-layers.ts';
import { FlowKey, KEY_WORDS } from './key.ts';
import { type IngestListener, type IngestOptions, PayloadTime } from './listener.ts';
import { OpenFlows } from './open-flows.ts';
import { D, D_STRIDE, MOST_OPEN, SYN_ACK_SEEN, SYN_SEEN, U, U_STRIDE } from './state.ts';
import { DEFAULT_TIMEOUTS } from './timeouts.ts';
import { TunnelPairs } from './tunnel-pairs.ts';
import { VlanNetworks } from './vlans.ts';
import { type HeldPacket, WaitingFragments } from './waiting.ts';

const NOTHING_HELD: readonly HeldPacket[] = [];
/** Open flows to expect where nobody says. */
const OPEN_FLOWS = 1024;
/** Bytes of packets that do not lie in the kernel's memory. */
const INBOX = 262_144;
/** Below this length, a loop copies faster than a call. */
const SHORT = 128;
const SECOND = 1e9;

export class Ingest {
  readonly addresses = new AddressTable();
  readonly packets = new PacketColumns();
  readonly flows: OpenFlows;
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
  private readonly kernel: Kernel;
  private readonly layers: KernelLayers;
  /** What was found in the packet, at its offsets in its buffer. */
  private readonly l = new Layers();
  private readonly decoder = new PacketDecoder();
  private readonly at = new PayloadTime();
  private readonly waiting = new WaitingFragments();
  private readonly fragments = new FragmentTable();
  private readonly tunnels: TunnelPairs;
  private readonly key = new FlowKey();
  /** Null where VLAN tags keep nothing apart. */
  private readonly networks: VlanNetworks | null;
  private readonly listener: IngestListener;
  private readonly options: IngestOptions;
  /** The packet on its way, its time and its number. */
  private p = new CapturedPacket();
  private time = 0;
  private packetNumber = 0;
  private readonly held = new CapturedPacket();
  private first: readonly HeldPacket[] = NOTHING_HELD;
  /** Buffers in the kernel's memory, and where. */
  private readonly rooms = new WeakMap<Uint8Array, number>();
  private lastBuffer: Uint8Array | null = null;
  private lastRoom = -1;
  /** Where packets are copied that lie elsewhere. */
  private inbox: Uint8Array = new Uint8Array(0);
  private inboxAt = 0;

  constructor(listener: IngestListener, options: IngestOptions) {
    this.listener = listener;
    this.options = options;
    const timeouts = options.timeouts ?? DEFAULT_TIMEOUTS;
    this.networks = timeouts.vlan === true ? new VlanNetworks() : null;
    this.kernel = new Kernel({
      moved: () => this.flows.look(),
      decodeElsewhere: () => this.decode(),
      alone: (marks) => this.alone(marks),
      hold: (marks) => (this.hold(marks) ? 1 : 0),
      firstFragment: () => this.firstFragment(),
      joinFragment: () => this.joinFragment(),
      vlanNetwork: () => this.networks!.number(this.seen()),
      noteVlans: (row, outer, inner) => this.flows.columns.noteVlans(flowRow(row), outer, inner),
      tunnelResolve: (asks) => this.tunnelResolve(asks === 1),
      tunnelAdd: (slot) => this.tunnels.add(this.packetKey(), slot, this.seen(), this.p.buf),
      tunnelRemove: (slot) => this.tunnels.remove(slot),
      created: (swapped) => this.created(swapped === 1),
      began: (slot, row, at) => listener.began(slot, flowRow(row), at),
      row: (owner, protocol, marks) => this.packets.add(this.p, owner, shownProtocol(protocol, marks), marks),
      payload: (slot, dir, whole, marks, at) => this.payload(slot, dir, whole === 1, marks, at),
      checkpoint: (slot, row, packets) => this.checkpoint(slot, flowRow(row), packets),
      late: (row, dir) => this.late(flowRow(row), dir),
      completed: (slot, row, reason) => this.completed(slot, flowRow(row), reason),
    });
    const { exports: k } = this.kernel;
    this.layers = new KernelLayers(this.kernel.memory, k.layers.value);
    this.flows = new OpenFlows(this.kernel);
    k.begin(
      options.openFlows ?? OPEN_FLOWS,
      options.mostOpenFlows ?? MOST_OPEN,
      timeouts.other * SECOND,
      timeouts.tcpEstablished * SECOND,
      timeouts.udp * SECOND,
      timeouts.linger * SECOND,
    );
    k.choose(options.keepPackets, options.checkpoints, this.networks !== null);
    this.flows.look();
    this.tunnels = new TunnelPairs(this.flows.state);
  }

  packet(p: CapturedPacket): void {
    if (this.packetCount === 0) this.baseSeconds = p.sec;
    const packet = this.packetCount++;
    const time = (p.sec - this.baseSeconds) * SECOND + p.nsec;
    if (this.waiting.any) this.giveUp(time);
    this.p = p;
    this.time = time;
    this.packetNumber = packet;
    const { exports: k } = this.kernel;
    const slot = k.packet(this.address(p), p.cap, p.wire, p.link, p.sec, p.nsec, time, packet);
    if (slot >= 0) this.slot = slot;
    if (this.first.length === 0) return;
    const { first } = this;
    this.first = NOTHING_HELD;
    for (const held of first) this.placeHeld(held);
  }

  /** Room for bytes that packets will lie in: the kernel reads them there, where others are copied to it. */
  room(bytes: number): Uint8Array {
    const at = this.kernel.exports.take(bytes);
    const room = this.kernel.bytes(at, bytes);
    this.rooms.set(room, at);
    return room;
  }

  /** Nothing arrives, but time goes on, so that idle flows end. @param seconds since the epoch */
  tick(seconds: number): void {
    if (this.packetCount === 0) return;
    const time = (seconds - this.baseSeconds) * SECOND;
    if (this.waiting.any) this.giveUp(time);
    this.kernel.exports.tick(time);
  }

  /** Ends the capture: open flows complete, after its last packet. */
  finish(): void {
    this.packetCount++;
    this.giveUp(Infinity);
    this.kernel.exports.finish();
    this.packetCount--;
    log('flow', () => `${this.packetCount} packets made ${this.flows.columns.count} flows`);
  }

  /** Where the kernel finds a packet's bytes. */
  private address({ buf, off, cap }: CapturedPacket): number {
    if (buf !== this.lastBuffer) {
      this.lastBuffer = buf;
      this.lastRoom = this.rooms.get(buf) ?? -1;
    }
    if (this.lastRoom >= 0) return this.lastRoom + off;
    const { inbox } = this;
    if (cap > inbox.length) return this.largerInbox(cap, buf, off);
    if (cap < SHORT) for (let i = 0; i < cap; i++) inbox[i] = buf[off + i]!;
    else inbox.set(buf.subarray(off, off + cap));
    return this.inboxAt;
  }

  private largerInbox(cap: number, buf: Uint8Array, off: number): number {
    const { exports: k } = this.kernel;
    if (this.inbox.length > 0) k.give(this.inboxAt, this.inbox.length);
    const bytes = Math.max(INBOX, cap);
    this.inboxAt = k.take(bytes);
    this.inbox = this.kernel.bytes(this.inboxAt, bytes);
    this.inbox.set(buf.subarray(off, off + cap));
    return this.inboxAt;
  }

  /** What the kernel found in the packet. */
  private seen(): Layers {
    this.layers.read(this.l, this.p.off);
    return this.l;
  }

  /** What the kernel does not decode. */
  private decode(): void {
    const { buf, off, cap, link, wire } = this.p;
    this.layers.write(this.decoder.decode(buf, off, cap, link, wire), off);
  }

  private alone(marks: number): void {
    const l = this.seen();
    this.packets.add(this.p, NO_FLOW | this.endpoints.number(l, this.p.buf), shownProtocol(l.protocol, marks), marks);
  }

  /** Holds a later fragment back whose first one was not seen. Its row is there at once; its flow is known later. */
  private hold(marks: number): boolean {
    const l = this.seen();
    const { buf, off, cap, wire, sec, nsec, link } = this.p;
    const { time, packetNumber: packet } = this;
    if (
      this.fragments.knows(l, buf, time) ||
      !this.waiting.hold(l, buf, off, cap, { wire, sec, nsec, link, time, packet })
    )
      return false;
    // Wireshark names a fragment that completes no datagram by its IP layer.
    const name = l.net === NET_IP4 ? P.IPv4 : P.IPv6;
    if (this.options.keepPackets) {
      this.packets.add(this.p, NO_FLOW | this.endpoints.number(l, buf), shownProtocol(name, marks), marks);
    }
    return true;
  }

  private firstFragment(): void {
    const l = this.seen();
    this.fragments.remember(l, this.p.buf, this.time);
    if (this.waiting.any) this.first = this.waiting.take(l, this.p.buf);
  }

  private joinFragment(): void {
    const l = this.seen();
    this.fragments.join(l, this.p.buf, this.time);
    this.layers.write(l, this.p.off);
  }

  /** The key that the kernel made of the packet. */
  private packetKey(at = this.kernel.exports.key.value): FlowKey {
    const words = new Uint32Array(this.kernel.memory.buffer, at, KEY_WORDS + 3);
    this.key.words.set(words.subarray(0, KEY_WORDS));
    this.key.hash = words[KEY_WORDS]!;
    this.key.base = words[KEY_WORDS + 1]!;
    this.key.sourceLow = words[KEY_WORDS + 2] === 1;
    return this.key;
  }

  private tunnelResolve(asks: boolean): void {
    const { exports: k, memory } = this.kernel;
    const at = (asks ? k.quoted : k.key).value;
    const key = this.packetKey(at);
    this.tunnels.resolve(key, asks ? null : this.seen(), this.p.buf);
    const words = new Uint32Array(memory.buffer, at, KEY_WORDS + 1);
    words.set(key.words);
    words[KEY_WORDS] = key.hash;
  }

  /** Begins the row of a flow. @param swapped its first packet was sent by the responder */
  private created(swapped: boolean): number {
    const { p, l, addresses } = this;
    this.layers.readEnds(l, p.off);
    const c = this.flows.columns;
    const row = c.add();
    const kind = l.net === NET_IP4 ? NET_IP4 : NET_IP6;
    const source = addresses.internBytes(kind, p.buf, l.sourceAt);
    const destination = addresses.internBytes(kind, p.buf, l.destinationAt);
    c.initiator[row] = swapped ? destination : source;
    c.responder[row] = swapped ? source : destination;
    c.hasPorts[row] = l.hasPorts ? 1 : 0;
    if (l.hasPorts) {
      c.initiatorPort[row] = swapped ? l.destinationPort : l.sourcePort;
      c.responderPort[row] = swapped ? l.sourcePort : l.destinationPort;
    } else if (l.ipProtocol === IPPROTO_ICMP || l.ipProtocol === IPPROTO_ICMPV6) {
      c.initiatorPort[row] = swapped ? icmpAsked(l) : l.icmpType;
      c.responderPort[row] = l.icmpCode;
    }
    c.ipProtocol[row] = l.ipProtocol;
    c.tunnel[row] = l.tunnel;
    c.firstPacket[row] = this.packetNumber;
    return row;
  }

  private payload(slot: number, dir: number, whole: boolean, marks: number, now: number): void {
    const { p, l } = this;
    this.layers.readPayload(l, p.off);
    const at = this.at.of(now, p.sec, this.packetNumber);
    const protocol = this.listener.payload(slot, dir, l, p.buf, at, whole);
    if (this.options.keepPackets && protocol !== l.protocol) this.packets.name(shownProtocol(protocol, marks));
  }

  private checkpoint(slot: number, row: FlowRow, packets: number): void {
    this.flows.settle(slot);
    this.listener.checkpoint(slot, row, packets, this.p.sec, this.p.nsec);
  }

  private late(row: FlowRow, dir: number): void {
    const { wire, sec, nsec } = this.p;
    this.listener.late(row, dir, wire, sec, nsec, this.packetNumber);
  }

  private completed(slot: number, row: FlowRow, reason: number): void {
    const { flows } = this;
    flows.settle(slot);
    flows.columns.endReason[row] = reason;
    const { u, d } = flows.state;
    const unanswered = (u[slot * U_STRIDE + U.state]! & (SYN_SEEN | SYN_ACK_SEEN)) === SYN_SEEN;
    this.listener.completed(slot, row, unanswered, d[slot * D_STRIDE + D.touched]!);
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
  private placeHeld({ bytes, sec, nsec, wire, link, time, packet }: HeldPacket): void {
    const { flows, held: p, kernel } = this;
    const { exports: k } = kernel;
    p.place(bytes, 0, bytes.length, 0);
    p.tell(wire, sec, nsec, link);
    this.p = p;
    this.time = time;
    this.packetNumber = packet;
    const slot = k.placeHeld(this.address(p), p.cap, wire, link, sec, nsec, time, packet);
    const row = slot < 0 ? flowRow(k.lateRow.value >>> 0) : flows.row(slot);
    const direction = k.direction.value;
    if (this.options.keepPackets) this.packets.own(packetRow(packet), row, direction === 1);
    if (slot < 0) {
      this.listener.late(row, direction, wire, sec, nsec, packet);
      return;
    }
    this.slot = slot;
    if (k.isFirst.value === 1) this.listener.began(slot, row, flows.time);
    flows.columns.beganAt(row, packet);
  }
}

const gtpNames = new Map<number, number>();

/**
 * Wireshark writes the name of what a GTP tunnel carries in angle brackets.
 * @returns the protocol id that the packet's row shows
 */
export function shownProtocol(protocol: number, marks: number): number {
  if ((marks & MARK_GTP) === 0) return protocol;
  let name = gtpNames.get(protocol);
  if (name === undefined) {
    name = protocol === P.GTP ? protocol : protocolId(`GTP <${protocolName(protocol)}>`);
    gtpNames.set(protocol, name);
  }
  return name;
}
