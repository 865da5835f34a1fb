// Handshakes over UDP: hellos inside of QUIC Initials and of DTLS records become the same facts as those over TCP.
import { protocolId } from '../decode/index.ts';
import { DtlsHandshake } from './dtls.ts';
import { noTls } from './facts.ts';
import type { Inspector } from './inspector.ts';
import { QuicHandshake } from './quic.ts';
import { readMessages, takeCertificates, takeClientHello, takeServerHello } from './tls-handshake.ts';

const STUN = protocolId('STUN');
const DTLS = protocolId('DTLS');
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const CERTIFICATE = 11;

export function dtlsHandshake(inspector: Inspector, slot: number, dir: number, b: Uint8Array, at: number, end: number): void {
  if (b[at] !== 22) return;
  const connection = inspector.connection(slot);
  // Where STUN found the way, DTLS is what goes it.
  inspector.becomes(slot, STUN, DTLS);
  const handshake = connection.datagrams instanceof DtlsHandshake ? connection.datagrams : (connection.datagrams = new DtlsHandshake());
  handshake.datagram(dir, b, at, end, (type, version, body) => {
    if (type !== CLIENT_HELLO && type !== SERVER_HELLO && type !== CERTIFICATE) return;
    const facts = inspector.factsOf(slot);
    const tls = (facts.tls ??= noTls());
    if (type === CERTIFICATE) { takeCertificates(body, 0, body.length, tls, dir === 1); return; }
    if (type === CLIENT_HELLO) takeClientHello(body, 0, body.length, version, tls, 'd', true);
    else takeServerHello(body, 0, body.length, tls);
    inspector.hello(facts, type === SERVER_HELLO, slot);
  });
  inspector.pool.hold(handshake, handshake.held);
}

export function quicHandshake(inspector: Inspector, slot: number, dir: number, b: Uint8Array, at: number, end: number): void {
  const connection = inspector.connection(slot);
  const handshake = connection.datagrams instanceof QuicHandshake ? connection.datagrams : (connection.datagrams = new QuicHandshake());
  const facts = inspector.factsOf(slot);
  if (facts.quic === null) facts.quic = { version: ((b[at + 1]! << 24) | (b[at + 2]! << 16) | (b[at + 3]! << 8) | b[at + 4]!) >>> 0, destinationId: -1, sourceId: -1, token: false, opened: 0 };
  if (handshake.beginsAnew(dir, b, at, end)) facts.tls = null;
  const fromServer = dir !== handshake.client;
  if (handshake.spent || (fromServer ? facts.tls?.server : facts.tls?.client && !handshake.retried)) return;
  const grew = handshake.datagram(dir, b, at, end);
  facts.quic.opened = handshake.opened;
  if (handshake.opened > 0 && facts.quic.destinationId < 0) Object.assign(facts.quic, { version: handshake.version, destinationId: handshake.destinationId, sourceId: handshake.sourceId, token: handshake.token });
  if (grew) {
    const server = dir !== handshake.client;
    const tls = (facts.tls ??= noTls());
    const { data } = handshake.streams[dir]!;
    const had = server ? tls.server : tls.client;
    readMessages(data, data.length, 0, tls, server, 'q');
    if ((server ? tls.server : tls.client) !== had) inspector.hello(facts, server, slot);
  }
  inspector.pool.hold(handshake, handshake.held);
}
