// Looks into payloads: which protocol a segment shows, and the facts that a flow's own bytes tell.
import {
  IPPROTO_TCP,
  IPPROTO_UDP,
  P,
  protocolId,
  TCP_FIN,
  FRAGMENT_LATER,
  addressKey,
  type AddressTable,
  type Layers,
} from '../decode/index.ts';
import { type AddressId, type FlowRow, flowRow } from '../../contract/index.ts';
import { type FlowColumns, NO_FACT } from '../flow/index.ts';
import { FlowNotes } from './notes.ts';
import { type DnsMessage, eachAddress, parseDns } from './dns.ts';
import { AddressNames } from './address-names.ts';
import { DnsFacts } from './dns-facts.ts';
import { noFacts, type FlowFacts, type Resolution, type TlsFacts } from './facts.ts';
import { FactsKeeper } from './kept-facts.ts';
import { ReassemblyPool } from './pool.ts';
import { QuicIds } from './quic-ids.ts';
import type { InspectorPort } from './inspector-port.ts';
import { noHints } from './payload.ts';
import { RECOGNISE_PACKETS, recogniseUdp } from './recognise.ts';
import { StreamState } from './stream.ts';
import { TcpInspector } from './tcp-inspector.ts';
import { ANYTHING, mayTell } from './telling.ts';
import { inspectUdp, laterOf } from './udp-content.ts';

const HTTP = protocolId('HTTP');
const DNS = protocolId('DNS');
const QUIC = protocolId('QUIC');
/** Name services that differ from DNS by their port alone (RFC 6762, RFC 4795, RFC 1002). */
const NAME_SERVICES = new Map([
  [5353, protocolId('MDNS')],
  [5355, protocolId('LLMNR')],
  [137, protocolId('NBNS')],
]);
const MAX_RESOLVED = 65_536;
const MAX_TFTP = 4_096;
const FORGOTTEN = Object.freeze(noFacts());

/** Hears of each hello as it is read, with the packet that completed it. For tests and for evidence. */
export type HelloObserver = (facts: FlowFacts, fromServer: boolean, slot: number) => void;

/**
 * Hears of a DNS message.
 * @param addresses A and AAAA records of an answer @param size of the message, bytes
 * @param seconds since the epoch @param packet its row
 */
export type DnsHeard = (
  slot: number,
  message: DnsMessage,
  addresses: number,
  size: number,
  seconds: number,
  packet: number,
) => void;

export class PayloadInspector implements InspectorPort {
  /** Facts of flows, by the index in the flow columns. */
  readonly facts: FlowFacts[] = [];
  onHello: HelloObserver | null = null;
  /** Told of each client's fingerprint when it is known. */
  onFingerprint: ((row: FlowRow, ja4: string) => void) | null = null;
  /** Told of each DNS message. */
  onDns: DnsHeard | null = null;
  /**
   * Facts are all that is wanted: what the Protocol column would say of later packets of a known connection is not
   * worked out.
   */
  factsOnly = false;
  /** By slot and direction: `slot * 2 + direction`. */
  readonly streams: StreamState[] = [];
  private readonly overTcp = new TcpInspector(this);
  readonly pool = new ReassemblyPool();
  /** What the capture's own DNS calls addresses. */
  readonly addressNames = new AddressNames();
  readonly quicIds = new QuicIds();
  private readonly keeper = new FactsKeeper();
  private readonly tftp = new Set<string>();
  /** By `addressKey`. */
  private readonly resolved = new Map<number | string, Resolution>();
  private readonly notes = new FlowNotes();
  /** By address id of a host: seconds since the epoch of the last DNS answer with an address that it was given. */
  private readonly resolvedFor = new Map<number, number>();
  /** Seconds since the epoch of the packet that is looked at. */
  private now = 0;
  private packet = 0;
  private readonly columns: FlowColumns;

  /** @param columns where endpoints of flows are read; nothing is written there */
  constructor(columns: FlowColumns) {
    this.columns = columns;
  }

  /** A flow begins in a slot. @param resolution what the capture's own DNS gave for its responder before */
  began(slot: number, row: FlowRow, resolution: Resolution | null): void {
    this.notes.clear(slot, row);
    if (resolution !== null) this.factsOf(slot).resolution = resolution;
  }

  /** The protocol that a flow's row shows. */
  shown(slot: number): number {
    return this.notes.service[slot]! || this.notes.app[slot]!;
  }

  /** Index of a flow's facts, NO_FACT without. */
  fact(slot: number): number {
    return this.notes.fact[slot]!;
  }

