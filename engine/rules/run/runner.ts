// Asks rules of every packet: headers, bits, bytes of the packet and of the stream, transactions of the application.
import {
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  NET_NONE,
  PacketDecoder,
  TCP_ACK,
  TCP_SYN,
} from '../../decode/index.ts';
import { type CapturedPacket, LINKTYPE_RAW, type PacketSink } from '../../read/index.ts';
import { Inspection, type Sets } from '../inspect.ts';
import type { BitChange, BitTest, Signature } from '../signature.ts';
import { transformed } from '../transforms.ts';
import { Carriers } from './carriers.ts';
import { changeCounter, counterPasses } from './counters.ts';
import { noteDecodeEvents } from './decode-events.ts';
import { Defragmenter } from './defragment.ts';
import { Expected } from './expected.ts';
import { FlowTable } from './flow-table.ts';
import { flowFits, placesFit, transportFits } from './headers.ts';
import { asksFlowAlone, asksOfParts, asksPacket, asksStream } from './kinds.ts';
import { answersSyn, beginsFlow, seemsServer } from './midstream.ts';
import type { RuleObserver } from './observer.ts';
import { inOrderOfPlaces } from './order.ts';
import { outerLayers } from './outer.ts';
import { IPPROTO_SCTP, RulePacket } from './packet.ts';
import { packetPasses, type Reputations } from './packet-tests.ts';
import { HostBits, Thresholds } from './remembered.ts';
import { type BufferFilter, type Placed, RuleIndex } from './rule-index.ts';
import { RuleFlow } from './rule-flow.ts';
import type { StreamWindow } from './stream-window.ts';
import type { RuleAlert, RunnerOptions } from './told.ts';
import { trackKey, uniqueOf } from './tracked.ts';
import type { Transaction, TransactionSide, Wanted } from './transaction.ts';
import { wantedBy } from './wanted.ts';
import { isOfTransaction, transactionPasses } from './transaction-tests.ts';

const NO_SETS: Sets = { has: () => false, change: () => undefined, reputation: () => null };
const NO_REPUTATIONS: Reputations = { of: () => null };
/** Flows at once; the oldest ends beyond them. */
const MAX_FLOWS = 500_000;

/** Bytes before new ones that a pattern may begin in. */
const OVERLAP = 512;

export class RuleRunner implements PacketSink {
  private readonly index: RuleIndex;
  private readonly rules: readonly Placed[];
  private readonly decoder = new PacketDecoder();
  private readonly fragments = new Defragmenter();
  private readonly expected = new Expected();
  /** Whether a rule asks what is wrong with headers. */
  private readonly asksDecoder: boolean;
  private readonly now = new RulePacket();
  private readonly flows = new FlowTable();
  private readonly inspection: Inspection;
  private readonly reputations: Reputations;
  private readonly hostBits = new HostBits();
  private readonly thresholds = new Thresholds();
  private readonly carriers = new Carriers();
  private readonly told: (alert: RuleAlert) => void;
  private readonly options: RunnerOptions;
  private count = 0;
  /** Time of the packet that came last, in whole numbers. */
  private stampSeconds = 0;
  private stampNanoseconds = 0;
  /** By place: the look in which the rule was noted last. */
  private readonly stamps: Uint32Array;
  private stamp = 0;
  private readonly noted: number[] = [];
  private readonly observer: RuleObserver | null;
  private readonly found: number[] = [];
  private readonly wanted: Wanted;
  /** A rule passed the packet at hand: the others are not asked of it. */
  private stopped = false;
  /** The match is one of the flow, not of the packet alone: what the rule does holds for all that follows. */
  private isOfFlow = false;

  constructor(rules: readonly Signature[], told: (alert: RuleAlert) => void, options: RunnerOptions = {}) {
    this.index = new RuleIndex(rules);
    this.rules = this.index.rules;
    this.told = told;
    this.options = options;
    this.asksDecoder = rules.some((r) =>
      r.packetTests.some(({ ask }) => ask.of === 'event' && ask.event.startsWith('decoder.')),
    );
    this.inspection = new Inspection(options.sets ?? NO_SETS);
    this.reputations = options.reputations ?? NO_REPUTATIONS;
    this.stamps = new Uint32Array(this.rules.length);
    this.observer = options.observer ?? null;
    // Whoever tells of files or explains wants to see all that there is.
    this.wanted = options.files === undefined && this.observer === null ? wantedBy(rules) : null;
    this.observer?.watch({
      rules: this.rules,
      sets: options.sets ?? NO_SETS,
      reputations: this.reputations,
      isStopped: () => this.stopped,
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
    const end = c.off + c.cap;
    const number = this.count++;
    if (layers.outerNet !== NET_NONE)
      this.look(this.now.of(c.buf, c.off, end, outerLayers(layers, c.buf, end), number, seconds), c.wire);
    const p = this.now.of(c.buf, c.off, end, layers, number, seconds);
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
      if (layers.ipProtocol === IPPROTO_TCP) part = takeSegment(flow, p);
      else if (layers.ipProtocol === IPPROTO_UDP && p.payloadLength > 0) flow.datagram(p.dir, p.payload);
      if (this.options.inline === true) {
        flow.streams[p.dir].flush();
        flow.windows[p.dir].due = true;
      }
    }
    if (this.rules.length > 0) this.ask(p, flow, part);
    else if (flow !== null) this.seen(p, flow);
    if (this.options.files !== undefined && flow !== null) {
      flow.settle();
      this.carried(p, flow);
    }
    flow?.application?.sweep();
    if (flow !== null) flow.letGo();
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
      if (this.rules.length > 0) this.ask(p, flow, false);
    }
    if (this.options.files !== undefined) this.carried(p, flow);
  }

