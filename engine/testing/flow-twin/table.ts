// The flow table (docs/detection.md, section 1): canonical key, hash chains over slots, endings by packet time.
import { type CapturedPacket } from '../../read/index.ts';
import type { AddressTable, Layers } from '../../decode/index.ts';
import {
  FRAGMENT_FIRST,
  FRAGMENT_LATER,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  NET_IP4,
  NET_IP6,
  TCP_RST,
  TCP_SYN,
} from '../../decode/index.ts';
import { END_REASONS, type EndReason, flowRow, type FlowRow } from '../../../contract/index.ts';
import { accumulate } from './accumulate.ts';
import { misfit, synBelongs } from '../../flow/alike.ts';
import { icmpAsked } from '../../flow/initiator.ts';
import { answered, isSyn, synAckBelongs } from './alike.ts';
import { cleanHistograms } from './clean.ts';
import { BytePool } from './byte-pool.ts';
import { reachedCheckpoint } from './checkpoint.ts';
import { FlowClock } from './clock.ts';
import { IdleLists } from './idle-lists.ts';
import { icmpIsError, PacketKey, quotedFlow } from './key.ts';
import { ClosedConnections } from './closed.ts';
import { FlowColumns } from '../../flow/columns.ts';
import { FragmentTable } from '../../flow/fragments.ts';
import { KEY_WORDS } from '../../flow/key.ts';
import {
  D,
  D_STRIDE,
  ESTABLISHED,
  FlowState,
  INITIATOR_LOW,
  LINGERING,
  MOST_OPEN,
  MIDSTREAM,
  REPLACED,
  RESET,
  SHARED,
  U,
  U_STRIDE,
  CHECKPOINT_EVERY,
} from '../../flow/state.ts';
import { followTcp } from './tcp.ts';
import { grow, stampStart } from './tables.ts';
import { TunnelPairs } from '../../flow/tunnel-pairs.ts';
import {
  CLASS_ESTABLISHED,
  CLASS_LINGER,
  CLASS_OTHER,
  CLASS_UDP,
  DEFAULT_TIMEOUTS,
  type FlowTimeouts,
} from '../../flow/timeouts.ts';
import { gradeOf } from '../../flow/grade.ts';
import { sentByInitiator } from './initiator.ts';

/** Told when a flow completes, while its state can still be read. */
export interface FlowListener {
  completed(slot: number, row: FlowRow): void;
}

/** Open connections of the same addresses and ports at most. */
const MAX_ALIKE = 4;
const DAY = 86_400e9;
const CLOSED_REMEMBERED = 16_384;

export class FlowTable {
  readonly state: FlowState;
  readonly fragments = new FragmentTable();
  readonly bytes = new BytePool();
  readonly columns = new FlowColumns();
  /** Set by `packet`: 0 from the initiator, 1 from the responder. */
  direction = 0;
  /** Set by `packet` where it returns -1: the row of the closed connection whose packet it is. */
  lateRow = flowRow(0);
  private readonly key = new PacketKey();
  private readonly lists = new IdleLists();
  private readonly pairs: TunnelPairs;
  private readonly limits: readonly number[];
  private readonly most: number;
  private readonly closed: ClosedConnections;
  private readonly addresses: AddressTable;
  private readonly listener: FlowListener;
  private heads = new Int32Array(1024).fill(-1);
  private chain: Int32Array;
  private readonly free: number[] = [];
  private slots = 0;
  private open = 0;
  /** When the last packet came: nanoseconds of capture time, its own stamp unless that is in doubt. */
  time = 0;
  private readonly clock = new FlowClock();
  private due = Infinity;
  /** Slot and row of the packet whose stamp lies far ahead. */
  private doubtfulSlot = -1;
  private doubtfulRow = -1;

