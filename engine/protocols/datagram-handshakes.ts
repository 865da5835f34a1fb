// Handshakes over UDP: hellos inside of QUIC Initials and of DTLS records become the same facts as those over TCP.
import { protocolId, u32 } from '../decode/index.ts';
import { DtlsHandshake } from './dtls.ts';
import { noTls, type TlsFacts } from './facts.ts';
import type { InspectorPort } from './inspector-port.ts';
import { QuicHandshake } from './quic.ts';
import { readMessages, takeCertificates, takeClientHello, takeServerHello } from './tls-handshake.ts';

const STUN = protocolId('STUN');
const DTLS = protocolId('DTLS');
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const CERTIFICATE = 11;

export function dtlsHandshake(
  inspector: InspectorPort,
  slot: number,
  dir: number,
  b: Uint8Array,
  at: number,
  end: number,
): void {
  if (b[at] !== 22) return;
  const connection = inspector.connection(slot);
  // After STUN on a flow, DTLS is the protocol that the flow is for.
  inspector.becomes(slot, STUN, DTLS);
  const handshake =
    connection.datagrams instanceof DtlsHandshake ? connection.datagrams : (connection.datagrams = new DtlsHandshake());
  handshake.datagram(dir, b, at, end, (type, version, body) => {
    if (type !== CLIENT_HELLO && type !== SERVER_HELLO && type !== CERTIFICATE) return;
    const facts = inspector.factsOf(slot);
    const tls = (facts.tls ??= noTls());
    if (type === CERTIFICATE) {
      takeCertificates(body, 0, body.length, tls, dir === 1);
      return;
    }
    if (type === CLIENT_HELLO) takeClientHello(body, 0, body.length, version, tls, 'd');
    else takeServerHello(body, 0, body.length, tls);
    inspector.hello(facts, type === SERVER_HELLO, slot);
  });
  inspector.pool.hold(handshake, handshake.held);
}

export function quicHandshake(
  inspector: InspectorPort,
  slot: number,
  dir: number,
  b: Uint8Array,
  at: number,
  end: number,
): void {
  // No long header is shorter (RFC 9000, 17.2).
  if (end - at < 7) return;
  const connection = inspector.connection(slot);
  const handshake =
    connection.datagrams instanceof QuicHandshake ? connection.datagrams : (connection.datagrams = new QuicHandshake());
  const facts = inspector.factsOf(slot);
  if (facts.quic === null)
    facts.quic = { version: u32(b, at + 1), destinationId: -1, sourceId: -1, token: false, opened: 0 };
  if (handshake.beginsAnew(dir, b, at, end)) facts.tls = null;
  const fromServer = dir !== handshake.client;
  const done = fromServer ? facts.tls?.server && !facts.tls.server.isRetry : clientIsRead(facts.tls, handshake);
  if (handshake.spent || done) {
    learnIds(inspector, handshake, b, at, end);
    return;
  }
  const grew = handshake.datagram(dir, b, at, end);
  facts.quic.opened = handshake.opened;
  if (handshake.opened > 0 && facts.quic.destinationId < 0)
    Object.assign(facts.quic, {
      version: handshake.version,
      destinationId: handshake.destinationId,
      sourceId: handshake.sourceId,
      token: handshake.token,
    });
  if (grew) {
    const server = dir !== handshake.client;
    const tls = (facts.tls ??= noTls());
    for (let message = handshake.message(dir); message !== null; message = handshake.message(dir)) {
      const had = server ? tls.server : tls.client;
      readMessages(message, message.length, 0, tls, server, 'q');
      if ((server ? tls.server : tls.client) !== had) inspector.hello(facts, server, slot);
    }
  }
  learnIds(inspector, handshake, b, at, end);
  inspector.pool.hold(handshake, handshake.held);
}

/**
 * Whether there is nothing more to be had of the client's Initials: after a retry of either kind there is a second
 * hello.
 */
function clientIsRead(tls: TlsFacts | null, handshake: QuicHandshake): boolean {
  if (tls === null || tls.client === null || handshake.retried) return false;
  return tls.retryJa4 !== null || !(handshake.again || (tls.server?.isRetry ?? false));
}

/**
 * Remembers the id that the sender of a long header chose (RFC 9000, 7.2), once the connection has shown that it is
 * one.
 */
function learnIds(inspector: InspectorPort, handshake: QuicHandshake, b: Uint8Array, at: number, end: number): void {
  if (handshake.opened === 0) return;
  const source = at + 6 + b[at + 5]!;
  if (source < end && source + 1 + b[source]! <= end) inspector.quicIds.learn(b, source + 1, b[source]!);
}
