// Asks rules of every packet: headers, bits, bytes of the packet and of the stream, transactions of the application.
import {
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  PacketDecoder,
  TCP_ACK,
  TCP_SYN,
} from '../../decode/index.ts';
import { type CapturedPacket, LINKTYPE_RAW, type PacketSink } from '../../read/index.ts';
import { PACKET_BUFFERS } from '../buffers.ts';
import { Inspection, type Sets } from '../inspect.ts';
import type { BitChange, BitTest, Signature, Step } from '../signature.ts';
import { transformed } from '../transforms.ts';
import { noteDecodeEvents } from './decode-events.ts';
import { Defragmenter } from './defragment.ts';
import { Expected } from './expected.ts';
import { FlowTable } from './flow-table.ts';
import { fastPlace } from './fast-pattern.ts';
import { flowFits, placesFit, transportFits } from './headers.ts';
import type { Kind, Placed, RuleObserver } from './observer.ts';
import { inOrder } from './order.ts';
import { IPPROTO_SCTP, RulePacket } from './packet.ts';
import { packetPasses, type Reputations } from './packet-tests.ts';
import { type Awaited, Prefilter } from './prefilter.ts';
import { HostBits, Thresholds } from './remembered.ts';
import { RuleFlow, type StreamWindow } from './rule-flow.ts';
import type { Transaction } from './transaction.ts';
import { isOfTransaction, transactionPasses } from './transaction-tests.ts';

/** One match of a rule. */
export interface RuleAlert {
  readonly rule: Signature;
  /** Number of the packet, from 0, at which the rule matched. */
  readonly packet: number;
  /** Time of that packet: seconds since the epoch, and nanoseconds after them. */
  readonly seconds: number;
  readonly nanoseconds: number;
  /** Addresses: 16 bytes each as a number, IPv4 as ::ffff:a.b.c.d. */
  readonly source: bigint;
  readonly destination: bigint;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly transport: number;
  readonly application: string | null;
  readonly transaction: number | null;
  /** The name that the transaction asks for, where it is one of DNS. */
  readonly name: string | null;
  /** When the packet's flow began (seconds since the epoch), and whether the packet goes to its server; null without. */
  readonly flow: { readonly began: number; readonly toServer: boolean } | null;
  /** Type and code of an ICMP message. */
  readonly icmp: readonly [type: number, code: number] | null;
}

export interface RunnerOptions {
  readonly sets?: Sets;
  readonly reputations?: Reputations;
  /** Bytes are looked at as they arrive and not once they are acknowledged. */
  readonly inline?: boolean;
  readonly midstream?: boolean;
  /** Nothing is asked of connections whose beginning was not captured. */
  readonly skipMidstream?: boolean;
  /** Who looks on. */
  readonly observer?: RuleObserver;
}

const NO_SETS: Sets = { has: () => false, change: () => undefined, reputation: () => null };
const NO_REPUTATIONS: Reputations = { of: () => null };
/** Flows at once; the oldest ends beyond them. */
const MAX_FLOWS = 500_000;

/** Bytes before new ones that a pattern may begin in. */
const OVERLAP = 512;

export class RuleRunner implements PacketSink {
  private readonly rules: readonly Placed[];
  private readonly decoder = new PacketDecoder();
  private readonly fragments = new Defragmenter();
  /** Whether a rule asks what is wrong with headers. */
  private readonly asksDecoder: boolean;
  private readonly now = new RulePacket();
  private readonly flows = new FlowTable();
  private readonly expected = new Expected();
  private readonly inspection: Inspection;
  private readonly reputations: Reputations;
  private readonly hostBits = new HostBits();
  private readonly thresholds = new Thresholds();
  private readonly told: (alert: RuleAlert) => void;
  private readonly options: RunnerOptions;
  private count = 0;
  /** Time of the packet that came last, in whole numbers. */
  private stampSeconds = 0;
  private stampNanoseconds = 0;
  /** Places of rules that nothing can be waited for. */
  private readonly always: readonly number[];
  /** Patterns of payloads: of datagrams, of TCP packets that are part of a stream, of others, and of streams. */
  private readonly payloadFilters: Readonly<Record<PayloadOf, Prefilter>>;
  private readonly bufferFilters = new Map<string, Prefilter>();
  /** By place: the look in which the rule was noted last. */
  private readonly stamps: Uint32Array;
  private stamp = 0;
  private readonly noted: number[] = [];
  private readonly observer: RuleObserver | null;
  /** A rule passed the packet at hand: the others are not asked of it. */
  private stopped = false;
  /** The match is one of the flow, not of the packet alone: what the rule does holds for all that follows. */
  private isOfFlow = false;