  /**
   * @param seconds since the epoch
   * @param packet its row
   * @returns protocol id for the packet; sets the flow's app, service and facts. Where facts are all that is wanted and
   * the packet can tell none, it is what its headers tell.
   */
  inspect(slot: number, dir: number, l: Layers, buf: Uint8Array, seconds: number, packet: number): number {
    this.now = seconds;
    this.packet = packet;
    const wanted = this.notes.wanted[slot * 2 + dir]!;
    if (wanted !== ANYTHING && l.ahead >= 0 && l.payloadLength > 0 && !mayTell(wanted, buf[l.payloadAt]!))
      return l.protocol;
    if (
      l.payloadLength === 0 &&
      l.tcpFlags & TCP_FIN &&
      l.ipProtocol === IPPROTO_TCP &&
      this.streams[slot * 2 + dir]?.http?.endsAtClose
    )
      return HTTP;
    if (l.payloadLength <= 0 || l.fragment === FRAGMENT_LATER || l.damaged) return l.protocol;
    if (l.ipProtocol === IPPROTO_TCP) {
      const shown = this.overTcp.segmentOf(slot, dir, l, buf);
      return shown === P.TCP ? l.protocol : shown;
    }
    if (l.ipProtocol === IPPROTO_UDP && l.protocol === P.UDP) {
      if (this.unrecognised(slot, l)) this.recogniseDatagram(slot, dir, l, buf);
      const protocol = inspectUdp(this, slot, dir, l, buf);
      if (protocol !== P.UDP) this.nameApp(slot, protocol);
      if (this.factsOnly && !this.unrecognised(slot, l)) this.wants(slot, dir, laterOf(this.app(slot), protocol, l));
      return protocol;
    }
    return l.protocol;
  }

  /** Keeps of a completed flow's facts what records show; the hello's lists are on disk and can be read again. */
  seal(slot: number): void {
    const facts = this.peekFacts(slot);
    if (facts === FORGOTTEN) return;
    for (let i = slot * 2; i <= slot * 2 + 1; i++)
      this.streams[i]?.dns?.flush((b, at, end) => {
        this.dns(slot, b, at, end);
      });
    if (facts === null) return;
    facts.dns?.seal();
    if (facts.tls !== null) sealTls(facts, facts.tls);
    // Where nobody looks at it again it is forgotten as soon as it is scored.
    if (!this.factsOnly) this.facts[this.notes.fact[slot]!] = this.keeper.keep(facts);
  }

  /** Facts of a flow that is over, as they were saved. */
  restore(facts: FlowFacts): void {
    this.facts.push(this.keeper.keep(facts));
  }

  /** Lets go of a completed flow's facts that nobody will ask for again. @param fact its index in the flow columns */
  forget(fact: number): void {
    if (fact !== NO_FACT) this.facts[fact] = FORGOTTEN;
  }

  /** Forgets a slot's streams when its flow completes. */
  release(slot: number): void {
    for (let i = slot * 2; i <= slot * 2 + 1; i++) {
      const stream = this.streams[i];
      if (stream === undefined || !stream.used) continue;
      if (stream.holds > 0) this.pool.hold(stream, 0);
      if (stream.datagrams !== null) this.pool.hold(stream.datagrams, 0);
      stream.reset();
    }
  }

  /** What the flow speaks by its content, 0 while nothing has told. */
  service(slot: number): number {
    return this.notes.service[slot]!;
  }

  setService(slot: number, protocol: number): void {
    this.notes.service[slot] = protocol;
    this.wake(slot);
  }

  setApp(slot: number, protocol: number): void {
    this.notes.app[slot] = protocol;
    this.wake(slot);
  }

  wants(slot: number, dir: number, state: number): void {
    this.notes.wanted[slot * 2 + dir] = state;
  }

  wake(slot: number): void {
    this.notes.wake(slot);
  }

  /** A flow recognised as one protocol turns out to carry another. */
  becomes(slot: number, from: number, to: number): void {
    if (this.notes.service[slot] === from) this.notes.service[slot] = to;
  }

  /** Whether a packet of a flow is looked at for what the flow speaks. */
  unrecognised(slot: number, l: Layers): boolean {
    return l.payloadNumber <= RECOGNISE_PACKETS && this.notes.service[slot] === 0;
  }

  private recogniseDatagram(slot: number, dir: number, l: Layers, buf: Uint8Array): void {
    const hints = (this.connection(slot).hints ??= noHints());
    // A connection that goes on between other addresses.
    const moved = this.quicIds.bears(buf, l.payloadAt, l.payloadAt + l.payloadLength);
    const found = moved
      ? QUIC
      : recogniseUdp(buf, l.payloadAt, l.payloadAt + l.payloadLength, l.payloadWire, dir, hints);
    if (found === 0) return;
    this.notes.service[slot] =
      found === DNS ? (NAME_SERVICES.get(l.destinationPort) ?? NAME_SERVICES.get(l.sourcePort) ?? DNS) : found;
  }

  /** What is kept of a flow as a whole stands with its initiator's direction. */
  connection(slot: number): StreamState {
    const stream = this.stream(slot, 0);
    stream.seen = true;
    return stream;
  }

