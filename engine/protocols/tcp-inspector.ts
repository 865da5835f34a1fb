// Looks into TCP: a direction's bytes as they come, held where they are too few or out of order, and what each protocol makes of them.
import { P, protocolId, TCP_FIN, TCP_SYN, type Layers } from '../decode/index.ts';
import { DcerpcContexts, isDcerpc, pipeData } from './dcerpc.ts';
import { DnsStream } from './dns-stream.ts';
import { noHttp, noTls } from './facts.ts';
import { FRAMINGS, TLS_FRAMING } from './framing.ts';
import { endsHead, looksLikeHttp, parseHttp, type HttpHead } from './http.ts';
import { HttpStream } from './http-stream.ts';
import type { Inspector } from './inspector.ts';
import { mayBeShort, mayOpenTls, Opening, told } from './opening.ts';
import { MAX_TOGETHER, Pieces } from './pieces.ts';
import { byPorts, tcpPorts } from './ports.ts';
import { noHints, type Hints } from './payload.ts';
import { recogniseTcp, shownOfTcp } from './recognise.ts';
import { noSsh, readSsh } from './ssh.ts';
import { walkFrames, type StreamState } from './stream.ts';
import { bodyName, isSsl2Hello, isTlsShaped, lineProtocol } from './tcp-content.ts';
import {
  isRecord,
  opensCertificate,
  opensHandshake,
  plainAlert,
  readHandshake,
  secondHello,
  takeAlert,
} from './tls-handshake.ts';

const TLS = protocolId('TLS');
const HTTP = protocolId('HTTP');
const DNS = protocolId('DNS');
const SSH = protocolId('SSH');
const WEBSOCKET = protocolId('WebSocket');
const SSL = protocolId('SSL');
const SSL2 = protocolId('SSLv2');
const BGP = protocolId('BGP');
const DCERPC = protocolId('DCERPC');
const NBSS = protocolId('NBSS');
const TLS_VERSIONS = new Map([
  [0x0300, protocolId('SSLv3')],
  [0x0301, protocolId('TLSv1')],
  [0x0302, protocolId('TLSv1.1')],
  [0x0303, protocolId('TLSv1.2')],
  [0x0304, protocolId('TLSv1.3')],
]);
const MAX_TARGET = 2_048;
/** What a direction held says of a packet: nothing, it is looked at as any other. */
const GO_ON = -1;

export class TcpInspector {
  /** The direction's bytes that are being looked at, where they were held before. */
  private given: Pieces | null = null;
  private readonly inspector: Inspector;

  /** @param inspector where streams, names and facts of flows are kept */
  constructor(inspector: Inspector) {
    this.inspector = inspector;
  }

  /** A TCP packet with payload. @returns protocol id for it, `P.TCP` when nothing is known */
  segmentOf(slot: number, dir: number, l: Layers, buf: Uint8Array): number {
    const { ahead } = l;
    // A SYN takes a sequence number before the data that it carries (RFC 9293, 3.4).
    const sequence = l.tcpFlags & TCP_SYN ? (l.tcpSequence + 1) >>> 0 : l.tcpSequence;
    const known = this.inspector.streams[slot * 2 + dir];
    if (known !== undefined) {
      if (known.handshake !== null) this.collect(slot, dir, known, sequence, l, buf);
      if (known.dns !== null)
        this.dnsSegment(slot, known, sequence, buf, l.payloadAt, l.payloadAt + l.payloadLength, l.payloadWire);
      if (known.opening !== null) {
        const named = this.gather(slot, dir, known, sequence, l, buf);
        if (named !== GO_ON) return named;
      }
    }
    // Of bytes that came before, only the new tail is looked at. Where none came there is no tail: a FIN that overtook the data
    // (or that a middlebox forged) has taken a number, and no byte.
    const old = ahead < 0 && (known?.spoke || l.payloadWire <= 1) ? -ahead : 0;
    if (old >= l.payloadLength) return P.TCP;
    const stream = this.inspector.stream(slot, dir);
    const at = l.payloadAt + old;
    const end = l.payloadAt + l.payloadLength;
    const from = (sequence + old) >>> 0;
    const fresh = !stream.spoke;
    const before = this.inspector.app(slot);
    if (stream.opening === null && this.holds(slot, stream, from, l, buf, at, end)) return this.heldName(l);
    const shown = this.segment(slot, dir, stream, l, buf, at, end, l.payloadWire - old, from, ahead);
    if (fresh && ahead === 0 && stream.opening === null && !this.toldByContent(slot)) {
      this.holdOpening(stream, new Opening(from, 'untold', before), from, l, buf, at, end);
    }
    return shown;
  }

