// Looks into payloads: which protocol a segment shows, and the facts that a flow's own bytes tell.
import { IPPROTO_TCP, IPPROTO_UDP, P, protocolId, TCP_FIN, FRAGMENT_LATER, addressKey, type AddressTable, type Layers } from '../decode/index.ts';
import type { AddressId, FlowRow } from '../../contract/index.ts';
import { type FlowColumns, NO_FACT } from '../flow/index.ts';
import { FlowNotes } from './notes.ts';
import { DcerpcContexts, isDcerpc, pipeData } from './dcerpc.ts';
import { eachAddress, parseDns } from './dns.ts';
import { DnsFacts } from './dns-facts.ts';
import { noFacts, noHttp, noTls, type FlowFacts, type Resolution } from './facts.ts';
import { FRAMINGS, TLS_FRAMING } from './framing.ts';
import { looksLikeHttp, type HttpHead } from './http.ts';
import { HttpStream } from './http-stream.ts';
import { byPorts, tcpPorts } from './ports.ts';
import { MAX_TOGETHER, Pieces } from './pieces.ts';
import { ReassemblyPool } from './pool.ts';
import { noHints, RECOGNISE_PACKETS, recogniseTcp, recogniseUdp } from './recognise.ts';
import { noSsh, readSsh } from './ssh.ts';
import { StreamState, walkFrames } from './stream.ts';
import { lineProtocol, tcpByContent } from './tcp-content.ts';
import { isRecord, opensCertificate, opensHandshake, plainAlert, readHandshake, secondHello, takeAlert } from './tls-handshake.ts';
import { inspectUdp } from './udp-content.ts';

const TLS = protocolId('TLS');
const HTTP = protocolId('HTTP');
const DNS = protocolId('DNS');
const SSH = protocolId('SSH');
/** Name services that differ from DNS by their port alone (RFC 6762, RFC 4795, RFC 1002). */
const NAME_SERVICES = new Map([[5353, protocolId('MDNS')], [5355, protocolId('LLMNR')], [137, protocolId('NBNS')]]);
const WEBSOCKET = protocolId('WebSocket');
const HTTP_XML = protocolId('HTTP/XML');
const HTTP_JSON = protocolId('HTTP/JSON');
const OCSP = protocolId('OCSP');
const SSL = protocolId('SSL');
const SSL2 = protocolId('SSLv2');
const BGP = protocolId('BGP');
const DCERPC = protocolId('DCERPC');
const NBSS = protocolId('NBSS');
const TLS_VERSIONS = new Map([[0x0300, protocolId('SSLv3')], [0x0301, protocolId('TLSv1')], [0x0302, protocolId('TLSv1.1')], [0x0303, protocolId('TLSv1.2')], [0x0304, protocolId('TLSv1.3')]]);
const MAX_RESOLVED = 65_536;
const MAX_TFTP = 4_096;
const MAX_TEXTS = 65_536;
const MAX_TARGET = 2_048;
const FORGOTTEN = Object.freeze(noFacts());

/** Hears of each hello as it is read, with the packet that completed it. For tests and for evidence. */
export type HelloObserver = (facts: FlowFacts, fromServer: boolean, slot: number) => void;

export class Inspector {
  /** Facts of flows, by the index in the flow columns. */
  readonly facts: FlowFacts[] = [];
  onHello: HelloObserver | null = null;
  /** Told of each client's fingerprint when it is known. */
  onFingerprint: ((row: FlowRow, ja4: string) => void) | null = null;
  /** Facts are all that is wanted: what the Protocol column would say of later packets of a known connection is not worked out. */
  factsOnly = false;
  private readonly streams: StreamState[] = [];
  readonly pool = new ReassemblyPool();
  private readonly texts = new Map<string, string>();
  private readonly tftp = new Set<string>();
  /** By `addressKey`. */
  private readonly resolved = new Map<number | string, Resolution>();
  private readonly notes = new FlowNotes();
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

