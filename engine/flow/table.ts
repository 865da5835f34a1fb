// The flow table (detection.md, section 1): canonical key, hash chains over slots, endings by packet time.
import type { AddressTable, Layers } from '../decode/index.ts';
import {
  FRAGMENT_FIRST, FRAGMENT_LATER, IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP, NET_IP4, NET_IP6, TCP_ACK, TCP_SYN,
} from '../decode/index.ts';
import type { EndReason, FlowRow } from '../../contract/index.ts';
import { END_REASONS } from '../../contract/index.ts';
import { accumulate } from './accumulate.ts';
import { BytePool } from './byte-pool.ts';
import { FlowColumns } from './columns.ts';
import { FragmentTable } from './fragments.ts';
import { FlowKey, icmpIsError, quotedFlow } from './key.ts';
import {
  cleanHistograms, D, D_STRIDE, ESTABLISHED, FIRST_SEQUENCE_KNOWN, FlowState, INITIATOR_LOW, LINGERING, RESET, U, U_STRIDE,
} from './state.ts';
import { followTcp } from './tcp.ts';
import { CLASS_ESTABLISHED, CLASS_LINGER, CLASS_OTHER, CLASS_UDP, DEFAULT_TIMEOUTS, IdleLists, type FlowTimeouts } from './timeouts.ts';
import { gradeOf } from './grade.ts';

/** Told when a flow completes, while its state can still be read. */
export interface FlowListener {
  completed(slot: number, row: FlowRow): void;
}

const CHECKPOINT_PACKETS = [8, 32, 128];
const CHECKPOINT_EVERY = 60e9;

export class FlowTable {
  readonly state: FlowState;
  readonly bytes = new BytePool();
  readonly columns = new FlowColumns();
  /** Set by `packet`: 0 from the initiator, 1 from the responder. */
  direction = 0;
  private readonly key = new FlowKey();
  private readonly fragments = new FragmentTable();
  private readonly lists = new IdleLists();
  private readonly limits: readonly number[];
  private readonly reuse: number;
  private readonly addresses: AddressTable;
  private readonly listener: FlowListener;
  private heads = new Int32Array(1024).fill(-1);
  private chain: Int32Array;
  private readonly free: number[] = [];
  private slots = 0;
  private open = 0;
  private clock = 0;
  private due = Infinity;

  /** @param capacity open flows that are made room for at first: memory is used as they come, growing later costs a copy */
  constructor(addresses: AddressTable, listener: FlowListener, timeouts: FlowTimeouts = DEFAULT_TIMEOUTS, capacity = 1024) {
    this.state = new FlowState(capacity);
    this.chain = new Int32Array(capacity);
    this.addresses = addresses;
    this.listener = listener;
    this.limits = [timeouts.other * 1e9, timeouts.tcpEstablished * 1e9, timeouts.udp * 1e9, timeouts.linger * 1e9];
    this.reuse = timeouts.reuse * 1e9;
  }

  get openCount(): number {
    return this.open;
  }

  /** Completes flows that packet time has left behind. Live, a tick calls it when nothing arrives. */
  advance(time: number): void {
    if (time > this.clock) this.clock = time;
    if (this.clock < this.due) return;
    const over: number[] = [];
    for (let list = 0; list < 4; list++) {
      for (let slot = this.lists.head(list); slot >= 0 && this.state.d[slot * D_STRIDE + D.touched]! + this.limits[list]! <= this.clock; slot = this.lists.head(list)) {
        this.lists.remove(list, slot);
        over.push(slot);
      }
    }
    // In the order of first packets: then the order does not depend on how flows are dealt to threads.
    if (over.length > 1) over.sort((a, b) => this.row(a) - this.row(b));
    for (const slot of over) this.close(slot, this.state.u[slot * U_STRIDE + U.timeoutClass] === CLASS_LINGER ? this.closing(slot) : 'idle');
    this.due = Infinity;
    for (let list = 0; list < 4; list++) {
      const slot = this.lists.head(list);
      if (slot >= 0) this.due = Math.min(this.due, this.state.d[slot * D_STRIDE + D.touched]! + this.limits[list]!);
    }
  }