  constructor(rules: readonly Signature[], told: (alert: RuleAlert) => void, options: RunnerOptions = {}) {
    this.rules = inOrder(rules).map((rule, place) => ({ rule, place, kind: kindOf(rule) }));
    this.told = told;
    this.options = options;
    this.asksDecoder = rules.some((r) =>
      r.packetTests.some(({ ask }) => ask.of === 'event' && ask.event.startsWith('decoder.')),
    );
    this.inspection = new Inspection(options.sets ?? NO_SETS);
    this.reputations = options.reputations ?? NO_REPUTATIONS;
    this.stamps = new Uint32Array(this.rules.length);
    const fast = this.rules.map(({ rule }) => fastPlace(rule));
    this.always = this.rules.flatMap(({ place }) => (fast[place] === null ? [place] : []));
    const awaited = new Map<string | null, Awaited[]>();
    for (const [place, f] of fast.entries()) {
      if (f === null) continue;
      const list = awaited.get(f.buffer) ?? [];
      list.push({ bytes: f.bytes, of: place });
      awaited.set(f.buffer, list);
    }
    const ofPayload = awaited.get(null) ?? [];
    const filterOf = (of: PayloadOf): Prefilter =>
      new Prefilter(ofPayload.filter((a) => isAskedOf(this.rules[a.of]!.rule, of)));
    this.payloadFilters = {
      datagram: filterOf('datagram'),
      part: filterOf('part'),
      loose: filterOf('loose'),
      stream: filterOf('stream'),
    };
    for (const [buffer, list] of awaited) if (buffer !== null) this.bufferFilters.set(buffer, new Prefilter(list));
    this.observer = options.observer ?? null;
    this.observer?.watch({
      rules: this.rules,
      sets: options.sets ?? NO_SETS,
      reputations: this.reputations,
      bitPasses: (bit, p, flow, t) => this.bitPasses(bit, p, flow, t),
    });
  }

  /** Packets that were given. */
  get packets(): number {
    return this.count;
  }

  packet(c: CapturedPacket): void {
    const layers = this.decoder.decode(c.buf, c.off, c.cap, c.link, c.wire);
    this.stampSeconds = c.sec;
    this.stampNanoseconds = c.nsec;
    const seconds = c.sec + c.nsec / 1e9;
    const p = this.now.of(c.buf, c.off, c.off + c.cap, layers, this.count++, seconds);
    const whole = p.isFragment ? this.fragments.take(p) : null;
    this.look(p, c.wire);
    if (whole === null) return;
    const { vlans } = p;
    const tag = layers.vlan;
    const inside = this.decoder.decode(whole, 0, whole.length, LINKTYPE_RAW, whole.length);
    inside.vlan = tag;
    this.look(p.of(whole, 0, whole.length, inside, p.number, seconds).tagged(vlans), 0);
  }

  private look(p: RulePacket, wire: number): void {
    const { layers } = p;
    if (this.asksDecoder) noteDecodeEvents(p);
    if (p.isFragment) p.asFragment();
    const flow = this.flowOf(p, wire);
    let part = false;
    if (flow !== null) {
      if (layers.ipProtocol === IPPROTO_TCP) {
        flow.stateBefore = flow.state;
        part = flow.tcp(p);
        for (const event of flow.noticed) p.events.add(event);
        flow.noticed.clear();
      } else if (layers.ipProtocol === IPPROTO_UDP && p.payload.length > 0) flow.datagram(p.dir, p.payload);
      if (this.options.inline === true) {
        flow.streams[p.dir].flush();
        flow.windows[p.dir].due = true;
      }
    }
    this.ask(p, flow, part);
    flow?.application?.sweep();
  }

  /** The capture is over: what waits in flows is looked at. */
  finish(): void {
    for (const flow of this.flows.all()) this.endFlow(flow);
  }

  /** Asks what is left when nothing comes any more, in both directions. */
  private endFlow(flow: RuleFlow): void {
    flow.finish();
    flow.stateBefore = flow.state;
    const p = this.now;
    for (const dir of [0, 1] as const) {
      p.restOf(flow, dir);
      this.ask(p, flow, false);
    }
  }