  private flowOf(p: RulePacket, wire: number): RuleFlow | null {
    const { layers: l } = p;
    if (!p.isIp) return null;
    const isIcmp = l.ipProtocol === IPPROTO_ICMP || l.ipProtocol === IPPROTO_ICMPV6;
    const known = l.ipProtocol === IPPROTO_TCP || l.ipProtocol === IPPROTO_UDP || l.ipProtocol === IPPROTO_SCTP;
    if (!(known && l.hasPorts) && !isIcmp) return null;
    const sp = isIcmp ? 0 : l.sourcePort;
    const dp = isIcmp ? 0 : l.destinationPort;
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
    const files = this.options.files !== undefined && this.rules.length === 0;
    const flow = new RuleFlow(p.layers.ipProtocol, files, this.wanted);
    flow.midstream = this.options.midstream === true;
    // Whoever answers a connection that was asked for before the capture began is the server.
    const isTcp = p.layers.ipProtocol === IPPROTO_TCP;
    const answers = isTcp && (answersSyn(p) || (flow.midstream && seemsServer(p)));
    [flow.client, flow.clientPort] = answers ? [p.destination, dp] : [p.source, sp];
    [flow.server, flow.serverPort] = answers ? [p.source, sp] : [p.destination, dp];
    flow.expected = this.expected;
    if (isTcp) flow.transfer = this.expected.take(flow.server, flow.serverPort);
    if (isTcp && this.options.skipMidstream === true && !beginsFlow(p)) flow.passed = true;
    flow.firstSeconds = p.seconds;
    flow.clientFirst = p.forward !== answers;
    if (p.is4) this.list(flow, p, answers);
    this.flows.put(place, p, flow);
    if (this.flows.size > MAX_FLOWS) this.endOld(p);
    return flow;
  }