  /**
   * Puts a decoded IP packet into its flow; `advance` comes first, for packets of all kinds. @param time nanoseconds since the first packet of the capture
   * @returns the slot; `direction` and `row(slot)` tell the rest
   */
  packet(l: Layers, buf: Uint8Array, time: number, sec: number, nsec: number, wire: number, cap: number, packetRow: number): number {
    if (l.fragment === FRAGMENT_FIRST) this.fragments.remember(l, buf, time);
    else if (l.fragment === FRAGMENT_LATER) this.fragments.join(l, buf, time);
    const key = this.key;
    key.fromLayers(l, buf);
    let slot = this.find(key);
    const tcp = l.ipProtocol === IPPROTO_TCP && l.hasPorts && !l.damaged && l.fragment !== FRAGMENT_LATER;
    if (slot >= 0 && tcp && (l.tcpFlags & (TCP_SYN | TCP_ACK)) === TCP_SYN && this.startsAnew(slot, l)) {
      this.complete(slot, this.state.u[slot * U_STRIDE + U.state]! & LINGERING ? this.closing(slot) : 'new-syn');
      slot = -1;
    }
    if (slot < 0) slot = this.create(key, l, buf, time, sec, nsec, packetRow, tcp);

    const u0 = slot * U_STRIDE;
    const { u } = this.state;
    const dir = key.sourceLow === ((u[u0 + U.state]! & INITIATOR_LOW) !== 0) ? 0 : 1;
    this.direction = dir;
    accumulate(this.state, slot, dir, time, wire, l.payloadWire);
    u[u0 + U.lastPacket] = packetRow;
    if (l.damaged) u[u0 + U.damaged]!++;
    if (cap < wire) u[u0 + U.cutPackets]!++;
    const hop = l.hopLimit;
    if (hop < u[u0 + U.hopMin2 + dir]!) u[u0 + U.hopMin2 + dir] = hop;
    if (hop > u[u0 + U.hopMax2 + dir]!) u[u0 + U.hopMax2 + dir] = hop;
    const row = u[u0 + U.row]!;
    const c = this.columns;
    c.endSeconds[row] = sec;
    c.endNanoseconds[row] = nsec;
    if (l.payloadLength > 0 && !l.damaged) this.bytes.add(this.state, slot, dir, buf, l.payloadAt, l.payloadLength);

    const over = tcp && followTcp(this.state, slot, dir, l, buf, time);
    l.payloadNumber = u[u0 + U.payloadPackets2]! + u[u0 + U.payloadPackets2 + 1]!;
    this.reschedule(slot, tcp, over);
    this.countQuoted(l, buf);
    return slot;
  }

  row(slot: number): FlowRow {
    return this.state.u[slot * U_STRIDE + U.row]! as FlowRow;
  }

  /** Whether this packet brought the open flow to a checkpoint: 8, 32, 128 packets, or each 60 s. @returns its packet count, else 0 */
  checkpoint(slot: number, time: number): number {
    const { u, d } = this.state;
    const u0 = slot * U_STRIDE;
    const packets = u[u0 + U.packets2]! + u[u0 + U.packets2 + 1]!;
    const passed = u[u0 + U.checkpoints]!;
    if (passed < 3 && packets === CHECKPOINT_PACKETS[passed]) {
      u[u0 + U.checkpoints] = passed + 1;
      return packets;
    }
    const at = slot * D_STRIDE + D.nextTimedCheckpoint;
    if (time >= d[at]!) {
      d[at] = time + CHECKPOINT_EVERY;
      return packets > 1 ? packets : 0;
    }
    return 0;
  }

  /** Completes what is open, oldest first packet first, with end reason `capture-end` (closing ones keep theirs). */
  finish(): void {
    const left: number[] = [];
    for (let list = 0; list < 4; list++) {
      for (let slot = this.lists.head(list); slot >= 0; slot = this.lists.head(list)) {
        this.lists.remove(list, slot);
        left.push(slot);
      }
    }
    left.sort((a, b) => this.row(a) - this.row(b));
    for (const slot of left) this.close(slot, this.state.u[slot * U_STRIDE + U.state]! & LINGERING ? this.closing(slot) : 'capture-end');
    this.due = Infinity;
  }