  /**
   * @param capacity open flows that are made room for at first: memory is used as they come, growing later costs a copy
   */
  constructor(
    addresses: AddressTable,
    listener: FlowListener,
    timeouts: FlowTimeouts = DEFAULT_TIMEOUTS,
    capacity = 1024,
    most = MOST_OPEN,
  ) {
    this.most = most;
    this.state = new FlowState(capacity);
    this.pairs = new TunnelPairs(this.state);
    this.chain = new Int32Array(capacity);
    this.addresses = addresses;
    this.listener = listener;
    this.limits = [timeouts.other * 1e9, timeouts.tcpEstablished * 1e9, timeouts.udp * 1e9, timeouts.linger * 1e9];
    this.closed = new ClosedConnections(Math.min(CLOSED_REMEMBERED, capacity * 16));
  }

  get openCount(): number {
    return this.open;
  }

  /**
   * A packet comes, of whatever kind: flows complete that its time has left behind.
   * @param stamp nanoseconds of capture time
   */
  advance(stamp: number): void {
    this.time = this.clock.see(stamp);
    if (this.clock.silence) this.touchDoubtful();
    this.doubtfulSlot = -1;
    if (this.clock.passed >= this.due) this.expire();
  }

  /** Nothing arrives, but time goes on. */
  tick(stamp: number): void {
    this.clock.pass(stamp);
    if (this.clock.passed >= this.due) this.expire();
  }

  /** The stamp far ahead was right, so the flow of that packet was touched at that time. */
  private touchDoubtful(): void {
    const slot = this.doubtfulSlot;
    if (slot < 0 || this.row(slot) !== this.doubtfulRow) return;
    const list = this.state.u[slot * U_STRIDE + U.timeoutClass]!;
    if (list === CLASS_LINGER || this.state.u[slot * U_STRIDE + U.endReason]! > 0) return;
    this.state.d[slot * D_STRIDE + D.touched] = this.clock.now;
    this.lists.touch(list, slot);
  }

  private expire(): void {
    const over: number[] = [];
    for (let list = 0; list < 4; list++) {
      for (
        let slot = this.lists.head(list);
        slot >= 0 && this.state.d[slot * D_STRIDE + D.touched]! + this.limits[list]! <= this.clock.passed;
        slot = this.lists.head(list)
      ) {
        this.lists.remove(list, slot);
        over.push(slot);
      }
    }
    // In the order of first packets: then the order does not depend on how flows are dealt to threads.
    if (over.length > 1) over.sort((a, b) => this.row(a) - this.row(b));
    for (const slot of over)
      this.close(slot, this.state.u[slot * U_STRIDE + U.timeoutClass] === CLASS_LINGER ? this.closing(slot) : 'idle');
    this.due = Infinity;
    for (let list = 0; list < 4; list++) {
      const slot = this.lists.head(list);
      if (slot >= 0) this.due = Math.min(this.due, this.state.d[slot * D_STRIDE + D.touched]! + this.limits[list]!);
    }
  }