  /** @param seconds since the epoch @param packet its row @returns protocol id for the packet; sets the flow's app, service and facts */
  inspect(slot: number, dir: number, l: Layers, buf: Uint8Array, seconds: number, packet: number): number {
    this.now = seconds;
    this.packet = packet;
    if (l.payloadLength === 0 && l.tcpFlags & TCP_FIN && l.ipProtocol === IPPROTO_TCP && this.streams[slot * 2 + dir]?.http?.endsAtClose) return HTTP;
    if (l.payloadLength <= 0 || l.fragment === FRAGMENT_LATER || l.damaged) return l.protocol;
    if (l.ipProtocol === IPPROTO_TCP) {
      const shown = this.tcp(slot, dir, l, buf);
      return shown === P.TCP ? l.protocol : shown;
    }
    if (l.ipProtocol === IPPROTO_UDP && l.protocol === P.UDP) {
      if (this.unrecognised(slot, l)) this.recogniseDatagram(slot, dir, l, buf);
      const protocol = inspectUdp(this, slot, dir, l, buf);
      if (protocol !== P.UDP) this.nameApp(slot, protocol);
      return protocol;
    }
    return l.protocol;
  }

  /** Keeps of a completed flow's facts what records show; the hello's lists are on disk and can be read again. */
  seal(slot: number): void {
    const facts = this.peekFacts(slot);
    facts?.dns?.seal();
    const tls = facts?.tls;
    if (!facts || !tls) return;
    facts.serverName = tls.client?.serverName ?? null;
    facts.ja3 = this.once(tls.ja3);
    facts.ja3s = this.once(tls.ja3s);
    facts.ja4 = this.once(tls.ja4);
    facts.tlsVersion = tls.server?.selectedVersion ?? -1;
    facts.tlsSuite = tls.server?.suite ?? -1;
    facts.alpn = this.once(tls.server?.alpn ?? null);
    facts.certificate = tls.certificate;
    facts.clientCertificate = tls.clientCertificate;
    facts.tls = null;
  }

  /** Lets go of a completed flow's facts that nobody will ask for again. @param fact its index in the flow columns */
  forget(fact: number): void {
    if (fact !== NO_FACT) this.facts[fact] = FORGOTTEN;
  }

  /** Forgets a slot's streams when its flow completes. */
  release(slot: number): void {
    for (let i = slot * 2; i <= slot * 2 + 1; i++) {
      const stream = this.streams[i];
      if (stream === undefined || !stream.seen) continue;
      if (stream.handshake !== null) this.pool.hold(stream, 0);
      if (stream.datagrams !== null) this.pool.hold(stream.datagrams, 0);
      stream.reset();
    }
  }

  /** What the flow speaks by its content, 0 while nothing has told. */
  service(slot: number): number {
    return this.notes.service[slot]!;
  }

  /** A flow recognised as one protocol turns out to carry another. */
  becomes(slot: number, from: number, to: number): void {
    if (this.notes.service[slot] === from) this.notes.service[slot] = to;
  }

  private unrecognised(slot: number, l: Layers): boolean {
    return l.payloadNumber <= RECOGNISE_PACKETS && this.notes.service[slot] === 0;
  }

  private recogniseDatagram(slot: number, dir: number, l: Layers, buf: Uint8Array): void {
    const hints = (this.connection(slot).hints ??= noHints());
    const found = recogniseUdp(buf, l.payloadAt, l.payloadAt + l.payloadLength, l.payloadWire, dir, hints);
    if (found === 0) return;
    this.notes.service[slot] = found === DNS ? (NAME_SERVICES.get(l.destinationPort) ?? NAME_SERVICES.get(l.sourcePort) ?? DNS) : found;
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
    if (this.notes.app[slot] === 0) this.notes.app[slot] = protocol;
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
    return [`${c.initiator[row]}:${c.initiatorPort[row]}`, `${c.responder[row]}:${c.responderPort[row]}`].filter((end) => !end.endsWith(':69'));
  }

  /** A DNS message over UDP or TCP. @returns whether it was one */
  dns(slot: number, buf: Uint8Array, at: number, end: number): boolean {
    const message = parseDns(buf, at, end);
    if (message === null) return false;
    const facts = this.factsOf(slot);
    if (facts.dnsQuery === null && message.name !== '') facts.dnsQuery = message.name;
    (facts.dns ??= new DnsFacts()).take(message);
    if (message.response && message.answers > 0 && message.name !== '') {
      eachAddress(buf, at, end, message, (offset, size, ttl) => {
        if (this.resolved.size >= MAX_RESOLVED) this.resolved.delete(this.resolved.keys().next().value!);
        this.resolved.set(addressKey(buf, offset, size === 4), { name: message.name, ttl, at: this.now, packet: this.packet });
      });
    }
    return true;
  }