  /** Copies counters of a flow into its row; done at its end, and for open flows at checkpoints. */
  settle(slot: number): FlowRow {
    const { u, d } = this.state;
    const u0 = slot * U_STRIDE;
    const row = u[u0 + U.row]!;
    const c = this.columns;
    c.lastPacket[row] = u[u0 + U.lastPacket]!;
    c.packetsForward[row] = u[u0 + U.packets2]!;
    c.packetsReverse[row] = u[u0 + U.packets2 + 1]!;
    c.bytesForward[row] = d[slot * D_STRIDE + D.bytes2]!;
    c.bytesReverse[row] = d[slot * D_STRIDE + D.bytes2 + 1]!;
    c.grade[row] = u[u0 + U.grade] = gradeOf(this.state, slot);
    return row as FlowRow;
  }

  private closing(slot: number): EndReason {
    return this.state.u[slot * U_STRIDE + U.state]! & RESET ? 'rst' : 'fin';
  }

  private startsAnew(slot: number, l: Layers): boolean {
    const { u, d } = this.state;
    const state = u[slot * U_STRIDE + U.state]!;
    if (state & FIRST_SEQUENCE_KNOWN && u[slot * U_STRIDE + U.firstSequence2] === l.tcpSequence) return false;
    return (state & LINGERING) !== 0 || this.clock - d[slot * D_STRIDE + D.touched]! >= this.reuse;
  }

  private find(key: FlowKey): number {
    const { u } = this.state;
    const w = key.words;
    for (let slot = this.heads[key.hash & (this.heads.length - 1)]!; slot >= 0; slot = this.chain[slot]!) {
      const u0 = slot * U_STRIDE;
      if (u[u0 + U.hash] !== key.hash) continue;
      let i = 0;
      while (i < 11 && u[u0 + i] === w[i]) i++;
      if (i === 11) return slot;
    }
    return -1;
  }

  private create(key: FlowKey, l: Layers, buf: Uint8Array, time: number, sec: number, nsec: number, packetRow: number, tcp: boolean): number {
    const slot = this.free.pop() ?? this.newSlot();
    const s = this.state;
    s.clear(slot);
    const u0 = slot * U_STRIDE;
    s.u.set(key.words, u0);
    s.u[u0 + U.hash] = key.hash;
    const bucket = key.hash & (this.heads.length - 1);
    this.chain[slot] = this.heads[bucket]!;
    this.heads[bucket] = slot;
    this.open++;

    const fromInitiator = !(tcp && (l.tcpFlags & (TCP_SYN | TCP_ACK)) === (TCP_SYN | TCP_ACK));
    s.u[u0 + U.state] = key.sourceLow === fromInitiator ? INITIATOR_LOW : 0;
    const c = this.columns;
    const row = c.add();
    s.u[u0 + U.row] = row;
    s.u[u0 + U.firstPacket] = packetRow;
    const d0 = slot * D_STRIDE;
    s.d[d0 + D.first] = s.d[d0 + D.last] = time;
    s.d[d0 + D.nextTimedCheckpoint] = time + CHECKPOINT_EVERY;

    const source = this.addresses.internBytes(l.net === NET_IP4 ? NET_IP4 : NET_IP6, buf, l.sourceAt);
    const destination = this.addresses.internBytes(l.net === NET_IP4 ? NET_IP4 : NET_IP6, buf, l.destinationAt);
    c.initiator[row] = fromInitiator ? source : destination;
    c.responder[row] = fromInitiator ? destination : source;
    c.hasPorts[row] = l.hasPorts ? 1 : 0;
    if (l.hasPorts) {
      c.initiatorPort[row] = fromInitiator ? l.sourcePort : l.destinationPort;
      c.responderPort[row] = fromInitiator ? l.destinationPort : l.sourcePort;
    } else if (l.ipProtocol === IPPROTO_ICMP || l.ipProtocol === IPPROTO_ICMPV6) {
      c.initiatorPort[row] = l.icmpType;
      c.responderPort[row] = l.icmpCode;
    }
    c.ipProtocol[row] = l.ipProtocol;
    c.tunnel[row] = l.tunnel;
    c.firstPacket[row] = packetRow;
    c.startSeconds[row] = sec;
    c.startNanoseconds[row] = nsec;
    const list = l.ipProtocol === IPPROTO_UDP || l.ipProtocol === IPPROTO_ICMP || l.ipProtocol === IPPROTO_ICMPV6 ? CLASS_UDP : CLASS_OTHER;
    s.u[u0 + U.timeoutClass] = list;
    s.d[d0 + D.touched] = this.clock;
    this.lists.append(list, slot);
    this.due = Math.min(this.due, this.clock + this.limits[list]!);
    return slot;
  }