  private flowOf(p: RulePacket, wire: number): RuleFlow | null {
    const { layers: l } = p;
    if (!p.isIp) return null;
    const isIcmp = l.ipProtocol === IPPROTO_ICMP || l.ipProtocol === IPPROTO_ICMPV6;
    const known = l.ipProtocol === IPPROTO_TCP || l.ipProtocol === IPPROTO_UDP || l.ipProtocol === IPPROTO_SCTP;
    if (!(known && l.hasPorts) && !isIcmp) return null;
    const [sp, dp] = isIcmp ? [0, 0] : [l.sourcePort, l.destinationPort];
    p.toKey(sp, dp);
    const place = this.flows.place(p);
    let flow = this.flows.at(place);
    const syn = l.ipProtocol === IPPROTO_TCP && (l.tcpFlags & (TCP_SYN | TCP_ACK)) === TCP_SYN;
    if (flow !== null && syn && flow.state === 'closed') {
      this.endFlow(flow);
      this.flows.remove(place);
      flow = null;
      p.of(p.bytes, p.off, p.end, l, p.number, p.seconds);
    }
    flow ??= this.begin(place, p, sp, dp);
    p.dir = p.forward === flow.clientFirst ? 0 : 1;
    flow.packets[p.dir]++;
    flow.wire[p.dir] += wire;
    flow.lastSeconds = p.seconds;
    if (l.ipProtocol !== IPPROTO_TCP && flow.packets[0] > 0 && flow.packets[1] > 0 && flow.state === 'new')
      flow.state = 'established';
    return flow;
  }

  private begin(place: number, p: RulePacket, sp: number, dp: number): RuleFlow {
    const flow = new RuleFlow(p.layers.ipProtocol);
    flow.midstream = this.options.midstream === true;
    // Whoever answers a connection that was asked for before the capture began is the server.
    const answers = p.layers.ipProtocol === IPPROTO_TCP && (answersSyn(p) || (flow.midstream && seemsServer(p)));
    [flow.client, flow.clientPort] = answers ? [p.destination, dp] : [p.source, sp];
    [flow.server, flow.serverPort] = answers ? [p.source, sp] : [p.destination, dp];
    flow.expected = this.expected;
    if (flow.transport === IPPROTO_TCP) flow.transfer = this.expected.take(flow.server, flow.serverPort);
    const begins = p.layers.ipProtocol !== IPPROTO_TCP || (p.layers.tcpFlags & (TCP_SYN | TCP_ACK)) === TCP_SYN;
    if (!begins && this.options.skipMidstream === true) flow.passed = true;
    flow.firstSeconds = p.seconds;
    flow.clientFirst = p.forward !== answers;
    this.flows.put(place, p, flow);
    if (this.flows.size > MAX_FLOWS) this.endOld(p);
    return flow;
  }

  /** Flows that were idle longest end, half of them. */
  private endOld(p: RulePacket): void {
    const times = [...this.flows.all()].map((f) => f.lastSeconds).sort((a, b) => a - b);
    const middle = times[times.length >>> 1]!;
    const { bytes, off, end, layers, number, seconds, dir } = p;
    this.flows.sweep((flow) => {
      if (flow.lastSeconds >= middle) return false;
      this.endFlow(flow);
      return true;
    });
    p.of(bytes, off, end, layers, number, seconds).dir = dir;
  }

  private ask(p: RulePacket, flow: RuleFlow | null, part: boolean): void {
    if (isPassed(flow) || (flow?.bypassed === true && !p.pseudo)) {
      this.observer?.begin({ p, flow, part, first: false });
      this.observer?.end();
      return;
    }
    const first = flow !== null && !flow.asked[p.dir];
    if (flow !== null) flow.asked[p.dir] = true;
    this.observer?.begin({ p, flow, part, first });
    this.stopped = false;
    for (const place of this.candidates(p, flow, part)) {
      const placed = this.rules[place]!;
      const { rule, kind } = placed;
      this.observer?.before(placed);
      if (kind === 'transaction') {
        if (flow !== null && flow.application !== null) this.transactionsOf(placed, p, flow);
      } else {
        if (p.pseudo && !asksStream(rule)) continue;
        if (kind === 'addresses' && flow !== null && !first) continue;
        if (kind === 'protocol' && (flow === null || !this.toldOnce(placed, p, flow))) continue;
        if (!this.headerFits(rule, p, flow) || !this.remembers(rule, p, flow, null)) continue;
        this.inspection.begin();
        this.isOfFlow = false;
        if (!this.payloadPasses(rule, p, flow, part) || !this.packetBuffersPass(rule, p)) continue;
        if (kind === 'protocol') flow!.told.add(placed.place * 2 + p.dir);
        this.isOfFlow ||= kind !== 'packet' || asksFlowAlone(rule);
        this.matched(rule, p, flow, null);
      }
      if (this.stopped) break;
    }
    this.observer?.end();
    if (flow === null) return;
    this.seen(p, flow);
  }