  private once(text: string | null): string | null {
    if (text === null) return null;
    const known = this.texts.get(text);
    if (known !== undefined) return known;
    if (this.texts.size < MAX_TEXTS) this.texts.set(text, text);
    return text;
  }

  private stream(slot: number, dir: number): StreamState {
    const index = slot * 2 + dir;
    let stream = this.streams[index];
    if (stream === undefined) {
      for (let i = this.streams.length; i <= (index | 1); i++) this.streams[i] = new StreamState();
      stream = this.streams[index]!;
    }
    return stream;
  }

  private tcp(slot: number, dir: number, l: Layers, buf: Uint8Array): number {
    const { ahead } = l;
    const collecting = this.streams[slot * 2 + dir];
    if (collecting !== undefined && collecting.handshake !== null) this.collect(slot, dir, collecting, l, buf);
    // Of bytes that came before, only the new tail is looked at.
    const old = ahead < 0 ? -ahead : 0;
    if (old >= l.payloadLength) return P.TCP;
    const stream = this.stream(slot, dir);
    const other = this.streams[slot * 2 + 1 - dir]!;
    const at = l.payloadAt + old;
    const end = l.payloadAt + l.payloadLength;
    const wire = l.payloadWire - old;
    if (ahead > 0 && stream.seen) {
      stream.left = ahead <= stream.left ? stream.left - ahead : 0;
      stream.held = null;
      // Segments of a message that lost one cannot be put together.
      if (stream.http?.pending) stream.gapped = true;
      stream.http?.gap(ahead);
    }
    const first = !stream.seen;
    stream.seen = other.seen = true;
    let app = this.app(slot);
    if (app !== TLS && opensHandshake(buf, at, end - at)) {
      this.notes.app[slot] = app = TLS;
      stream.http = other.http = null;
      stream.left = other.left = 0;
      stream.held = other.held = null;
    }
    if (this.unrecognised(slot, l)) {
      const found = recogniseTcp(buf, at, end, wire, (this.connection(slot).hints ??= noHints()));
      if (found !== 0) this.notes.service[slot] = found;
    }
    if (app === WEBSOCKET) return WEBSOCKET;
    if (app === TLS) return this.tls(slot, dir, stream, l, buf, at, end, wire);
    if (this.factsOnly && stream.http !== null && this.httpKnown(slot)) return HTTP;
    if (stream.http !== null || looksLikeHttp(buf, at, end - at)) {
      const shown = this.http(slot, stream, other, l, buf, at, end, wire);
      if (shown !== 0) return shown;
    }
    if (app === 0) {
      app = tcpByContent(buf, at, end) || (!first ? 0 : byPorts(tcpPorts, l.sourcePort, l.destinationPort));
      if (app === TLS || app === HTTP) app = 0;
      if (app !== 0) this.notes.app[slot] = app;
    }
    if (app === 0) {
      const port = byPorts(tcpPorts, l.sourcePort, l.destinationPort);
      if (port === TLS && isTlsShaped(buf, at, end)) {
        this.notes.app[slot] = TLS;
        return this.tls(slot, dir, stream, l, buf, at, end, wire);
      }
      if (port !== TLS) return P.TCP;
      return first && isSsl2Hello(buf, at, end) ? SSL2 : SSL;
    }
    if (app === HTTP) return HTTP;
    if (app === SSH && !stream.handshakeDone && stream.handshake === null) this.begin(slot, dir, stream, l, buf, at, end);
    if (this.factsOnly && app !== DNS) return app;
    const framing = FRAMINGS.get(app);
    if (framing === undefined) return lineProtocol(app, stream, other, buf, at, end);
    const walked = walkFrames(stream, framing, buf, at, end, wire);
    if (app === DNS && walked.firstAt >= 0 && walked.firstAt + 2 < end) this.dns(slot, buf, walked.firstAt + 2, end);
    // A message that the snap length cut cannot be waited for.
    const cut = end - at < wire && walked.firstAt >= 0;
    if (walked.foreign) return app === BGP ? BGP : P.TCP;
    if (!(walked.ended || cut)) return P.TCP;
    if (app === DCERPC || app === NBSS) {
      const rpc = this.rpcName(slot, app, buf, walked.firstAt, end);
      if (rpc !== 0) return rpc;
    }
    if (!framing.name) return app;
    // The end of a message that began in an earlier segment is named as that one was.
    if (walked.firstAt >= 0) stream.named = framing.name(buf, walked.firstAt, end);
    return stream.named || app;
  }

