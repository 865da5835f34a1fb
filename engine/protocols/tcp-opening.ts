// The second stage of looking into TCP: what opens a direction (TLS handshake records, an SSH key exchange, a head of
// HTTP) is put together and read.
import { protocolId } from '../decode/index.ts';
import { noHttp, noTls } from './facts.ts';
import { endsHead, parseHttp, type HttpHead } from './http.ts';
import { HttpStream } from './http-stream.ts';
import type { InspectorPort } from './inspector-port.ts';
import { MAX_TOGETHER, Pieces } from './pieces.ts';
import type { Segment } from './segment.ts';
import { noSsh, readSsh } from './ssh.ts';
import type { StreamState } from './stream.ts';
import { readHandshake } from './tls-handshake.ts';

const TLS = protocolId('TLS');
const HTTP = protocolId('HTTP');
const SSH = protocolId('SSH');
const WEBSOCKET = protocolId('WebSocket');
const MAX_TARGET = 2_048;

export class TcpOpening {
  private readonly inspector: InspectorPort;

  constructor(inspector: InspectorPort) {
    this.inspector = inspector;
  }

  /** Reads what opens a direction, and holds it while it goes on in further segments. */
  begin(s: Segment): void {
    const need = this.read(s, s.bytes, s.at, s.end);
    if (need === 0) {
      this.opened(s);
      return;
    }
    if (need > MAX_TOGETHER) {
      s.stream.handshakeDone = true;
      return;
    }
    this.expect(s, 0, need);
  }

  /**
   * Holds what came of a direction's opening.
   * @param missing bytes before the segment's
   * @param need bytes that are wanted in all
   */
  expect(s: Segment, missing: number, need: number): void {
    const { stream } = s;
    const given = s.handOver();
    stream.handshake = given ?? new Pieces();
    stream.handshakeFrom = (s.from - missing) >>> 0;
    stream.handshakeNeed = need;
    if (given === null) stream.handshake.add(missing, s.bytes, s.at, s.end - s.at);
    this.inspector.pool.hold(stream, stream.holds);
  }

  /** Adds a segment where it belongs, in whatever order it came, and reads again when enough is there. */
  collect(s: Segment): void {
    const { stream } = s;
    const pieces = stream.handshake!;
    let offset = (s.from - stream.handshakeFrom) | 0;
    // Where the capture did not see the connection begin, the banner may come after what follows it.
    if (
      offset < 0 &&
      this.inspector.app(s.slot) === SSH &&
      this.inspector.peekFacts(s.slot)?.ssh?.[s.dir]!.banner === null &&
      -offset < MAX_TOGETHER &&
      pieces.prepend(-offset)
    ) {
      stream.handshakeFrom = s.from;
      stream.handshakeNeed = 1;
      offset = 0;
    }
    const skip = offset < 0 ? -offset : 0;
    const size = s.end - s.at;
    if (skip < size) pieces.add(offset + skip, s.bytes, s.at + skip, size - skip);
    if (!this.inspector.pool.hold(stream, stream.holds) || pieces.whole < stream.handshakeNeed) return;
    const { data } = pieces;
    const need = this.read(s, data, 0, data.length);
    if (need > MAX_TOGETHER || need === 0) {
      stream.handshake = null;
      pieces.free();
      this.inspector.pool.hold(stream, stream.holds);
      if (need === 0) this.opened(s);
      else stream.handshakeDone = true;
      return;
    }
    stream.handshakeNeed = need;
  }

  private opened({ slot, dir, stream }: Segment): void {
    const server = this.inspector.peekFacts(slot)?.tls?.server;
    stream.handshakeDone = !(server?.isRetry ?? false) || this.inspector.app(slot) !== TLS;
    // A retry is answered by a second hello of the client.
    if (dir === 1 && server?.isRetry) {
      this.inspector.streams[slot * 2]!.handshakeDone = false;
      this.inspector.wake(slot);
    }
  }

  /** @returns 0 when what is wanted of the direction's opening is read, else bytes needed in all */
  private read({ slot, dir, other }: Segment, b: Uint8Array, at: number, end: number): number {
    const facts = this.inspector.factsOf(slot);
    const app = this.inspector.app(slot);
    if (app === SSH) return readSsh(b, at, end, (facts.ssh ??= [noSsh(), noSsh()])[dir]!, dir === 1);
    if (app === HTTP) {
      if (!endsHead(b, at, end)) return end - at + 1;
      const head = parseHttp(b, at, end);
      if (head !== null && head.bodyAt >= 0) this.httpHead(slot, other, head);
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

  /** A head of HTTP was read. @param other the direction that it did not come from */
  httpHead(slot: number, other: StreamState, head: HttpHead): void {
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
      this.inspector.wake(slot);
      other.http.answersHead = head.method === 'HEAD' || head.method === 'CONNECT';
      return;
    }
    if (http.status === 0) {
      http.status = head.status;
      http.contentType = head.contentType;
    }
    // After the switch both directions carry frames (RFC 6455, 4.2.2).
    if (head.status === 101 && head.upgrade) this.inspector.setApp(slot, WEBSOCKET);
  }
}