  /** Whether anything but a port has said what the flow speaks. */
  private toldByContent(slot: number): boolean {
    const app = this.inspector.app(slot);
    return app === TLS || app === HTTP || this.inspector.service(slot) !== 0;
  }

  /** Whether a segment is too short to be looked at by itself; one behind a hole is held and looked at all the same. */
  private holds(
    slot: number,
    stream: StreamState,
    from: number,
    l: Layers,
    buf: Uint8Array,
    at: number,
    end: number,
  ): boolean {
    const app = this.inspector.app(slot);
    const first = !stream.spoke;
    stream.spoke = true;
    if (first && l.ahead > 0 && l.ahead < MAX_TOGETHER) {
      this.holdOpening(stream, new Opening(from - l.ahead, 'hole', app), from, l, buf, at, end);
      return false;
    }
    const short = first
      ? (app === 0 || app === HTTP) && mayBeShort(buf, at, end) && told(buf, at, end, this.hintsOf(slot)) === 'more'
      : l.ahead === 0 && app !== TLS && stream.handshake === null && mayOpenTls(buf, at, end);
    if (!short || l.payloadWire !== l.payloadLength) return false;
    return this.holdOpening(stream, new Opening(from, 'beginning', app), from, l, buf, at, end);
  }

  /** @returns whether there was room */
  private holdOpening(
    stream: StreamState,
    opening: Opening,
    from: number,
    l: Layers,
    buf: Uint8Array,
    at: number,
    end: number,
  ): boolean {
    if (opening.add(from, buf, at, end - at, l.payloadNumber) === 'over') return false;
    stream.opening = opening;
    return this.inspector.pool.hold(stream, stream.holds);
  }

  /** What a packet is called whose bytes are held: nothing is known but the port, and that counts where names are by port alone. */
  private heldName(l: Layers): number {
    const port = byPorts(tcpPorts, l.sourcePort, l.destinationPort);
    return port === 0 || port === TLS || port === HTTP || FRAMINGS.has(port) ? P.TCP : port;
  }

  /** A segment of a direction whose first bytes are held. @returns what the packet is called, GO_ON when it is to be looked at as any other */
  private gather(slot: number, dir: number, stream: StreamState, sequence: number, l: Layers, buf: Uint8Array): number {
    const o = stream.opening!;
    // A keep-alive's octet is none of the stream (RFC 9293, 3.8.4).
    if (l.payloadWire <= 1 && l.ahead === -1) return o.why === 'beginning' ? this.heldName(l) : GO_ON;
    const state = o.add(sequence, buf, l.payloadAt, l.payloadLength, l.payloadNumber);
    if (state === 'over' || (o.why === 'untold' && this.toldByContent(slot))) {
      stream.opening = null;
      this.inspector.pool.hold(stream, stream.holds);
      return GO_ON;
    }
    if (!this.inspector.pool.hold(stream, stream.holds)) return GO_ON;
    const waiting = o.why === 'beginning' ? this.heldName(l) : GO_ON;
    if (state === 'same') return waiting;
    const { data } = o.pieces;
    const hints = this.hintsOf(slot);
    const tells = told(data, 0, data.length, hints);
    if (tells === 'more' || (tells === 'no' && o.why === 'untold')) return waiting;
    stream.opening = null;
    if (tells === 'no') {
      this.inspector.pool.hold(stream, stream.holds);
      const end = l.payloadAt + l.payloadLength;
      if (o.why === 'hole' || told(buf, l.payloadAt, end, hints) === 'yes') return GO_ON;
    }
    if (o.why !== 'beginning' && this.inspector.app(slot) !== TLS) this.inspector.setApp(slot, o.app);
    stream.left = 0;
    stream.held = null;
    stream.http = null;
    stream.gapped = false;
    if (o.why !== 'beginning') {
      stream.handshake = null;
      stream.handshakeDone = false;
    }
    this.given = o.pieces;
    // What takes over the pieces moves their bytes.
    const bytes = data.slice();
    const shown = this.segment(
      slot,
      dir,
      stream,
      l,
      bytes,
      0,
      bytes.length,
      bytes.length + l.payloadWire - l.payloadLength,
      o.from,
      0,
    );
    this.given = null;
    const facts = this.inspector.peekFacts(slot);
    // A port's guess leaves nothing behind.
    if (facts?.ssh && this.inspector.app(slot) !== SSH && facts.ssh.every((side) => side.banner === null))
      facts.ssh = null;
    this.inspector.pool.hold(stream, stream.holds);
    // What fills a hole late is called as Wireshark calls it: facts are complete, the packet is none of a protocol.
    return l.ahead < 0 ? P.TCP : shown;
  }

