// The third stage of looking into TCP: what the Protocol column calls a segment, and what of it the flow is told by.
import { P, protocolId, TCP_FIN, u16, type Layers } from '../decode/index.ts';
import { DcerpcContexts, isDcerpc, pipeData } from './dcerpc.ts';
import { DnsStream } from './dns-stream.ts';
import { noTls, type TlsFacts } from './facts.ts';
import { FRAMINGS, TLS_FRAMING, type Framing } from './framing.ts';
import { looksLikeHttp } from './http.ts';
import { HttpStream } from './http-stream.ts';
import type { InspectorPort } from './inspector-port.ts';
import { noHints, type Hints } from './payload.ts';
import { MAX_TOGETHER } from './pieces.ts';
import { byPorts, tcpPorts } from './ports.ts';
import { recogniseTcp, shownOfTcp } from './recognise.ts';
import type { Segment } from './segment.ts';
import { walkFrames } from './stream.ts';
import { bodyName, isSsl2Hello, isTlsShaped, lineProtocol } from './tcp-content.ts';
import type { TcpOpening } from './tcp-opening.ts';
import { AFTER_HANDSHAKE, AFTER_HTTP, AFTER_NAME, UNTOLD } from './telling.ts';
import { isRecord, opensCertificate, opensHandshake, plainAlert, secondHello, takeAlert } from './tls-handshake.ts';

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

/** What was seen of a flow so far; kept with its initiator's direction. */
export function hintsOf(inspector: InspectorPort, slot: number): Hints {
  return (inspector.stream(slot, 0).hints ??= noHints());
}

export class TcpNaming {
  private readonly inspector: InspectorPort;
  private readonly openings: TcpOpening;

  constructor(inspector: InspectorPort, openings: TcpOpening) {
    this.inspector = inspector;
    this.openings = openings;
  }

  /** Bytes of a direction in their order. @returns protocol id, `P.TCP` when nothing is known */
  name(s: Segment, l: Layers): number {
    const { inspector } = this;
    const { slot, stream, bytes, at, end } = s;
    if (s.ahead > 0 && stream.seen) lost(s);
    const first = !stream.seen;
    stream.seen = s.other.seen = true;
    let app = inspector.app(slot);
    if (app !== TLS && opensHandshake(bytes, at, end - at)) {
      app = TLS;
      inspector.setApp(slot, TLS);
      forgetBoth(s);
    }
    this.recognise(s, l);
    if (app === WEBSOCKET) return WEBSOCKET;
    if (app === TLS) return this.tls(s);
    if (inspector.factsOnly && stream.http !== null && this.httpKnown(slot)) {
      s.wanted = AFTER_HTTP;
      return HTTP;
    }
    if (stream.http !== null || looksLikeHttp(bytes, at, end - at)) {
      const shown = this.http(s, l);
      if (shown !== 0) return shown;
    }
    if (app === 0) app = this.guessed(s, l, first);
    if (stream.dns === null && (app === DNS || inspector.service(slot) === DNS)) this.beginDns(s);
    if (app === 0) return this.unknown(s, l, first);
    s.wanted = AFTER_NAME;
    if (app === HTTP) return HTTP;
    if (app === SSH && !stream.handshakeDone && stream.handshake === null) this.openings.begin(s);
    if (inspector.factsOnly) return app;
    const framing = FRAMINGS.get(app);
    return framing === undefined ? lineProtocol(app, stream, s.other, bytes, at, end) : this.message(s, app, framing);
  }

  /** Asks what the flow speaks, while that is not known. */
  private recognise(s: Segment, l: Layers): void {
    const { inspector } = this;
    if (!inspector.unrecognised(s.slot, l) && (s.given === null || inspector.service(s.slot) !== 0)) return;
    const found = recogniseTcp(s.bytes, s.at, s.end, s.wire, hintsOf(inspector, s.slot));
    if (found !== 0) inspector.setService(s.slot, found);
  }

  /**
   * By content, or at a direction's first segment by port; TLS and HTTP are told by more than that.
   * @returns 0 when nothing tells
   */
  private guessed(s: Segment, l: Layers, first: boolean): number {
    let app = shownOfTcp(s.bytes, s.at, s.end);
    if (app === 0 && first) app = byPorts(tcpPorts, l.sourcePort, l.destinationPort);
    if (app === TLS || app === HTTP) return 0;
    if (app !== 0) this.inspector.setApp(s.slot, app);
    return app;
  }

  /** A segment that nothing has named: on TLS's ports it may be of an older SSL. */
  private unknown(s: Segment, l: Layers, first: boolean): number {
    const { bytes, at, end } = s;
    const onTlsPort = byPorts(tcpPorts, l.sourcePort, l.destinationPort) === TLS;
    if (onTlsPort && isTlsShaped(bytes, at, end)) {
      this.inspector.setApp(s.slot, TLS);
      return this.tls(s);
    }
    s.wanted = UNTOLD;
    if (!onTlsPort) return P.TCP;
    // What begins as text, or is too short for a record's head, is no TLS to Wireshark, whatever the port.
    if (end - at < TLS_FRAMING.header || isText(bytes, at, Math.min(end, at + TEXT_BEGINS))) return P.TCP;
    return first && isSsl2Hello(bytes, at, end) ? SSL2 : SSL;
  }