  /** DCE/RPC over TCP, or in the named pipes of SMB2. @returns 0 when the message is none */
  private rpcName(slot: number, app: number, buf: Uint8Array, at: number, end: number): number {
    if (at < 0) return 0;
    const from = app === DCERPC ? at : pipeData(buf, at + 4, end);
    if (from < 0 || !isDcerpc(buf, from, end)) return 0;
    const first = this.streams[slot * 2]!;
    return (first.rpc ??= new DcerpcContexts()).name(buf, from, end);
  }

  private httpKnown(slot: number): boolean {
    const http = this.peekFacts(slot)?.http ?? null;
    return http !== null && http.method !== null && http.status !== 0;
  }

  private tls(slot: number, dir: number, stream: StreamState, l: Layers, buf: Uint8Array, at: number, end: number, wire: number): number {
    const facts = this.factsOf(slot);
    const tls = (facts.tls ??= noTls());
    if (stream.handshakeDone) {
      takeAlert(plainAlert(buf, at, end), tls);
      if (secondHello(buf, at, end) || opensCertificate(buf, at, end)) stream.handshakeDone = false;
      else if (this.factsOnly) return TLS;
    }
    if (!stream.handshakeDone && stream.handshake === null && (end - at < 5 || isRecord(buf, at))) this.begin(slot, dir, stream, l, buf, at, end);
    const atStart = stream.left === 0 && stream.held === null;
    const recordVersion = atStart && end - at >= 3 ? (buf[at + 1]! << 8) | buf[at + 2]! : 0;
    const walked = walkFrames(stream, TLS_FRAMING, buf, at, end, wire);
    const isClientHello = atStart && end - at >= 6 && buf[at] === 22 && buf[at + 5] === 1;
    const version = tls.server?.selectedVersion ?? (isClientHello || !TLS_VERSIONS.has(recordVersion) ? tls.client?.recordVersion : undefined) ?? recordVersion;
    const name = TLS_VERSIONS.get(version) ?? TLS_VERSIONS.get(recordVersion);
    if (walked.foreign) return name ?? SSL;
    return walked.ended ? (name ?? TLS) : P.TCP;
  }

  /** A hello was read. */
  hello(facts: FlowFacts, fromServer: boolean, slot: number): void {
    const ja4 = facts.tls?.ja4;
    if (!fromServer && ja4) this.onFingerprint?.(this.notes.row[slot]! as FlowRow, ja4);
    this.onHello?.(facts, fromServer, slot);
  }

  /** Reads what opens a direction, and holds it while it goes on in further segments. */
  private begin(slot: number, dir: number, stream: StreamState, l: Layers, buf: Uint8Array, at: number, end: number): void {
    const need = this.opening(slot, dir, buf, at, end);
    if (need === 0) { this.opened(slot, dir, stream); return; }
    if (need > MAX_TOGETHER) { stream.drop(); return; }
    stream.handshake = new Pieces();
    stream.handshakeFrom = (l.tcpSequence + (at - l.payloadAt)) >>> 0;
    stream.handshakeNeed = need;
    stream.handshake.add(0, buf, at, end - at);
    this.pool.hold(stream, stream.handshake.held);
  }

