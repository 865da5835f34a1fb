// Which rules may match at all: by patterns that must be there, by addresses and ports that they list, by transport and
// application. What is left is asked in full.
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP, TCP_SYN } from '../../decode/index.ts';
import { PACKET_BUFFERS } from '../buffers.ts';
import type { Signature } from '../signature.ts';
import type { Transform } from '../transforms.ts';
import { AddressIndex, type Listed } from './address-index.ts';
import { type FastPlace, fastPlace, START, transformText } from './fast-pattern.ts';
import { asksForPlaces, asksPacket, type Kind, kindOf } from './kinds.ts';
import { inOrder } from './order.ts';
import { type Awaited, PatternTables, Prefilter } from './prefilter.ts';

export interface Placed {
  readonly rule: Signature;
  /** Place in the order in which rules are asked. */
  readonly place: number;
  readonly kind: Kind;
}

/** Where bytes of a payload stand that patterns are looked for in. */
export type PayloadOf = 'datagram' | 'part' | 'loose' | 'stream';

/** Ranges of addresses of one rule that are worth an index. */
const MAX_RANGES = 4_096;
/** Addresses of such a rule: a network of nine bits. */
const MAX_LISTED = 8_388_608;
const NONE: readonly number[] = [];

type AwaitedAt = Awaited & Pick<FastPlace, 'until'>;

/** Patterns of payloads: those that may stand anywhere, and those that stand at the beginning. */
export class PayloadFilter {
  readonly anywhere: Prefilter;
  private readonly atStart: Prefilter;

  constructor(awaited: readonly AwaitedAt[], tables: PatternTables) {
    this.anywhere = new Prefilter(awaited.filter(isAnywhere), tables);
    this.atStart = new Prefilter(
      awaited.filter((a) => !isAnywhere(a)),
      tables,
    );
  }

  /** As `Prefilter.scan`, of all bytes. */
  scan(bytes: Uint8Array, stamps: Uint32Array, stamp: number, noted: number[]): void {
    this.anywhere.scan(bytes, 0, bytes.length, stamps, stamp, noted);
    this.scanStart(bytes, stamps, stamp, noted);
  }

  /** Of patterns at the beginning alone. @param known so many bytes were looked at before */
  scanStart(bytes: Uint8Array, stamps: Uint32Array, stamp: number, noted: number[], known = 0): void {
    if (known < START) this.atStart.scan(bytes, 0, Math.min(START, bytes.length), stamps, stamp, noted);
  }
}

function isAnywhere({ until }: AwaitedAt): boolean {
  return until > START;
}

/** Patterns of one buffer after what is done to it. */
export interface BufferFilter {
  readonly transforms: readonly Transform[];
  readonly filter: Prefilter;
}

/** Rules that no pattern tells of, of one transport. */
class Plain {
  /** Of every port, and by the destination's. */
  private readonly everywhere: number[] = [];
  private readonly byPort = new Map<number, number[]>();

  add({ rule, place }: Placed): void {
    const { few } = rule.destinationPort;
    if (few === null || !hasFewPorts(rule)) this.everywhere.push(place);
    else {
      for (const port of few) {
        const known = this.byPort.get(port);
        if (known === undefined) this.byPort.set(port, [place]);
        else known.push(place);
      }
    }
  }

  note(port: number, noted: number[]): void {
    for (const place of this.everywhere) noted.push(place);
    if (this.byPort.size === 0) return;
    for (const place of this.byPort.get(port) ?? []) noted.push(place);
  }
}

type Transports = 'syn' | 'tcp' | 'udp' | 'icmp' | 'other';

export class RuleIndex {
  readonly rules: readonly Placed[];
  /** By direction, 0 towards the server. */
  readonly payload: Readonly<Record<PayloadOf, readonly [PayloadFilter, PayloadFilter]>> & {
    /** Patterns anywhere of rules that are asked of parts of streams as packets, or of streams. */
    readonly partAndStream: readonly [Prefilter, Prefilter];
  };
  /** By place: 1 where a rule is asked of parts of streams, 2 where it is asked of streams. */
  private readonly askedOf: Uint8Array;
  readonly buffers = new Map<string, BufferFilter[]>();
  /** Filters of headers' buffers. */
  readonly headers: readonly (readonly [name: string, filters: readonly BufferFilter[]])[];
  /** Rules of transactions that no pattern tells of, by application. */
  private readonly byApplication = new Map<string, number[]>();
  private readonly plain: Readonly<Record<Transports, Plain>> = {
    syn: new Plain(),
    tcp: new Plain(),
    udp: new Plain(),
    icmp: new Plain(),
    other: new Plain(),
  };
  /** Rules of addresses alone that are in no index: asked once in each direction of a flow. */
  readonly ofAnyAddress: readonly number[];
  private readonly bySource: AddressIndex;
  private readonly byDestination: AddressIndex;