  private hintsOf(slot: number): Hints {
    return (this.inspector.stream(slot, 0).hints ??= noHints());
  }

  /** Bytes of a direction in their order. @param wire how many were sent, captured or not @param from sequence number of the first @param ahead bytes missing before them */
  private segment(
    slot: number,
    dir: number,
    stream: StreamState,
    l: Layers,
    buf: Uint8Array,
    at: number,
    end: number,
    wire: number,
    from: number,
    ahead: number,
  ): number {
    const other = this.inspector.streams[slot * 2 + 1 - dir]!;
    if (ahead > 0 && stream.seen) {
      stream.left = ahead <= stream.left ? stream.left - ahead : 0;
      stream.held = null;
      // Segments of a message that lost one cannot be put together.
      if (stream.http?.pending) stream.gapped = true;
      stream.http?.gap(ahead);
    }
    const first = !stream.seen;
    stream.seen = other.seen = true;
    let app = this.inspector.app(slot);
    if (app !== TLS && opensHandshake(buf, at, end - at)) {
      app = TLS;
      this.inspector.setApp(slot, TLS);
      stream.http = other.http = null;
      stream.handshake = other.handshake = null;
      stream.handshakeDone = other.handshakeDone = false;
      stream.left = other.left = 0;
      stream.held = other.held = null;
    }
    if (this.inspector.unrecognised(slot, l) || (this.given !== null && this.inspector.service(slot) === 0)) {
      const found = recogniseTcp(buf, at, end, wire, this.hintsOf(slot));
      if (found !== 0) this.inspector.setService(slot, found);
    }
    if (app === WEBSOCKET) return WEBSOCKET;
    if (app === TLS) return this.tls(slot, dir, stream, buf, at, end, wire, from, ahead);
    if (this.inspector.factsOnly && stream.http !== null && this.httpKnown(slot)) return HTTP;
    if (stream.http !== null || looksLikeHttp(buf, at, end - at)) {
      const shown = this.http(slot, dir, stream, l, buf, at, end, wire, from);
      if (shown !== 0) return shown;
    }
    if (app === 0) {
      app = shownOfTcp(buf, at, end) || (!first ? 0 : byPorts(tcpPorts, l.sourcePort, l.destinationPort));
      if (app === TLS || app === HTTP) app = 0;
      if (app !== 0) this.inspector.setApp(slot, app);
    }
    if (stream.dns === null && (app === DNS || this.inspector.service(slot) === DNS)) {
      stream.dns = new DnsStream(ahead > 0 && ahead < MAX_TOGETHER ? from - ahead : from);
      if (this.given !== null)
        stream.dns.adopt(this.given, (b, p, q) => {
          this.inspector.dns(slot, b, p, q);
        });
      else this.dnsSegment(slot, stream, from, buf, at, end, wire);
    }
    if (app === 0) {
      const port = byPorts(tcpPorts, l.sourcePort, l.destinationPort);
      if (port === TLS && isTlsShaped(buf, at, end)) {
        this.inspector.setApp(slot, TLS);
        return this.tls(slot, dir, stream, buf, at, end, wire, from, ahead);
      }
      // What begins as text, or is too short for a record's head, is no TLS to Wireshark, whatever the port.
      if (port !== TLS || end - at < TLS_FRAMING.header || isText(buf, at, Math.min(end, at + TEXT_BEGINS)))
        return P.TCP;
      return first && isSsl2Hello(buf, at, end) ? SSL2 : SSL;
    }
    if (app === HTTP) return HTTP;
    if (app === SSH && !stream.handshakeDone && stream.handshake === null)
      this.begin(slot, dir, stream, buf, at, end, from);
    if (this.inspector.factsOnly) return app;
    const framing = FRAMINGS.get(app);
    if (framing === undefined) return lineProtocol(app, stream, other, buf, at, end);
    const walked = walkFrames(stream, framing, buf, at, end, wire);
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
    const first = this.inspector.streams[slot * 2]!;
    return (first.rpc ??= new DcerpcContexts()).name(buf, from, end);
  }