  app(slot: number): number {
    return this.notes.app[slot]!;
  }

  nameApp(slot: number, protocol: number): void {
    if (this.notes.app[slot] === 0) this.setApp(slot, protocol);
  }

  factsOf(slot: number): FlowFacts {
    const index = this.notes.fact[slot]!;
    if (index !== NO_FACT) return this.facts[index]!;
    const facts = noFacts();
    this.notes.fact[slot] = this.facts.length;
    this.facts.push(facts);
    return facts;
  }

  /** Facts of a slot if there are any. */
  peekFacts(slot: number): FlowFacts | null {
    const index = this.notes.fact[slot] ?? NO_FACT;
    return index === NO_FACT ? null : this.facts[index]!;
  }

  /** What the capture's own DNS gave for an address. */
  resolution(addresses: AddressTable, id: AddressId): Resolution | null {
    return this.resolved.get(addresses.key(id)) ?? null;
  }

  /** A TFTP request goes to port 69; the answer comes from another port to where it came from (RFC 1350, 4). */
  expectTftp(slot: number): void {
    if (this.tftp.size >= MAX_TFTP) this.tftp.delete(this.tftp.values().next().value!);
    for (const end of this.ends(slot)) this.tftp.add(end);
  }

  tftpExpected(slot: number): boolean {
    return this.tftp.size > 0 && this.ends(slot).some((end) => this.tftp.has(end));
  }

  private ends(slot: number): string[] {
    const c = this.columns;
    const row = this.notes.row[slot]!;
    return [`${c.initiator[row]}:${c.initiatorPort[row]}`, `${c.responder[row]}:${c.responderPort[row]}`].filter(
      (end) => !end.endsWith(':69'),
    );
  }

  /** A DNS message over UDP or TCP. @returns whether it was one */
  dns(slot: number, buf: Uint8Array, at: number, end: number): boolean {
    const message = parseDns(buf, at, end);
    if (message === null) return false;
    const facts = this.factsOf(slot);
    if (facts.dnsQuery === null && message.name !== '') facts.dnsQuery = message.name;
    (facts.dns ??= new DnsFacts()).take(message);
    if (message.response) this.addressNames.take(buf, at, end, message, this.packet);
    let addresses = 0;
    if (message.response && message.answers > 0) {
      eachAddress(buf, at, end, message, (offset, size, ttl) => {
        addresses++;
        if (message.name === '') return;
        this.noteResolved(slot);
        if (this.resolved.size >= MAX_RESOLVED) this.resolved.delete(this.resolved.keys().next().value!);
        this.resolved.set(addressKey(buf, offset, size === 4), {
          name: message.name,
          ttl,
          at: this.now,
          packet: this.packet,
        });
      });
    }
    this.onDns?.(slot, message, addresses, end - at, this.now, this.packet);
    return true;
  }

  /** A host was given an address by DNS. */
  private noteResolved(slot: number): void {
    const host = this.columns.initiator[this.notes.row[slot]!]!;
    this.resolvedFor.delete(host);
    if (this.resolvedFor.size >= MAX_RESOLVED) this.resolvedFor.delete(this.resolvedFor.keys().next().value!);
    this.resolvedFor.set(host, this.now);
  }

  /** When DNS last gave a host an address, seconds since the epoch; minus infinity where it never did. */
  resolvedAt(host: AddressId): number {
    return this.resolvedFor.get(host) ?? -Infinity;
  }

  /** State of a direction, made when it is asked for. */
  stream(slot: number, dir: number): StreamState {
    const index = slot * 2 + dir;
    let stream = this.streams[index];
    if (stream === undefined) {
      for (let i = this.streams.length; i <= (index | 1); i++) this.streams[i] = new StreamState();
      stream = this.streams[index]!;
    }
    return stream;
  }

  /** A hello was read. */
  hello(facts: FlowFacts, fromServer: boolean, slot: number): void {
    const ja4 = facts.tls?.retryJa4 ?? facts.tls?.ja4;
    if (!fromServer && ja4) this.onFingerprint?.(flowRow(this.notes.row[slot]!), ja4);
    this.onHello?.(facts, fromServer, slot);
  }
}

function sealTls(facts: FlowFacts, tls: TlsFacts): void {
  facts.serverName = tls.client?.serverName ?? null;
  facts.ja3 = tls.ja3;
  facts.ja3s = tls.ja3s;
  facts.ja4 = tls.ja4;
  facts.retryJa3 = tls.retryJa3;
  facts.retryJa4 = tls.retryJa4;
  facts.tlsVersion = tls.server?.selectedVersion ?? -1;
  facts.tlsSuite = tls.server?.suite ?? -1;
  facts.alpn = tls.server?.alpn ?? null;
  facts.certificate = tls.certificate;
  facts.clientCertificate = tls.clientCertificate;
  facts.chain = tls.chain;
  facts.tls = null;
}