  /**
   * Puts a decoded IP packet into its flow; `advance` comes first, for packets of all kinds.
   * @param time nanoseconds of capture time
   * @param p the packet: its bytes, lengths and stamp
   * @returns the slot; `direction` and `row(slot)` tell the rest; -1 for what comes late of a connection that is over:
   * then `lateRow` is its row
   */
  packet(l: Layers, p: CapturedPacket, time: number, packetRow: number): number {
    const { buf, sec, nsec, wire, cap } = p;
    if (l.fragment === FRAGMENT_FIRST) this.fragments.remember(l, buf, time);
    else if (l.fragment === FRAGMENT_LATER) this.fragments.join(l, buf, time);
    const key = this.key;
    key.fromLayers(l, buf);
    const tcp = l.ipProtocol === IPPROTO_TCP && l.hasPorts && !l.damaged && l.fragment !== FRAGMENT_LATER;
    let slot = this.find(key);
    if (slot < 0 && key.inTunnel) {
      this.pairs.resolve(key, l, buf);
      slot = this.find(key);
    }
    const known = slot >= 0;
    if (known && this.clock.doubt > 0 && this.outdated(slot, tcp, l)) {
      this.complete(
        slot,
        this.state.u[slot * U_STRIDE + U.timeoutClass] === CLASS_LINGER ? this.closing(slot) : 'idle',
      );
      slot = this.find(key);
    }
    if (tcp && slot >= 0) slot = this.connection(slot, key, l);
    const shared = known && slot < 0 && this.find(key) >= 0;
    if (slot < 0) {
      if (tcp) {
        const row = this.closed.find(key.words, key.hash, key.sourceLow, l, this.clock.now);
        if (row >= 0) {
          this.direction = this.closed.direction;
          this.lateRow = flowRow(row);
          return -1;
        }
      }
      slot = this.create(l, p, time, packetRow, tcp, shared);
    }
    if (this.clock.doubt > 0) {
      this.doubtfulSlot = slot;
      this.doubtfulRow = this.row(slot);
    }

    const u0 = slot * U_STRIDE;
    const { u } = this.state;
    const dir = this.directionOf(slot, key);
    this.direction = dir;
    accumulate(this.state, slot, dir, time, wire, l.payloadWire);
    if (packetRow > u[u0 + U.lastPacket]!) u[u0 + U.lastPacket] = packetRow;
    if (l.damaged) u[u0 + U.damaged]!++;
    if (cap < wire) u[u0 + U.cutPackets]!++;
    const hop = l.hopLimit;
    if (hop < u[u0 + U.hopMin2 + dir]!) u[u0 + U.hopMin2 + dir] = hop;
    if (hop > u[u0 + U.hopMax2 + dir]!) u[u0 + U.hopMax2 + dir] = hop;
    const row = flowRow(u[u0 + U.row]!);
    const c = this.columns;
    c.stampEnd(row, sec, nsec);
    stampStart(c, row, sec, nsec);
    if (l.payloadLength > 0 && !l.damaged) this.bytes.add(this.state, slot, dir, buf, l.payloadAt, l.payloadLength);

    const over = tcp && this.follow(slot, dir, l, buf, time);
    l.payloadNumber = u[u0 + U.payloadPackets2]! + u[u0 + U.payloadPackets2 + 1]!;
    this.reschedule(slot, tcp, over);
    this.countQuoted(l, buf);
    return slot;
  }

  row(slot: number): FlowRow {
    return flowRow(this.state.u[slot * U_STRIDE + U.row]!);
  }

  /**
   * Whether this packet brought the open flow to a checkpoint: 8, 32, 128 packets, or each 60 s.
   * @returns its packet count, else 0
   */
  checkpoint(slot: number): number {
    return reachedCheckpoint(this.state, slot, this.time);
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
    for (const slot of left)
      this.close(slot, this.state.u[slot * U_STRIDE + U.state]! & LINGERING ? this.closing(slot) : 'capture-end');
    this.due = Infinity;
  }

  /** Copies counters of a flow into its row; done at its end, and for open flows at checkpoints. */
  settle(slot: number): FlowRow {
    const { u, d } = this.state;
    const u0 = slot * U_STRIDE;
    const row = flowRow(u[u0 + U.row]!);
    const c = this.columns;
    c.lastPacket[row] = u[u0 + U.lastPacket]!;
    c.packetsForward[row] = u[u0 + U.packets2]!;
    c.packetsReverse[row] = u[u0 + U.packets2 + 1]!;
    c.bytesForward[row] = d[slot * D_STRIDE + D.bytes2]!;
    c.bytesReverse[row] = d[slot * D_STRIDE + D.bytes2 + 1]!;
    c.grade[row] = u[u0 + U.grade] = gradeOf(this.state, slot);
    return flowRow(row);
  }

  private closing(slot: number): EndReason {
    const state = this.state.u[slot * U_STRIDE + U.state]!;
    if (!(state & LINGERING) || state & REPLACED) return 'new-syn';
    return state & RESET ? 'rst' : 'fin';
  }