  private httpKnown(slot: number): boolean {
    const http = this.inspector.peekFacts(slot)?.http ?? null;
    return http !== null && http.method !== null && http.status !== 0;
  }

  private tls(
    slot: number,
    dir: number,
    stream: StreamState,
    buf: Uint8Array,
    at: number,
    end: number,
    wire: number,
    from: number,
    ahead: number,
  ): number {
    const facts = this.inspector.factsOf(slot);
    const tls = (facts.tls ??= noTls());
    if (stream.handshakeDone) {
      takeAlert(plainAlert(buf, at, end), tls);
      if (secondHello(buf, at, end) || opensCertificate(buf, at, end)) stream.handshakeDone = false;
      else if (this.inspector.factsOnly) return TLS;
    }
    if (!stream.handshakeDone && stream.handshake === null) {
      // After a retry the beginning of what comes is known, also where its segments changed places.
      if (ahead > 0 && ahead < MAX_TOGETHER && tls.server?.isRetry)
        this.expect(stream, from - ahead, ahead + 1, ahead, buf, at, end);
      else if (end - at < 5 || isRecord(buf, at)) this.begin(slot, dir, stream, buf, at, end, from);
    }
    const atStart = stream.left === 0 && stream.held === null;
    const recordVersion = atStart && end - at >= 3 ? (buf[at + 1]! << 8) | buf[at + 2]! : 0;
    const walked = walkFrames(stream, TLS_FRAMING, buf, at, end, wire);
    const isClientHello = atStart && end - at >= 6 && buf[at] === 22 && buf[at + 5] === 1;
    const version =
      tls.server?.selectedVersion ??
      (isClientHello || !TLS_VERSIONS.has(recordVersion) ? tls.client?.recordVersion : undefined) ??
      recordVersion;
    const name = TLS_VERSIONS.get(version) ?? TLS_VERSIONS.get(recordVersion);
    if (walked.foreign) return name ?? SSL;
    return walked.ended ? (name ?? TLS) : P.TCP;
  }

  /** A segment of a direction that carries DNS messages. */
  private dnsSegment(
    slot: number,
    stream: StreamState,
    from: number,
    buf: Uint8Array,
    at: number,
    end: number,
    wire: number,
  ): void {
    const { dns } = stream;
    if (dns === null) return;
    const held = dns.held;
    dns.take(from, buf, at, end, wire, (b, p, q) => {
      this.inspector.dns(slot, b, p, q);
    });
    if (held > 0 || dns.held > 0) this.inspector.pool.hold(stream, stream.holds);
  }

  /** Reads what opens a direction, and holds it while it goes on in further segments. */
  private begin(
    slot: number,
    dir: number,
    stream: StreamState,
    buf: Uint8Array,
    at: number,
    end: number,
    from: number,
  ): void {
    const need = this.opening(slot, dir, buf, at, end);
    if (need === 0) {
      this.opened(slot, dir, stream);
      return;
    }
    if (need > MAX_TOGETHER) {
      stream.handshakeDone = true;
      return;
    }
    this.expect(stream, from, need, 0, buf, at, end);
  }

  /** Holds what came of a direction's opening. @param need bytes from `from` on that are wanted @param offset of the segment's bytes */
  private expect(
    stream: StreamState,
    from: number,
    need: number,
    offset: number,
    buf: Uint8Array,
    at: number,
    end: number,
  ): void {
    stream.handshake = this.given ?? new Pieces();
    stream.handshakeFrom = from >>> 0;
    stream.handshakeNeed = need;
    if (this.given === null) stream.handshake.add(offset, buf, at, end - at);
    this.inspector.pool.hold(stream, stream.holds);
  }