  /** Places of rules that may match now, in their order. */
  private candidates(p: RulePacket, flow: RuleFlow | null, part: boolean): readonly number[] {
    const { noted, stamps } = this;
    noted.length = 0;
    const stamp = ++this.stamp;
    if (p.payload.length > 0 && flow?.sealed !== true) {
      const ofTcp = part ? 'part' : 'loose';
      const of = p.transport === IPPROTO_TCP ? ofTcp : 'datagram';
      this.payloadFilters[of].scan(p.payload, stamps, stamp, noted);
    }
    const window = flow?.windows[p.dir];
    if (window !== undefined && window.ready) this.note(this.scanned(window), this.stamp);
    const now = this.stamp;
    if (!p.pseudo) this.scanHeaders(p, now);
    for (const t of flow?.application?.transactions ?? []) {
      const side = t.sides[p.dir];
      if (t.asked[p.dir] === side.version) continue;
      for (const [buffer, bytes] of side.all()) this.bufferFilters.get(buffer)?.scan(bytes, stamps, now, noted);
      this.note(t.noted, now);
      // What one side of a transaction held counts for rules that ask both.
      t.noted = [...noted];
    }
    if (noted.length === 0) return this.always;
    return merged(
      this.always,
      noted.sort((a, b) => a - b),
    );
  }

  private note(places: readonly number[], stamp: number): void {
    for (const place of places) {
      if (this.stamps[place] === stamp) continue;
      this.stamps[place] = stamp;
      this.noted.push(place);
    }
  }

  private scanHeaders(p: RulePacket, stamp: number): void {
    for (const name of PACKET_BUFFERS) {
      const filter = this.bufferFilters.get(name);
      const bytes = filter === undefined ? null : p.buffer(name);
      if (bytes !== null) filter!.scan(bytes, this.stamps, stamp, this.noted);
    }
  }

  /** Rules whose pattern the window holds: only its new bytes are looked at. */
  private scanned(window: StreamWindow): readonly number[] {
    const from = Math.max(0, window.count - window.fresh - OVERLAP);
    const found: number[] = [];
    this.payloadFilters.stream.scan(window.bytes.subarray(from), this.stamps, ++this.stamp, found);
    const known = new Set(window.noted);
    for (const place of found) if (!known.has(place)) window.noted.push(place);
    this.stamp++;
    for (const place of this.noted) this.stamps[place] = this.stamp;
    return window.noted;
  }

  /** What was there to be looked at in this direction has been. */
  private seen(p: RulePacket, flow: RuleFlow): void {
    flow.windows[p.dir].looked();
    for (const t of flow.application?.transactions ?? []) t.asked[p.dir] = t.sides[p.dir].version;
  }

  /** A rule of a protocol alone is told once in each direction. */
  private toldOnce(placed: Placed, p: RulePacket, flow: RuleFlow): boolean {
    return !flow.told.has(placed.place * 2 + p.dir);
  }

  private headerFits(rule: Signature, p: RulePacket, flow: RuleFlow | null): boolean {
    if (!transportFits(rule, p, flow)) return false;
    if (!flowFits(rule, p, flow)) return false;
    const { sourcePort: sp, destinationPort: dp } = p;
    const there = placesFit(rule, p.source, sp, p.destination, dp, p);
    if (!there && !(rule.bothWays && placesFit(rule, p.destination, dp, p.source, sp, p))) return false;
    return rule.packetTests.every((t) => isOfTransaction(t.ask) || packetPasses(t.ask, p, flow, this.reputations));
  }

