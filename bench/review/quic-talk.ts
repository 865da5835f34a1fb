// A conversation over QUIC (RFC 9000, 9001) with its key: hellos in Initials, then one packet of stream 0.
import { udp } from '../../engine/testing/packets.ts';
import { quicInitial, sealedPacket } from '../../engine/testing/quic.ts';

const CLIENT = '10.0.0.1:40030';
const SERVER = '10.0.0.3:443';
const FIRST_ID = '8394c8f03e515708';
const SERVER_ID = 'f067a5502a4262b5';
const RANDOM = Buffer.alloc(32, 7);
const SECRET = Buffer.alloc(32, 9);

/** Says what the client sent in stream 0. */
export function quicTalk(said: string): { readonly frames: number[][]; readonly keys: string } {
  const hello = (kind: number, middle: readonly number[]): Buffer => {
    const versions = kind === 1 ? [0, 43, 0, 3, 2, 3, 4] : [0, 43, 0, 2, 3, 4];
    const body = [3, 3, ...RANDOM, 0, ...middle, 0, versions.length, ...versions];
    return Buffer.from([kind, 0, 0, body.length, ...body]);
  };
  const crypto = (message: Buffer): Uint8Array => Buffer.concat([Buffer.from([6, 0, message.length]), message]);
  const ask = quicInitial(crypto(hello(1, [0, 2, 0x13, 1, 1, 0])), { to: FIRST_ID, from: '' });
  const answer = quicInitial(crypto(hello(2, [0x13, 1, 0])), {
    to: '',
    from: SERVER_ID,
    keyId: FIRST_ID,
    side: 'server in',
  });
  return {
    frames: [
      udp(CLIENT, SERVER, ask),
      udp(SERVER, CLIENT, answer),
      udp(CLIENT, SERVER, shortPacket(Buffer.concat([Buffer.from([0x0b, 0, said.length]), Buffer.from(said)]))),
    ],
    // Without the server's secret nothing is decrypted.
    keys: ['CLIENT', 'SERVER']
      .map((side) => `${side}_TRAFFIC_SECRET_0 ${RANDOM.toString('hex')} ${SECRET.toString('hex')}\n`)
      .join(''),
  };
}

/** A packet with a short header under the client's key of 1-RTT (RFC 9000, 17.3; RFC 9001, 5). */
function shortPacket(payload: Uint8Array): Uint8Array {
  const header = Buffer.concat([Uint8Array.of(0x43), Buffer.from(SERVER_ID, 'hex'), Uint8Array.of(0, 0, 0, 0)]);
  return sealedPacket(SECRET, 'quic', header, 0, payload);
}