  /** Adds a segment where it belongs, in whatever order it came, and reads again when enough is there. */
  private collect(slot: number, dir: number, stream: StreamState, sequence: number, l: Layers, buf: Uint8Array): void {
    const pieces = stream.handshake!;
    let offset = (sequence - stream.handshakeFrom) | 0;
    // Where the capture did not see the connection begin, the banner may come after what follows it.
    if (
      offset < 0 &&
      this.inspector.app(slot) === SSH &&
      this.inspector.peekFacts(slot)?.ssh?.[dir]!.banner === null &&
      -offset < MAX_TOGETHER &&
      pieces.prepend(-offset)
    ) {
      stream.handshakeFrom = sequence;
      stream.handshakeNeed = 1;
      offset = 0;
    }
    const skip = offset < 0 ? -offset : 0;
    if (skip < l.payloadLength) pieces.add(offset + skip, buf, l.payloadAt + skip, l.payloadLength - skip);
    if (!this.inspector.pool.hold(stream, stream.holds) || pieces.whole < stream.handshakeNeed) return;
    const { data } = pieces;
    const need = this.opening(slot, dir, data, 0, data.length);
    if (need > MAX_TOGETHER || need === 0) {
      stream.handshake = null;
      this.inspector.pool.hold(stream, stream.holds);
      if (need === 0) this.opened(slot, dir, stream);
      else stream.handshakeDone = true;
      return;
    }
    stream.handshakeNeed = need;
  }

  private opened(slot: number, dir: number, stream: StreamState): void {
    const server = this.inspector.peekFacts(slot)?.tls?.server;
    stream.handshakeDone = !(server?.isRetry ?? false) || this.inspector.app(slot) !== TLS;
    // A retry is answered by a second hello of the client.
    if (dir === 1 && server?.isRetry) this.inspector.streams[slot * 2]!.handshakeDone = false;
  }

  /** @returns 0 when what is wanted of the direction's opening is read, else bytes needed in all */
  private opening(slot: number, dir: number, b: Uint8Array, at: number, end: number): number {
    const facts = this.inspector.factsOf(slot);
    if (this.inspector.app(slot) === SSH)
      return readSsh(b, at, end, (facts.ssh ??= [noSsh(), noSsh()])[dir]!, dir === 1);
    if (this.inspector.app(slot) === HTTP) {
      if (!endsHead(b, at, end)) return end - at + 1;
      const head = parseHttp(b, at, end);
      if (head !== null && head.bodyAt >= 0) this.httpHead(slot, this.inspector.streams[slot * 2 + 1 - dir]!, head);
      return 0;
    }
    const tls = (facts.tls ??= noTls());
    const hadClient = tls.client;
    const hadServer = tls.server;
    const need = readHandshake(b, at, end, tls, dir === 1);
    if (tls.client !== hadClient || tls.server !== hadServer)
      this.inspector.hello(facts, tls.server !== hadServer, slot);
    return need;
  }

  private http(
    slot: number,
    dir: number,
    stream: StreamState,
    l: Layers,
    buf: Uint8Array,
    at: number,
    end: number,
    wire: number,
    from: number,
  ): number {
    const other = this.inspector.streams[slot * 2 + 1 - dir]!;
    const began = stream.http === null;
    const http = (stream.http ??= new HttpStream());
    let heads = 0;
    const result = http.take(buf, at, end, wire, (head) => {
      heads++;
      this.httpHead(slot, other, head);
    });
    if (result === 'other') {
      if (began) stream.http = null;
      return began ? 0 : stream.gapped ? P.TCP : HTTP;
    }
    this.inspector.nameApp(slot, HTTP);
    // Segments of the first head may come in any order.
    if (
      http.heads === 0 &&
      result === 'part' &&
      stream.handshake === null &&
      !stream.handshakeDone &&
      this.inspector.app(slot) === HTTP
    )
      this.begin(slot, dir, stream, buf, at, end, from);
    if (heads > 0) stream.gapped = false;
    else if (stream.gapped) return P.TCP;
    if (result === 'part' && l.tcpFlags & TCP_FIN) return HTTP;
    return result === 'message' ? (http.bodyType === null ? HTTP : bodyName(http.bodyType)) : P.TCP;
  }

  private httpHead(slot: number, other: StreamState, head: HttpHead): void {
    const facts = this.inspector.factsOf(slot);
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
      if (head.status === 101 && head.upgrade) this.inspector.setApp(slot, WEBSOCKET);
    }
  }
}

/** Bytes by which text is told from what a cipher leaves. */
const TEXT_BEGINS = 8;

function isText(b: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (b[i]! < 0x20 || b[i]! > 0x7e) return false;
  return true;
}