  private remembers(rule: Signature, p: RulePacket, flow: RuleFlow | null, t: Transaction | null): boolean {
    return (
      rule.bits.every((bit) => this.bitPasses(bit, p, flow, t)) && rule.counters.every((c) => counterPasses(c, flow))
    );
  }

  private bitPasses(bit: BitTest, p: RulePacket, flow: RuleFlow | null, t: Transaction | null): boolean {
    if (bit.scope === 'flow' && flow === null) return false;
    const set = bit.names.some((name) => this.bitIsSet(bit.scope, name, p, flow, t));
    return set !== bit.not;
  }

  private bitIsSet(
    scope: BitTest['scope'],
    name: string,
    p: RulePacket,
    flow: RuleFlow | null,
    t: Transaction | null,
  ): boolean {
    switch (scope) {
      case 'flow':
        return flow?.bits?.has(name) === true;
      case 'tx':
        return t?.bits?.has(name) === true;
      default:
        return this.hostBits.has(bitKey(scope, name, p), p.seconds);
    }
  }

  private payloadPasses(rule: Signature, p: RulePacket, flow: RuleFlow | null, part: boolean): boolean {
    if (rule.payload.length === 0) return true;
    const window = flow?.windows[p.dir];
    const stream =
      rule.transport !== 'tcp-pkt' && rule.flow.stream !== 'no' && flow !== null && flow.transport === IPPROTO_TCP;
    const ofPacket = asksPacket(rule);
    if (stream && window!.ready && !ofPacket) {
      if (this.inspection.passesBeyond(window!.bytes, rule.payload, window!.count - window!.fresh)) {
        this.isOfFlow = true;
        return true;
      }
    }
    if (rule.transport === 'tcp-stream' || rule.flow.stream === 'only') return false;
    // What became part of the stream is looked at there, but for rules that ask for places within a packet.
    if (stream && part && !ofPacket && !asksForPlaces(rule.payload)) return false;
    return p.payload.length > 0 && this.inspection.passes(p.payload, rule.payload);
  }

  private packetBuffersPass(rule: Signature, p: RulePacket): boolean {
    return rule.buffers.every((test) => {
      const bytes = p.buffer(test.buffer);
      if (bytes === null) return test.absent !== 'no';
      return test.absent !== 'yes' && this.inspection.passes(transformed(bytes, test.transforms), test.steps);
    });
  }

  private transactionsOf(placed: Placed, p: RulePacket, flow: RuleFlow): void {
    const { rule } = placed;
    const { transactions } = flow.application!;
    if (transactions.length === 0) return;
    let fits: boolean | null = null;
    for (const t of transactions) {
      if (!rule.applications.includes(t.application)) continue;
      if (t.matched.has(matchKey(placed, p.dir))) continue;
      if (t.asked[p.dir] === t.sides[p.dir].version) continue;
      fits ??= this.headerFits(rule, p, flow);
      if (!fits) return;
      if (!this.remembers(rule, p, flow, t)) continue;
      this.inspection.begin();
      if (!transactionPasses(this.inspection, rule, t, p.dir)) continue;
      if (rule.payload.length > 0 && !this.payloadPasses(rule, p, flow, false)) continue;
      t.matched.add(matchKey(placed, p.dir));
      this.isOfFlow = true;
      this.matched(rule, p, flow, t);
    }
  }

  private matched(rule: Signature, p: RulePacket, flow: RuleFlow | null, t: Transaction | null): void {
    const tells = rule.threshold === null || this.thresholds.tells(rule, rule.threshold, trackKey(rule, p), p.seconds, uniqueOf(rule, p));
    this.observer?.matched(rule, t, tells);
    if (!tells && rule.threshold?.type === 'detection_filter') return;
    for (const change of rule.bitChanges) this.changeBit(change, p, flow, t);
    for (const change of rule.counterChanges) if (flow !== null) changeCounter(change, flow);
    if (rule.action === 'pass') this.stopped = true;
    const acts = rule.action === 'pass' || (rule.action !== 'alert' && this.options.inline === true);
    if (acts && flow !== null && this.isOfFlow) flow.passed = true;
    if (rule.bypass && flow !== null) flow.bypassed = true;
    if (rule.silent || rule.action === 'config' || !tells) return;
    this.told({
      rule,
      packet: p.number,
      seconds: this.stampSeconds,
      nanoseconds: this.stampNanoseconds,
      source: p.source,
      destination: p.destination,
      sourcePort: p.sourcePort,
      destinationPort: p.destinationPort,
      transport: p.transport,
      application: flow === null || flow.application === null ? null : flow.applicationName,
      transaction: t?.id ?? null,
      name: t === null || flow?.applicationName !== 'dns' ? null : nameOf(t),
      flow: flow === null ? null : { began: flow.firstSeconds, toServer: p.dir === 0 },
      icmp: p.icmp,
    });
  }