  constructor(rules: readonly Signature[]) {
    this.rules = inOrder(rules).map((rule, place) => ({ rule, place, kind: kindOf(rule) }));
    const ofPayload: (Awaited & FastPlace)[] = [];
    const ofBuffers = new Map<string, { readonly place: FastPlace; readonly awaited: Awaited[] }>();
    const sources: Listed[] = [];
    const destinations: Listed[] = [];
    const ofAnyAddress: number[] = [];
    for (const placed of this.rules) {
      const { rule, place, kind } = placed;
      const fast = fastPlace(rule);
      if (fast !== null && fast.buffer === null) ofPayload.push({ ...fast, of: place });
      else if (fast !== null) {
        const key = `${fast.buffer} ${transformText(fast.transforms)}`;
        const known = ofBuffers.get(key);
        if (known === undefined) ofBuffers.set(key, { place: fast, awaited: [{ bytes: fast.bytes, of: place }] });
        else known.awaited.push({ bytes: fast.bytes, of: place });
      } else if (kind === 'transaction') {
        for (const application of rule.applications) {
          const known = this.byApplication.get(application);
          if (known === undefined) this.byApplication.set(application, [place]);
          else known.push(place);
        }
      } else if (hasFewPorts(rule)) for (const of of transportsOf(rule)) this.plain[of].add(placed);
      else if (isListed(rule.source) && !rule.bothWays) sources.push({ of: place, ranges: rule.source.only4! });
      else if (isListed(rule.destination) && !rule.bothWays)
        destinations.push({ of: place, ranges: rule.destination.only4! });
      else if (kind === 'addresses') ofAnyAddress.push(place);
      else for (const of of transportsOf(rule)) this.plain[of].add(placed);
    }
    this.ofAnyAddress = ofAnyAddress;
    this.bySource = new AddressIndex(sources);
    this.byDestination = new AddressIndex(destinations);
    const tables = new PatternTables();
    for (const { place, awaited } of ofBuffers.values()) {
      const filter = { transforms: place.transforms, filter: new Prefilter(awaited, tables) };
      const known = this.buffers.get(place.buffer!);
      if (known === undefined) this.buffers.set(place.buffer!, [filter]);
      else known.push(filter);
    }
    this.headers = [...this.buffers].filter(([name]) => PACKET_BUFFERS.has(name));
    this.askedOf = Uint8Array.from(
      this.rules,
      ({ rule }) => (isAskedOf(rule, 'part') ? 1 : 0) | (isAskedOf(rule, 'stream') ? 2 : 0),
    );
    const goes = (a: Awaited, dir: 0 | 1): boolean =>
      this.rules[a.of]!.rule.flow.direction !== (dir === 0 ? 'toClient' : 'toServer');
    const filter = (of: PayloadOf, dir: 0 | 1): PayloadFilter =>
      new PayloadFilter(
        ofPayload.filter((a) => goes(a, dir) && isAskedOf(this.rules[a.of]!.rule, of)),
        tables,
      );
    const both = (of: PayloadOf): readonly [PayloadFilter, PayloadFilter] => [filter(of, 0), filter(of, 1)];
    const united = (dir: 0 | 1): Prefilter =>
      new Prefilter(
        ofPayload.filter((a) => goes(a, dir) && isAnywhere(a) && this.askedOf[a.of] !== 0),
        tables,
      );
    this.payload = {
      datagram: both('datagram'),
      part: both('part'),
      loose: both('loose'),
      stream: both('stream'),
      partAndStream: [united(0), united(1)],
    };
  }

  /** Whether a rule is asked of packets that are part of a stream. */
  asksParts(place: number): boolean {
    return (this.askedOf[place]! & 1) !== 0;
  }

  /** Whether a rule is asked of streams. */
  asksStreams(place: number): boolean {
    return (this.askedOf[place]! & 2) !== 0;
  }

  /** Notes rules of packets that no pattern tells of. @param flags of TCP, 0 without */
  notePlain(transport: number, port: number, flags: number, noted: number[]): void {
    if (transport === IPPROTO_TCP) {
      this.plain.tcp.note(port, noted);
      if ((flags & TCP_SYN) !== 0) this.plain.syn.note(port, noted);
    } else if (transport === IPPROTO_UDP) this.plain.udp.note(port, noted);
    else if (transport === IPPROTO_ICMP || transport === IPPROTO_ICMPV6) this.plain.icmp.note(port, noted);
    else this.plain.other.note(port, noted);
  }

  /** Rules that list one of the addresses of an IPv4 packet. */
  listed(source: number, destination: number): readonly number[] {
    const { bySource, byDestination } = this;
    const from = bySource.empty ? NONE : bySource.of(source);
    const to = byDestination.empty ? NONE : byDestination.of(destination);
    if (to.length === 0) return from;
    return from.length === 0 ? to : [...from, ...to];
  }

  /** Rules of an application's transactions that no pattern tells of. */
  ofApplication(name: string): readonly number[] | undefined {
    return this.byApplication.get(name);
  }
}

function hasFewPorts(rule: Signature): boolean {
  return rule.destinationPort.few !== null && !rule.bothWays;
}

/** Whether few hosts of a network are likely to be in the set: private networks as a whole are met by every packet. */
function isListed({ only4 }: Signature['source']): boolean {
  if (only4 === null || only4.length > MAX_RANGES) return false;
  return only4.reduce((count, [from, to]) => count + to - from + 1, 0) <= MAX_LISTED;
}

/** Transports of packets that a rule may match; of TCP only packets that begin a connection, where it asks for them. */
function transportsOf(rule: Signature): readonly Transports[] {
  switch (rule.transport) {
    case 'tcp':
    case 'tcp-pkt':
    case 'tcp-stream':
      return [asksForSyn(rule) ? 'syn' : 'tcp'];
    case 'udp':
      return ['udp'];
    case 'icmp':
      return ['icmp'];
    case 'sctp':
    case 'arp':
      return ['other'];
    default:
      return ['tcp', 'udp', 'icmp', 'other'];
  }
}

function asksForSyn(rule: Signature): boolean {
  return rule.packetTests.some(({ ask }) => {
    if (ask.of !== 'flags' || ask.field !== 'tcp' || (ask.bits & ~ask.ignored & TCP_SYN) === 0) return false;
    return ask.mode === '=' || ask.mode === '+';
  });
}

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