  /**
   * Whether a packet in doubt, far ahead in time, ends the flow that it has the key of: by its own stamp the flow was
   * silent too long. A TCP segment a day or more ahead goes on with its connection: a wrong stamp is likelier than a
   * connection that old.
   */
  private outdated(slot: number, tcp: boolean, l: Layers): boolean {
    const at = this.clock.now + this.clock.doubt;
    if (at - this.state.d[slot * D_STRIDE + D.touched]! < this.limits[this.state.u[slot * U_STRIDE + U.timeoutClass]!]!)
      return false;
    return !tcp || (l.tcpFlags & TCP_SYN) !== 0 || this.clock.doubt < DAY;
  }

  private follow(slot: number, dir: number, l: Layers, buf: Uint8Array, time: number): boolean {
    const { u } = this.state;
    const at = slot * U_STRIDE + U.state;
    const before = u[at]!;
    const over = followTcp(this.state, slot, dir, l, buf, time);
    if (before & SHARED && !answered(before) && answered(u[at]!)) this.replaceOlder(slot);
    // A connection that was taken for replaced goes on with new data, so it is still alive.
    if (before & REPLACED && l.payloadWire > 0 && l.ahead >= 0) u[at] = u[at]! & ~REPLACED;
    return over || (u[at]! & REPLACED) !== 0;
  }

  private directionOf(slot: number, key: PacketKey): number {
    return key.sourceLow === ((this.state.u[slot * U_STRIDE + U.state]! & INITIATOR_LOW) !== 0) ? 0 : 1;
  }

  /**
   * The open connection of this key that a segment belongs to.
   * @param found one of them
   * @returns -1 when it begins another one
   */
  private connection(found: number, key: PacketKey, l: Layers): number {
    const shared = (this.state.u[found * U_STRIDE + U.state]! & SHARED) !== 0;
    if (l.tcpFlags & TCP_SYN && !(l.tcpFlags & TCP_RST)) {
      const belongs = isSyn(l) ? synBelongs : synAckBelongs;
      for (let slot = shared ? this.find(key) : found; slot >= 0; slot = shared ? this.next(slot, key) : -1) {
        if (belongs(this.state, slot, this.directionOf(slot, key), l)) return slot;
      }
      this.standAside(key);
      return -1;
    }
    return shared ? this.closest(key, l) : found;
  }

  /**
   * Of several connections with the same key, the one whose numbers are nearest to a segment's; the newest of equals.
   */
  private closest(key: PacketKey, l: Layers): number {
    let best = -1;
    let least = Infinity;
    let count = 0;
    for (let slot = this.find(key); slot >= 0; slot = this.next(slot, key)) {
      count++;
      const far = misfit(this.state, slot, this.directionOf(slot, key), l);
      if (far > least || (far === least && this.row(slot) < this.row(best))) continue;
      least = far;
      best = slot;
    }
    const at = best * U_STRIDE + U.state;
    if (count === 1) this.state.u[at] = this.state.u[at]! & ~SHARED;
    return best;
  }

  /**
   * A new connection comes beside those that have its key: what was never answered ends, the rest is told apart by
   * numbers from now on.
   */
  private standAside(key: PacketKey): void {
    const { u } = this.state;
    let spare = -1;
    let count = 0;
    for (let slot = this.find(key); slot >= 0; slot = this.next(slot, key)) {
      const at = slot * U_STRIDE + U.state;
      u[at] = u[at]! | SHARED;
      count++;
      if (spare < 0 || this.dearer(spare, slot)) spare = slot;
      if (!answered(u[at]!)) this.replace(slot);
    }
    if (count >= MAX_ALIKE) this.complete(spare, this.closing(spare));
  }

  /**
   * Which of two gives way to a further one is not the one that lives, else the older.
   * @returns whether `one` should rather stay than `other`
   */
  private dearer(one: number, other: number): boolean {
    const lives = (slot: number): boolean =>
      (this.state.u[slot * U_STRIDE + U.state]! & (ESTABLISHED | LINGERING)) === ESTABLISHED;
    return lives(one) === lives(other) ? this.row(other) < this.row(one) : lives(one);
  }