  private changeBit(change: BitChange, p: RulePacket, flow: RuleFlow | null, t: Transaction | null): void {
    if (change.scope === 'flow' || change.scope === 'tx') {
      const holder = change.scope === 'flow' ? flow : t;
      if (holder === null) return;
      holder.bits ??= new Set();
      const { bits } = holder;
      const on = change.change === 'set' || (change.change === 'toggle' && !bits.has(change.name));
      if (on) bits.add(change.name);
      else bits.delete(change.name);
      return;
    }
    const key = bitKey(change.scope, change.name, p);
    const on = change.change === 'set' || (change.change === 'toggle' && !this.hostBits.has(key, p.seconds));
    if (on) this.hostBits.set(key, change.seconds === 0 ? Infinity : p.seconds + change.seconds);
    else this.hostBits.unset(key);
  }
}

/** The name that a transaction of DNS asks for, in either side: an answer repeats the question. */
function nameOf({ sides }: Transaction): string | null {
  for (const side of sides) {
    for (const [buffer, bytes] of side.all()) {
      if (buffer === 'dns.query' || buffer === 'dns.queries.rrname') return Buffer.from(bytes).toString('latin1');
    }
  }
  return null;
}

function answersSyn(p: RulePacket): boolean {
  return (p.layers.tcpFlags & (TCP_SYN | TCP_ACK)) === (TCP_SYN | TCP_ACK);
}

/** Of a connection that is taken up in the middle: whether its first packet comes from the server, by port and bytes. */
function seemsServer(p: RulePacket): boolean {
  if ((p.layers.tcpFlags & TCP_SYN) !== 0) return false;
  const [sp, dp] = [p.sourcePort, p.destinationPort];
  const { payload: b } = p;
  const http = b.length > 5 && b[0] === 72 && b[1] === 84 && b[2] === 84 && b[3] === 80 && b[4] === 47;
  return http || (sp < 1_024 && dp >= 32_768);
}

/** A rule of one direction matches a transaction once in each, a rule of the whole transaction once. */
export function matchKey(placed: Placed, dir: 0 | 1): number {
  return placed.place * 2 + (placed.rule.transaction ? 0 : dir);
}

/** Two lists in order as one. */
function merged(a: readonly number[], b: readonly number[]): readonly number[] {
  const out: number[] = [];
  let i = 0;
  for (const x of b) {
    while (i < a.length && a[i]! < x) out.push(a[i++]!);
    out.push(x);
  }
  while (i < a.length) out.push(a[i++]!);
  return out;
}

/** Where bytes of a payload stand that patterns are looked for in. */
type PayloadOf = 'datagram' | 'part' | 'loose' | 'stream';

/** Whether a rule without a buffer can match such bytes. */
function isAskedOf(rule: Signature, of: PayloadOf): boolean {
  const tcp = rule.transport === 'tcp' || rule.transport === 'tcp-pkt' || rule.transport === 'tcp-stream';
  const onlyStream = rule.transport === 'tcp-stream' || rule.flow.stream === 'only';
  const noStream = rule.transport === 'tcp-pkt' || rule.flow.stream === 'no';
  switch (of) {
    case 'datagram':
      return !tcp;
    case 'stream':
      return !noStream && rule.transport !== 'udp' && rule.transport !== 'icmp';
    case 'loose':
      return !onlyStream && rule.transport !== 'udp' && rule.transport !== 'icmp';
    case 'part':
      if (onlyStream || rule.transport === 'udp' || rule.transport === 'icmp') return false;
      return noStream || asksForPlaces(rule.payload) || asksPacket(rule);
  }
}

function isPassed(flow: RuleFlow | null): boolean {
  return flow !== null && flow.passed;
}

/** Whether bytes of a stream can make a rule match that no packet goes with. */
export function asksStream(rule: Signature): boolean {
  return rule.payload.length > 0 && rule.transport !== 'tcp-pkt' && rule.buffers.length === 0;
}

