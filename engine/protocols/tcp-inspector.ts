// The first stage of looking into TCP: bytes of a direction are aligned. What came before is left out; what is too
// short, or stands behind a hole, is held until it tells something. Then it is opened (tcp-opening.ts) and named
// (tcp-naming.ts).
import { P, protocolId, TCP_SYN, type Layers } from '../decode/index.ts';
import { FRAMINGS } from './framing.ts';
import type { InspectorPort } from './inspector-port.ts';
import { mayBeShort, mayOpenTls, Opening, told } from './opening.ts';
import { MAX_TOGETHER } from './pieces.ts';
import { byPorts, tcpPorts } from './ports.ts';
import { Segment } from './segment.ts';
import { AFTER_HTTP, ANYTHING } from './telling.ts';
import { hintsOf, TcpNaming } from './tcp-naming.ts';
import { TcpOpening } from './tcp-opening.ts';

const TLS = protocolId('TLS');
const HTTP = protocolId('HTTP');
const SSH = protocolId('SSH');
const DNS = protocolId('DNS');
/** What a direction held says of a packet: nothing, it is looked at as any other. */
const GO_ON = -1;

export class TcpInspector {
  private readonly inspector: InspectorPort;
  private readonly openings: TcpOpening;
  private readonly naming: TcpNaming;
  private readonly segment = new Segment();

  /** @param inspector where streams, names and facts of flows are kept */
  constructor(inspector: InspectorPort) {
    this.inspector = inspector;
    this.openings = new TcpOpening(inspector);
    this.naming = new TcpNaming(inspector, this.openings);
  }

  /** A TCP packet with payload. @returns protocol id for it, `P.TCP` when nothing is known */
  segmentOf(slot: number, dir: number, l: Layers, buf: Uint8Array): number {
    const { inspector, segment: s } = this;
    const stream = inspector.stream(slot, dir);
    if (inspector.factsOnly) inspector.wants(slot, dir, ANYTHING);
    s.slot = slot;
    s.dir = dir;
    s.stream = stream;
    s.other = inspector.streams[slot * 2 + 1 - dir]!;
    // A SYN takes a sequence number before the data that it carries (RFC 9293, 3.4).
    s.take(l, buf, l.tcpFlags & TCP_SYN ? (l.tcpSequence + 1) >>> 0 : l.tcpSequence);
    if (stream.handshake !== null) this.openings.collect(s);
    if (stream.dns !== null) this.naming.dns(s);
    if (stream.opening !== null) {
      const named = this.gather(s, l);
      if (named !== GO_ON) return named;
    }
    // Of bytes that came before, only the new tail is looked at. Where none came there is no tail: a FIN that overtook
    // the data (or that a middlebox forged) has taken a number, and no byte.
    const old = l.ahead < 0 && (stream.spoke || l.payloadWire <= 1) ? -l.ahead : 0;
    if (old >= l.payloadLength) return P.TCP;
    s.skip(old);
    const fresh = !stream.spoke;
    const before = inspector.app(slot);
    if (stream.opening === null && this.holds(s, l)) return heldName(l);
    const shown = this.naming.name(s, l);
    if (fresh && l.ahead === 0 && stream.opening === null && !this.toldByContent(slot))
      this.hold(s, Opening.begin(s.from, 'untold', before), l);
    if (inspector.factsOnly) inspector.wants(slot, dir, this.later(s, l));
    return shown;
  }

  /** What later bytes of the direction may tell: anything while some are held, or its first packets are looked at. */
  private later({ slot, stream, wanted }: Segment, l: Layers): number {
    const { inspector } = this;
    if (wanted === ANYTHING || inspector.unrecognised(slot, l)) return ANYTHING;
    if (stream.opening !== null || stream.handshake !== null || stream.dns !== null) return ANYTHING;
    if (stream.http !== null && wanted !== AFTER_HTTP) return ANYTHING;
    const app = inspector.app(slot);
    // What was read of these may have been dropped for want of room, and is begun again.
    if (app === DNS || inspector.service(slot) === DNS || (app === SSH && !stream.handshakeDone)) return ANYTHING;
    return wanted;
  }

  /** Whether anything but a port has said what the flow speaks. */
  private toldByContent(slot: number): boolean {
    const app = this.inspector.app(slot);
    return app === TLS || app === HTTP || this.inspector.service(slot) !== 0;
  }