  /** A connection was answered: older ones with its key end. */
  private replaceOlder(than: number): void {
    const { u } = this.state;
    const from = than * U_STRIDE;
    for (let slot = this.heads[u[from + U.hash]! & (this.heads.length - 1)]!; slot >= 0; slot = this.chain[slot]!) {
      if (
        u[slot * U_STRIDE + U.hash] === u[from + U.hash] &&
        this.row(slot) < this.row(than) &&
        this.alike(slot, u.subarray(from, from + KEY_WORDS))
      )
        this.replace(slot);
    }
  }

  private replace(slot: number): void {
    const { u, d } = this.state;
    const at = slot * U_STRIDE;
    if (u[at + U.timeoutClass] === CLASS_LINGER) return;
    u[at + U.state] = u[at + U.state]! | REPLACED;
    d[slot * D_STRIDE + D.touched] = this.clock.now;
    this.moveTo(CLASS_LINGER, slot);
  }

  private find(key: PacketKey): number {
    return this.along(this.heads[key.hash & (this.heads.length - 1)]!, key);
  }

  /** The next open flow with the same key. */
  private next(slot: number, key: PacketKey): number {
    return this.along(this.chain[slot]!, key);
  }

  private along(from: number, key: PacketKey): number {
    const { u } = this.state;
    for (let slot = from; slot >= 0; slot = this.chain[slot]!) {
      if (u[slot * U_STRIDE + U.hash] === key.hash && this.alike(slot, key.words)) return slot;
    }
    return -1;
  }

  private alike(slot: number, words: Uint32Array): boolean {
    const { u } = this.state;
    const u0 = slot * U_STRIDE;
    let i = 0;
    while (i < KEY_WORDS && u[u0 + i] === words[i]) i++;
    return i === KEY_WORDS;
  }

  private create(l: Layers, p: CapturedPacket, time: number, packetRow: number, tcp: boolean, shared: boolean): number {
    if (this.open >= this.most) this.endOldest();
    const { key } = this;
    const { buf, sec, nsec } = p;
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
    if (key.inTunnel) this.pairs.add(key, slot, l, buf);

    const fromInitiator = sentByInitiator(l, buf);
    s.u[u0 + U.state] =
      (key.sourceLow === fromInitiator ? INITIATOR_LOW : 0) |
      (shared ? SHARED : 0) |
      (tcp && (l.tcpFlags & TCP_SYN) === 0 ? MIDSTREAM : 0);
    const c = this.columns;
    const row = c.add();
    s.u[u0 + U.row] = row;
    s.u[u0 + U.firstPacket] = packetRow;
    const d0 = slot * D_STRIDE;
    s.d[d0 + D.first] = s.d[d0 + D.last] = time;
    s.d[d0 + D.nextTimedCheckpoint] = this.time + CHECKPOINT_EVERY;

    const source = this.addresses.internBytes(l.net === NET_IP4 ? NET_IP4 : NET_IP6, buf, l.sourceAt);
    const destination = this.addresses.internBytes(l.net === NET_IP4 ? NET_IP4 : NET_IP6, buf, l.destinationAt);
    c.initiator[row] = fromInitiator ? source : destination;
    c.responder[row] = fromInitiator ? destination : source;
    c.hasPorts[row] = l.hasPorts ? 1 : 0;
    if (l.hasPorts) {
      c.initiatorPort[row] = fromInitiator ? l.sourcePort : l.destinationPort;
      c.responderPort[row] = fromInitiator ? l.destinationPort : l.sourcePort;
    } else if (l.ipProtocol === IPPROTO_ICMP || l.ipProtocol === IPPROTO_ICMPV6) {
      c.initiatorPort[row] = fromInitiator ? l.icmpType : icmpAsked(l);
      c.responderPort[row] = l.icmpCode;
    }
    c.ipProtocol[row] = l.ipProtocol;
    c.tunnel[row] = l.tunnel;
    c.firstPacket[row] = packetRow;
    c.startSeconds[row] = c.endSeconds[row] = sec;
    c.startNanoseconds[row] = c.endNanoseconds[row] = nsec;
    const list =
      l.ipProtocol === IPPROTO_UDP || l.ipProtocol === IPPROTO_ICMP || l.ipProtocol === IPPROTO_ICMPV6
        ? CLASS_UDP
        : CLASS_OTHER;
    s.u[u0 + U.timeoutClass] = list;
    s.d[d0 + D.touched] = this.clock.now;
    this.lists.append(list, slot);
    this.due = Math.min(this.due, this.clock.now + this.limits[list]!);
    return slot;
  }