function kindOf(rule: Signature): Kind {
  if (rule.packetTests.some((t) => isOfTransaction(t.ask))) return 'transaction';
  const packetOnly = rule.buffers.every((b) => PACKET_BUFFERS.has(b.buffer));
  if (rule.fields.length > 0 || !packetOnly) return 'transaction';
  const plain =
    rule.payload.length === 0 && rule.buffers.length === 0 && rule.bits.length === 0 && rule.counters.length === 0;
  if (!plain) return 'packet';
  if (rule.packetTests.length > 0)
    return rule.packetTests.every((t) => t.ask.of === 'application') ? 'protocol' : 'packet';
  if (rule.applications.length > 0) return 'packet';
  const bareFlow = rule.flow.direction === 'both' && rule.flow.established === 'any' && !rule.flow.stateless;
  const noPorts = rule.sourcePort.any && rule.destinationPort.any;
  return bareFlow && noPorts && rule.transport !== 'pkthdr' ? 'addresses' : 'packet';
}

export function counterPasses(c: Signature['counters'][number], flow: RuleFlow | null): boolean {
  if (flow === null) return false;
  const now = flow.counters?.get(c.name);
  if (c.test === 'isset' || c.test === 'notset') return (now !== undefined) === (c.test === 'isset');
  const other = typeof c.value === 'number' ? c.value : flow.counters?.get(c.value);
  if (now === undefined || other === undefined) return false;
  switch (c.test) {
    case '<':
      return now < other;
    case '<=':
      return now <= other;
    case '==':
      return now === other;
    case '!=':
      return now !== other;
    case '>=':
      return now >= other;
    case '>':
      return now > other;
  }
}

function changeCounter(change: Signature['counterChanges'][number], flow: RuleFlow): void {
  flow.counters ??= new Map();
  const operand = typeof change.value === 'number' ? change.value : flow.counters.get(change.value);
  if (operand === undefined) return;
  const now = flow.counters.get(change.name) ?? 0;
  const next = { '=': operand, '+': now + operand, '-': now - operand }[change.change];
  flow.counters.set(change.name, Math.max(0, next));
}

function bitKey(scope: 'ip_src' | 'ip_dst' | 'ip_pair', name: string, p: RulePacket): string {
  if (scope === 'ip_src') return `${name} ${p.source}`;
  if (scope === 'ip_dst') return `${name} ${p.destination}`;
  const [a, b] = p.source < p.destination ? [p.source, p.destination] : [p.destination, p.source];
  return `${name} ${a} ${b}`;
}

/** What makes a match another one for `unique_on`, 0 where all count. */
function uniqueOf(rule: Signature, p: RulePacket): number {
  const unique = rule.threshold?.unique ?? null;
  if (unique === null) return 0;
  return unique === 'src_port' ? p.sourcePort : p.destinationPort;
}

function trackKey(rule: Signature, p: RulePacket): string {
  switch (rule.threshold!.track) {
    case 'by_src':
      return `${p.source}`;
    case 'by_dst':
      return `${p.destination}`;
    case 'by_both':
      return `${p.source} ${p.destination}`;
    case 'by_rule':
      return '';
    case 'by_flow': {
      const ends = [`${p.source}:${p.sourcePort}`, `${p.destination}:${p.destinationPort}`].sort();
      return ends.join(' ');
    }
  }
}

/** Whether a rule asks for a header's field: its patterns are then those of that packet. */
function asksPacket(rule: Signature): boolean {
  return rule.packetTests.some(
    ({ ask }) => ask.of === 'flags' || (ask.of === 'number' && !ask.field.startsWith('flow.')),
  );
}

/** Whether a rule asks for ends and an application alone: what it does then holds for the whole flow. */
function asksFlowAlone(rule: Signature): boolean {
  if (rule.payload.length + rule.buffers.length + rule.bits.length + rule.packetTests.length > 0) return false;
  if (rule.applications.length > 0) return true;
  return rule.flow.direction === 'both' && rule.flow.established === 'any' && !rule.flow.stateless;
}

/** Whether patterns are bound to places from the beginning: such rules are asked of packets as well. */
export function asksForPlaces(steps: readonly Step[]): boolean {
  return steps.some((s) => s.step === 'content' && (s.offset !== null || s.depth !== null || s.startsWith));
}