  /** Adds a segment where it belongs, in whatever order it came, and reads again when enough is there. */
  private collect(slot: number, dir: number, stream: StreamState, l: Layers, buf: Uint8Array): void {
    const pieces = stream.handshake!;
    const offset = (l.tcpSequence - stream.handshakeFrom) | 0;
    const skip = offset < 0 ? -offset : 0;
    if (skip < l.payloadLength) pieces.add(offset + skip, buf, l.payloadAt + skip, l.payloadLength - skip);
    if (!this.pool.hold(stream, pieces.held) || pieces.whole < stream.handshakeNeed) return;
    const { data } = pieces;
    const need = this.opening(slot, dir, data, 0, data.length);
    if (need > MAX_TOGETHER || need === 0) {
      stream.handshake = null;
      this.pool.hold(stream, 0);
      if (need === 0) this.opened(slot, dir, stream);
      else stream.drop();
      return;
    }
    stream.handshakeNeed = need;
  }

  private opened(slot: number, dir: number, stream: StreamState): void {
    const server = this.peekFacts(slot)?.tls?.server;
    stream.handshakeDone = !(server?.isRetry ?? false) || this.app(slot) === SSH;
    // A retry is answered by a second hello of the client.
    if (dir === 1 && server?.isRetry) this.streams[slot * 2]!.handshakeDone = false;
  }

  /** @returns 0 when what is wanted of the direction's opening is read, else bytes needed in all */
  private opening(slot: number, dir: number, b: Uint8Array, at: number, end: number): number {
    const facts = this.factsOf(slot);
    if (this.app(slot) === SSH) return readSsh(b, at, end, (facts.ssh ??= [noSsh(), noSsh()])[dir]!, dir === 1);
    const tls = (facts.tls ??= noTls());
    const hadClient = tls.client;
    const hadServer = tls.server;
    const need = readHandshake(b, at, end, tls, dir === 1);
    if (tls.client !== hadClient || tls.server !== hadServer) this.hello(facts, tls.server !== hadServer, slot);
    return need;
  }

  private http(slot: number, stream: StreamState, other: StreamState, l: Layers, buf: Uint8Array, at: number, end: number, wire: number): number {
    const began = stream.http === null;
    const http = (stream.http ??= new HttpStream());
    let heads = 0;
    const result = http.take(buf, at, end, wire, (head) => { heads++; this.httpHead(slot, other, head); });
    if (result === 'other') {
      if (began) stream.http = null;
      return began ? 0 : stream.gapped ? P.TCP : HTTP;
    }
    this.nameApp(slot, HTTP);
    if (heads > 0) stream.gapped = false;
    else if (stream.gapped) return P.TCP;
    if (result === 'part' && l.tcpFlags & TCP_FIN) return HTTP;
    return result === 'message' ? (http.bodyType === null ? HTTP : bodyName(http.bodyType)) : P.TCP;
  }

  private httpHead(slot: number, other: StreamState, head: HttpHead): void {
    const facts = this.factsOf(slot);
    const http = (facts.http ??= noHttp());
    if (head.request) {
      if (http.method === null) {
        http.host = head.host;
        http.userAgent = head.userAgent;
        http.method = head.method;
        http.target = head.target.slice(0, MAX_TARGET);
        http.fields = head.fields;
        http.sentType = head.contentType;
      }
      other.http ??= new HttpStream();
      other.http.answersHead = head.method === 'HEAD' || head.method === 'CONNECT';
    } else {
      if (http.status === 0) {
        http.status = head.status;
        http.contentType = head.contentType;
      }
      // After the switch both directions carry frames (RFC 6455, 4.2.2).
      if (head.status === 101 && head.upgrade) this.notes.app[slot] = WEBSOCKET;
    }
  }
}

/** Wireshark adds what the body is, where it dissects it. */
function bodyName(type: string): number {
  if (/\b(text|application)\/(.*\+)?xml/.test(type)) return HTTP_XML;
  if (/\bjson/.test(type)) return HTTP_JSON;
  return type.includes('ocsp-') ? OCSP : HTTP;
}

/** An SSL 2 ClientHello (RFC 5246, E.2): length with its high bit, type 1, a version. */
function isSsl2Hello(b: Uint8Array, at: number, end: number): boolean {
  return end - at >= 11 && (b[at]! & 0x80) !== 0 && b[at + 2] === 1 && (b[at + 3] === 0 || b[at + 3] === 3);
}

function isTlsShaped(b: Uint8Array, at: number, end: number): boolean {
  return end - at >= 5 && isRecord(b, at);
}