  private endOldest(): void {
    const touched = (slot: number): number => this.state.d[slot * D_STRIDE + D.touched]!;
    let oldest = -1;
    for (let list = 0; list < 4; list++) {
      const slot = this.lists.head(list);
      if (slot >= 0 && (oldest < 0 || touched(slot) < touched(oldest))) oldest = slot;
    }
    const lingers = this.state.u[oldest * U_STRIDE + U.timeoutClass] === CLASS_LINGER;
    this.complete(oldest, lingers ? this.closing(oldest) : 'idle');
  }

  private reschedule(slot: number, tcp: boolean, over: boolean): void {
    const u0 = slot * U_STRIDE;
    const { u, d } = this.state;
    const list = u[u0 + U.timeoutClass]!;
    if (list === CLASS_LINGER) {
      // A lingering flow keeps lingering unless its connection turned out to be alive.
      if (over || !tcp) return;
      u[u0 + U.state] = u[u0 + U.state]! & ~LINGERING;
    }
    d[slot * D_STRIDE + D.touched] = this.clock.now;
    const before = list === CLASS_LINGER ? CLASS_OTHER : list;
    const lasting = tcp && u[u0 + U.state]! & ESTABLISHED ? CLASS_ESTABLISHED : before;
    const target = over ? CLASS_LINGER : lasting;
    if (target === list) {
      this.lists.touch(list, slot);
      return;
    }
    this.moveTo(target, slot);
  }

  private moveTo(target: number, slot: number): void {
    const { u } = this.state;
    const u0 = slot * U_STRIDE;
    if (target === CLASS_LINGER) u[u0 + U.state] = u[u0 + U.state]! | LINGERING;
    this.lists.remove(u[u0 + U.timeoutClass]!, slot);
    this.lists.append(target, slot);
    u[u0 + U.timeoutClass] = target;
    this.due = Math.min(this.due, this.clock.now + this.limits[target]!);
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
    if (this.state.u[slot * U_STRIDE + U.state]! & LINGERING)
      this.closed.remember(this.state, slot, row, this.clock.now);
    this.unlink(slot);
    this.pairs.remove(slot);
    this.open--;
    cleanHistograms(this.state, slot);
    this.bytes.give(this.state, slot, 0);
    this.bytes.give(this.state, slot, 1);
    this.free.push(slot);
  }

  private unlink(slot: number): void {
    const bucket = this.state.u[slot * U_STRIDE + U.hash]! & (this.heads.length - 1);
    let at = this.heads[bucket]!;
    if (at === slot) {
      this.heads[bucket] = this.chain[slot]!;
      return;
    }
    while (this.chain[at] !== slot) at = this.chain[at]!;
    this.chain[at] = this.chain[slot]!;
  }

  private newSlot(): number {
    const slot = this.slots++;
    if (slot === this.state.capacity) grow(this.state);
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
      for (let slot = head; slot >= 0;) {
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
    if (quoted.inTunnel) this.pairs.resolve(quoted, null, buf);
    const slot = this.find(quoted);
    if (slot >= 0) this.state.u[slot * U_STRIDE + U.icmpErrors]!++;
  }
}