  /** A segment of a protocol that has a length in front of its messages. */
  private message(s: Segment, app: number, framing: Framing): number {
    const { stream, bytes, at, end, wire } = s;
    const walked = walkFrames(stream, framing, bytes, at, end, wire);
    if (walked.foreign) return app === BGP ? BGP : P.TCP;
    // A message that the snap length cut cannot be waited for.
    const cut = end - at < wire && walked.firstAt >= 0;
    if (!walked.ended && !cut) return P.TCP;
    if (app === DCERPC || app === NBSS) {
      const rpc = this.rpcName(s.slot, app, bytes, walked.firstAt, end);
      if (rpc !== 0) return rpc;
    }
    if (!framing.name) return app;
    // The end of a message that began in an earlier segment is named as that one was.
    if (walked.firstAt >= 0) stream.named = framing.name(bytes, walked.firstAt, end);
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

  private tls(s: Segment): number {
    const { stream, bytes, at, end, wire } = s;
    const facts = this.inspector.factsOf(s.slot);
    const tls = (facts.tls ??= noTls());
    if (stream.handshakeDone) {
      takeAlert(plainAlert(bytes, at, end), tls);
      if (secondHello(bytes, at, end) || opensCertificate(bytes, at, end)) stream.handshakeDone = false;
      else if (this.inspector.factsOnly) {
        s.wanted = AFTER_HANDSHAKE;
        return TLS;
      }
    }
    if (!stream.handshakeDone && stream.handshake === null) this.open(s, tls);
    const atStart = stream.left === 0 && stream.held === null;
    const recordVersion = atStart && end - at >= 3 ? u16(bytes, at + 1) : 0;
    const walked = walkFrames(stream, TLS_FRAMING, bytes, at, end, wire);
    const isClientHello = atStart && end - at >= 6 && bytes[at] === 22 && bytes[at + 5] === 1;
    const version =
      tls.server?.selectedVersion ??
      (isClientHello || !TLS_VERSIONS.has(recordVersion) ? tls.client?.recordVersion : undefined) ??
      recordVersion;
    const name = TLS_VERSIONS.get(version) ?? TLS_VERSIONS.get(recordVersion);
    if (walked.foreign) return name ?? SSL;
    return walked.ended ? (name ?? TLS) : P.TCP;
  }

  /** Begins to read a direction's handshake where this segment can be its beginning. */
  private open(s: Segment, tls: TlsFacts): void {
    // After a retry the beginning of what comes is known, also where its segments changed places.
    if (s.ahead > 0 && s.ahead < MAX_TOGETHER && tls.server?.isRetry) this.openings.expect(s, s.ahead, s.ahead + 1);
    else if (s.end - s.at < 5 || isRecord(s.bytes, s.at)) this.openings.begin(s);
  }

  private beginDns(s: Segment): void {
    const { stream, slot } = s;
    stream.dns = new DnsStream(s.ahead > 0 && s.ahead < MAX_TOGETHER ? s.from - s.ahead : s.from);
    const given = s.handOver();
    if (given === null) this.dns(s);
    else
      stream.dns.adopt(given, (b, from, to) => {
        this.inspector.dns(slot, b, from, to);
      });
  }

  /** A segment of a direction that carries DNS messages, in whatever order it comes. */
  dns(s: Segment): void {
    const { stream, slot } = s;
    const { dns } = stream;
    if (dns === null) return;
    const held = dns.held;
    dns.take(s.from, s.bytes, s.at, s.end, s.wire, (b, from, to) => {
      this.inspector.dns(slot, b, from, to);
    });
    if (held > 0 || dns.held > 0) this.inspector.pool.hold(stream, stream.holds);
  }

  /** @returns 0 when the direction turns out to be none of HTTP */
  private http(s: Segment, l: Layers): number {
    const { slot, stream, other } = s;
    const began = stream.http === null;
    const http = (stream.http ??= new HttpStream());
    let heads = 0;
    const result = http.take(s.bytes, s.at, s.end, s.wire, (head) => {
      heads++;
      this.openings.httpHead(slot, other, head);
    });
    if (result === 'other') {
      if (began) stream.http = null;
      if (began) return 0;
      return stream.gapped ? P.TCP : HTTP;
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
      this.openings.begin(s);
    if (heads > 0) stream.gapped = false;
    else if (stream.gapped) return P.TCP;
    if (result === 'part') return l.tcpFlags & TCP_FIN ? HTTP : P.TCP;
    if (result !== 'message') return P.TCP;
    return http.bodyType === null ? HTTP : bodyName(http.bodyType);
  }
}

/** Bytes are missing before the segment. */
function lost({ stream, ahead }: Segment): void {
  stream.left = ahead <= stream.left ? stream.left - ahead : 0;
  stream.held = null;
  // Segments of a message that lost one cannot be put together.
  if (stream.http?.pending) stream.gapped = true;
  stream.http?.gap(ahead);
}

/** A handshake of TLS begins in mid-connection: what was known of both directions is over. */
function forgetBoth({ stream, other }: Segment): void {
  stream.http = other.http = null;
  stream.handshake = other.handshake = null;
  stream.handshakeDone = other.handshakeDone = false;
  stream.left = other.left = 0;
  stream.held = other.held = null;
}

/** Bytes by which text is told from what a cipher leaves. */
const TEXT_BEGINS = 8;

function isText(b: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (b[i]! < 0x20 || b[i]! > 0x7e) return false;
  return true;
}