  /** Rules that list the addresses of a flow. */
  private list(flow: RuleFlow, p: RulePacket, answers: boolean): void {
    const there = this.index.listed(p.source4, p.destination4);
    const back = this.index.listed(p.destination4, p.source4);
    flow.listed = answers ? [back, there] : [there, back];
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

  /** Tells of files that have come to their end. */
  private carried(p: RulePacket, flow: RuleFlow): void {
    for (const { t, ...file } of this.carriers.take(flow))
      this.options.files!({ ...this.whereAbouts(p, flow, t), ...file });
  }

  private ask(p: RulePacket, flow: RuleFlow | null, part: boolean): void {
    this.stopped = false;
    this.observer?.begin({ p, flow, part, first: flow === null || !flow.asked[p.dir] });
    const askedAll = !isPassed(flow, p) && this.askAll(p, flow, part);
    this.observer?.end();
    if (askedAll && flow !== null) this.seen(p, flow);
  }

  /** @returns whether all that was there has been looked at */
  private askAll(p: RulePacket, flow: RuleFlow | null, part: boolean): boolean {
    this.collect(p, flow, part);
    const { noted } = this;
    if (noted.length > 1) inOrderOfPlaces(noted);
    for (const place of noted) {
      const placed = this.rules[place]!;
      this.observer?.before(placed);
      this.askOne(placed, p, flow, part);
      if (this.stopped) break;
    }
    return true;
  }

  private askOne(placed: Placed, p: RulePacket, flow: RuleFlow | null, part: boolean): void {
    const { rule, kind } = placed;
    if (kind === 'transaction') {
      if (flow !== null && flow.application !== null) this.transactionsOf(placed, p, flow);
      return;
    }
    if (p.pseudo && !asksStream(rule)) return;
    if (kind === 'protocol' && (flow === null || !this.toldOnce(placed, p, flow))) return;
    if (!this.headerFits(rule, p, flow) || !this.remembers(rule, p, flow, null)) return;
    this.inspection.begin();
    this.isOfFlow = false;
    if (!this.payloadPasses(rule, p, flow, part) || !this.packetBuffersPass(rule, p)) return;
    if (kind === 'protocol') flow!.told.add(placed.place * 2 + p.dir);
    this.isOfFlow ||= kind !== 'packet' || asksFlowAlone(rule);
    this.matched(rule, p, flow, null);
  }

  /** Notes places of rules that may match now. */
  private collect(p: RulePacket, flow: RuleFlow | null, part: boolean): void {
    const { noted, stamps, index } = this;
    noted.length = 0;
    const window = flow === null ? null : flow.windows[p.dir];
    const ready = window !== null && window.ready;
    if (part && !flow!.sealed) this.scanPart(p, window!);
    if (ready) this.scanWindow(window, p.dir);
    const stamp = ++this.stamp;
    for (const place of noted) stamps[place] = stamp;
    if (ready) this.note(window.noted, stamp);
    if (!part && p.payloadLength > 0 && flow?.sealed !== true) {
      const filter = index.payload[p.transport === IPPROTO_TCP ? 'loose' : 'datagram'][p.dir];
      filter.scan(p.payload, stamps, stamp, noted);
    }
    if (!p.pseudo && index.headers.length > 0) this.scanHeaders(p, stamp);
    const application = flow === null ? null : flow.application;
    if (application !== null) this.scanTransactions(application.told(p.dir), p.dir, stamp);
    index.notePlain(p.transport, p.destinationPort, p.pseudo ? 0 : p.layers.tcpFlags, noted);
    this.noteListed(p, flow);
  }

  private note(places: readonly number[], stamp: number): void {
    for (const place of places) {
      if (this.stamps[place] === stamp) continue;
      this.stamps[place] = stamp;
      this.noted.push(place);
    }
  }

  /** Rules that list an address of the packet; those of addresses alone once in each direction of a flow. */
  private noteListed(p: RulePacket, flow: RuleFlow | null): void {
    const { index, noted } = this;
    const first = flow === null || !flow.asked[p.dir];
    if (flow !== null) flow.asked[p.dir] = true;
    if (first) for (const place of index.ofAnyAddress) noted.push(place);
    if (!p.is4) return;
    for (const place of flow === null ? index.listed(p.source4, p.destination4) : flow.listed[p.dir]) {
      if (first || this.rules[place]!.kind !== 'addresses') noted.push(place);
    }
  }

  private scanHeaders(p: RulePacket, stamp: number): void {
    for (const [name, filters] of this.index.headers) {
      const bytes = p.buffer(name);
      if (bytes !== null) this.scanValue(filters, bytes, 0, stamp);
    }
  }

  /** @param known so many of the first bytes were looked at before */
  private scanValue(filters: readonly BufferFilter[], bytes: Uint8Array, known: number, stamp: number): void {
    for (const { transforms, filter } of filters) {
      const plain = transforms.length === 0;
      const after = plain ? bytes : transformed(bytes, transforms);
      const from = plain ? Math.max(0, known - filter.longest + 1) : 0;
      filter.scan(after, from, after.length, this.stamps, stamp, this.noted);
    }
  }

  /** What a transaction has told since it was asked about last. */
  private scanTransactions(transactions: readonly Transaction[], dir: 0 | 1, stamp: number): void {
    const { noted } = this;
    for (const t of transactions) {
      if (t.isGivenUp) continue;
      this.scanSide(t.sides[dir], stamp);
      this.note(t.noted, stamp);
      // What one side of a transaction held counts for rules that ask both, and until all of it is there.
      if (noted.length > 0) t.noted = noted.slice();
    }
    for (const t of transactions) {
      if (t.isGivenUp) continue;
      const places = this.index.ofApplication(t.application);
      if (places !== undefined) this.note(places, stamp);
    }
  }

  private scanSide(side: TransactionSide, stamp: number): void {
    const { buffers } = this.index;
    for (const buffer of side.toMake()) {
      if (buffers.has(buffer)) side.values(buffer);
    }
    const { fresh } = side;
    for (let i = 0; i < fresh.length; i += 2) {
      const buffer = fresh[i] as string;
      const bytes = fresh[i + 1] as Uint8Array;
      const filters = buffers.get(buffer);
      if (filters !== undefined) this.scanValue(filters, bytes, side.lookedAt(buffer, bytes), stamp);
    }
    fresh.length = 0;
  }

  /**
   * A payload that is part of a stream is looked at once: for rules that are asked of the packet, and for those that are
   * asked of the stream, which is looked at only where packets meet.
   */
  private scanPart(p: RulePacket, window: StreamWindow): void {
    const { noted, stamps, found } = this;
    const { part, partAndStream } = this.index.payload;
    const stamp = ++this.stamp;
    part[p.dir].scanStart(p.payload, stamps, stamp, noted);
    found.length = 0;
    partAndStream[p.dir].scan(p.payload, 0, p.payloadLength, stamps, ++this.stamp, found);
    if (found.length === 0) return;
    for (const place of found) if (this.index.asksParts(place)) noted.push(place);
    const known = ++this.stamp;
    for (const place of window.noted) stamps[place] = known;
    for (const place of found) if (stamps[place] !== known && this.index.asksStreams(place)) window.noted.push(place);
  }

  /** Adds rules whose pattern the window holds, and no packet did. */
  private scanWindow(window: StreamWindow, dir: 0 | 1): void {
    const filter = this.index.payload.stream[dir];
    const stamp = ++this.stamp;
    const { bytes, noted } = window;
    for (const place of noted) this.stamps[place] = stamp;
    const known = window.count - window.fresh;
    filter.scanStart(bytes, this.stamps, stamp, noted, known);
    if (filter.anywhere.longest > 1)
      window.seams(Math.min(OVERLAP, filter.anywhere.longest), (from, to) =>
        filter.anywhere.scan(bytes, from, to, this.stamps, stamp, noted),
      );
  }

  /** What was there to be looked at in this direction has been. */
  private seen(p: RulePacket, flow: RuleFlow): void {
    if (flow.transport === IPPROTO_TCP) flow.windows[p.dir].looked();
    flow.application?.allAsked(p.dir);
  }

  /** A rule of a protocol alone is told once in each direction. */
  private toldOnce(placed: Placed, p: RulePacket, flow: RuleFlow): boolean {
    return !flow.told.has(placed.place * 2 + p.dir);
  }

  private headerFits(rule: Signature, p: RulePacket, flow: RuleFlow | null): boolean {
    if (!transportFits(rule, p, flow)) return false;
    if (!flowFits(rule, p, flow)) return false;
    if (!placesFit(rule, p)) return false;
    for (const { ask } of rule.packetTests)
      if (!isOfTransaction(ask) && !packetPasses(ask, p, flow, this.reputations)) return false;
    return true;
  }

  private remembers(rule: Signature, p: RulePacket, flow: RuleFlow | null, t: Transaction | null): boolean {
    for (const bit of rule.bits) if (!this.bitPasses(bit, p, flow, t)) return false;
    for (const c of rule.counters) if (!counterPasses(c, flow)) return false;
    return true;
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
      this.isOfFlow = this.inspection.passesBeyond(window!.bytes, rule.payload, window!.count - window!.fresh);
      if (this.isOfFlow) return true;
    }
    if (rule.transport === 'tcp-stream' || rule.flow.stream === 'only') return false;
    // What became part of the stream is looked at there, but for rules that ask for places within a packet.
    if (stream && part && !asksOfParts(rule)) return false;
    return p.payloadLength > 0 && this.inspection.passes(p.payload, rule.payload);
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
    const tells =
      rule.threshold === null ||
      this.thresholds.tells(rule, rule.threshold, trackKey(rule, p), p.seconds, uniqueOf(rule, p));
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
      ...this.whereAbouts(p, flow, t),
      name: t === null || flow?.applicationName !== 'dns' ? null : nameOf(t),
    });
  }

  private whereAbouts(p: RulePacket, flow: RuleFlow | null, t: Transaction | null): Omit<RuleAlert, 'rule' | 'name'> {
    return {
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
      flow: flow === null ? null : { began: flow.firstSeconds, toServer: p.dir === 0 },
      icmp: p.icmp,
    };
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
    const name = side.values('dns.query')?.[0] ?? side.values('dns.queries.rrname')?.[0];
    if (name !== undefined) return Buffer.from(name).toString('latin1');
  }
  return null;
}

/** A rule of one direction matches a transaction once in each, a rule of the whole transaction once. */
export function matchKey(placed: Placed, dir: 0 | 1): number {
  return placed.place * 2 + (placed.rule.transaction ? 0 : dir);
}

/** Whether nothing is asked of the flow any more; after `bypass` what waits at its end is. */
function isPassed(flow: RuleFlow | null, p: RulePacket): boolean {
  return flow !== null && (flow.passed || (flow.bypassed && !p.pseudo));
}

/** @returns whether the payload is part of the stream */
function takeSegment(flow: RuleFlow, p: RulePacket): boolean {
  flow.stateBefore = flow.state;
  const part = flow.tcp(p);
  if (flow.noticed.length > 0) {
    for (const event of flow.noticed) p.events.add(event);
    flow.noticed = [];
  }
  return part;
}

export function bitKey(scope: 'ip_src' | 'ip_dst' | 'ip_pair', name: string, p: RulePacket): string {
  if (scope === 'ip_src') return `${name} ${p.source}`;
  if (scope === 'ip_dst') return `${name} ${p.destination}`;
  const [a, b] = p.source < p.destination ? [p.source, p.destination] : [p.destination, p.source];
  return `${name} ${a} ${b}`;
}