  private reschedule(slot: number, tcp: boolean, over: boolean): void {
    const u0 = slot * U_STRIDE;
    const { u, d } = this.state;
    const list = u[u0 + U.timeoutClass]!;
    if (list === CLASS_LINGER) return;
    d[slot * D_STRIDE + D.touched] = this.clock;
    const target = over ? CLASS_LINGER : tcp && u[u0 + U.state]! & ESTABLISHED ? CLASS_ESTABLISHED : list;
    if (target === list) {
      this.lists.touch(list, slot);
      return;
    }
    if (over) u[u0 + U.state] = u[u0 + U.state]! | LINGERING;
    this.lists.remove(list, slot);
    this.lists.append(target, slot);
    u[u0 + U.timeoutClass] = target;
    this.due = Math.min(this.due, this.clock + this.limits[target]!);
  }

  private complete(slot: number, reason: EndReason): void {
    this.lists.remove(this.state.u[slot * U_STRIDE + U.timeoutClass]!, slot);
    this.close(slot, reason);
  }

  private close(slot: number, reason: EndReason): void {
    const row = this.settle(slot);
    const ended = END_REASONS.indexOf(reason);
    this.columns.endReason[row] = ended;
    this.state.u[slot * U_STRIDE + U.endReason] = ended + 1;
    this.listener.completed(slot, row);
    this.unlink(slot);
    this.open--;
    cleanHistograms(this.state, slot);
    this.bytes.give(this.state, slot, 0);
    this.bytes.give(this.state, slot, 1);
    this.free.push(slot);
  }

  private unlink(slot: number): void {
    const bucket = this.state.u[slot * U_STRIDE + U.hash]! & (this.heads.length - 1);
    let at = this.heads[bucket]!;
    if (at === slot) { this.heads[bucket] = this.chain[slot]!; return; }
    while (this.chain[at] !== slot) at = this.chain[at]!;
    this.chain[at] = this.chain[slot]!;
  }

  private newSlot(): number {
    const slot = this.slots++;
    if (slot === this.state.capacity) this.state.grow();
    if (slot === this.chain.length) {
      const chain = new Int32Array(this.chain.length * 2);
      chain.set(this.chain);
      this.chain = chain;
    }
    if (this.open * 2 > this.heads.length) this.rehash();
    return slot;
  }

  private rehash(): void {
    const old = this.heads;
    this.heads = new Int32Array(old.length * 4).fill(-1);
    const mask = this.heads.length - 1;
    for (const head of old) {
      for (let slot = head; slot >= 0; ) {
        const next = this.chain[slot]!;
        const bucket = this.state.u[slot * U_STRIDE + U.hash]! & mask;
        this.chain[slot] = this.heads[bucket]!;
        this.heads[bucket] = slot;
        slot = next;
      }
    }
  }

  /** Counts an ICMP error on the open flow that it quotes, if there is one. */
  countQuoted(l: Layers, buf: Uint8Array): void {
    if (!icmpIsError(l)) return;
    const quoted = quotedFlow(l, buf);
    if (quoted === null) return;
    const slot = this.find(quoted);
    if (slot >= 0) this.state.u[slot * U_STRIDE + U.icmpErrors]!++;
  }
}