  /** Whether a segment is too short to be looked at by itself; one behind a hole is held and looked at all the same. */
  private holds(s: Segment, l: Layers): boolean {
    const { stream, bytes, at, end } = s;
    const app = this.inspector.app(s.slot);
    const first = !stream.spoke;
    stream.spoke = true;
    if (first && l.ahead > 0 && l.ahead < MAX_TOGETHER) {
      this.hold(s, Opening.begin(s.from - l.ahead, 'hole', app), l);
      return false;
    }
    const short = first
      ? (app === 0 || app === HTTP) &&
        mayBeShort(bytes, at, end) &&
        told(bytes, at, end, hintsOf(this.inspector, s.slot)) === 'more'
      : l.ahead === 0 && app !== TLS && stream.handshake === null && mayOpenTls(bytes, at, end);
    if (!short || l.payloadWire !== l.payloadLength) return false;
    return this.hold(s, Opening.begin(s.from, 'beginning', app), l);
  }

  /** @returns whether there was room */
  private hold(s: Segment, opening: Opening, l: Layers): boolean {
    if (opening.add(s.from, s.bytes, s.at, s.end - s.at, l.payloadNumber) === 'over') {
      opening.free();
      return false;
    }
    s.stream.opening = opening;
    return this.holdsStream(s);
  }

  /** Tells the pool what the direction holds now. @returns whether there was room */
  private holdsStream({ stream }: Segment): boolean {
    return this.inspector.pool.hold(stream, stream.holds);
  }

  /**
   * A segment of a direction whose first bytes are held.
   * @returns what the packet is called, GO_ON when it is to be looked at as any other
   */
  private gather(s: Segment, l: Layers): number {
    const { stream, slot } = s;
    const o = stream.opening!;
    const waiting = o.why === 'beginning' ? heldName(l) : GO_ON;
    // A keep-alive's octet is none of the stream (RFC 9293, 3.8.4).
    if (l.payloadWire <= 1 && l.ahead === -1) return waiting;
    const state = o.add(s.from, s.bytes, s.at, s.end - s.at, l.payloadNumber);
    if (state === 'over' || (o.why === 'untold' && this.toldByContent(slot))) {
      stream.opening = null;
      o.free();
      this.holdsStream(s);
      return GO_ON;
    }
    if (!this.holdsStream(s)) return GO_ON;
    if (state === 'same') return waiting;
    const hints = hintsOf(this.inspector, slot);
    const tells = told(o.pieces.bytes, 0, o.pieces.whole, hints);
    if (tells === 'more' || (tells === 'no' && o.why === 'untold')) return waiting;
    stream.opening = null;
    if (tells === 'no') {
      this.holdsStream(s);
      if (o.why === 'hole' || told(s.bytes, s.at, s.end, hints) === 'yes') {
        o.free();
        return GO_ON;
      }
    }
    return this.nameHeld(s, o, l);
  }

  /**
   * Looks at bytes that were held, now that they tell something.
   * @returns what the packet is called that completed them
   */
  private nameHeld(s: Segment, o: Opening, l: Layers): number {
    const { inspector } = this;
    const { stream, slot } = s;
    if (o.why !== 'beginning' && inspector.app(slot) !== TLS) inspector.setApp(slot, o.app);
    stream.left = 0;
    stream.held = null;
    stream.http = null;
    stream.gapped = false;
    if (o.why !== 'beginning') {
      stream.handshake = null;
      stream.handshakeDone = false;
    }
    s.takeHeld(o.pieces, o.from, l.payloadWire - l.payloadLength);
    const shown = this.naming.name(s, l);
    o.free(s.handOver());
    const facts = inspector.peekFacts(slot);
    // A port's guess leaves nothing behind.
    if (facts?.ssh && inspector.app(slot) !== SSH && facts.ssh.every((side) => side.banner === null)) facts.ssh = null;
    this.holdsStream(s);
    // What fills a hole late is called as Wireshark calls it: facts are complete, the packet is none of a protocol.
    return l.ahead < 0 ? P.TCP : shown;
  }
}

/**
 * What a packet is called whose bytes are held: nothing is known but the port, and that counts where names are by port
 * alone.
 */
function heldName(l: Layers): number {
  const port = byPorts(tcpPorts, l.sourcePort, l.destinationPort);
  return port === 0 || port === TLS || port === HTTP || FRAMINGS.has(port) ? P.TCP : port;
}
