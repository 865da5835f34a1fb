// What is still looked for in a flow whose facts are known so far, and the first bytes that can tell it: other payloads
// of the flow change nothing. Only where facts are all that is wanted: the Protocol column names every packet.
import { bytesFrom, bytesWhere } from './services.ts';
import { TCP_SERVICES } from './tcp-services.ts';

/** Any payload may tell something. */
export const ANYTHING = 0;
/** TLS whose handshake was read: alerts, a hello after a retry behind a change of cipher, certificates. */
export const AFTER_HANDSHAKE = 1;
/** HTTP whose first request and answer are known: a TLS handshake. */
export const AFTER_HTTP = 2;
/** A TCP service that has a name: a TLS handshake, or a head of HTTP. */
export const AFTER_NAME = 4;
/** Nothing that the first packets told: a TLS record, a head of HTTP, or what any service begins with. */
export const UNTOLD = 8;
/** A UDP service on the port that it is registered for: a DTLS handshake. */
export const AFTER_PORT = 16;
/** QUIC: a long header, or a DTLS handshake. */
export const AFTER_QUIC = 32;

const RECORDS = bytesFrom(20, 24);
const UPPER = bytesFrom(0x41, 0x5a);
const DTLS = bytesFrom(20, 25);
const SERVICES = bytesWhere((byte) => TCP_SERVICES.shows(byte, 'any'));

const TELLING = new Uint8Array(256);
function tells(state: number, bytes: readonly number[]): void {
  for (const byte of bytes) TELLING[byte]! |= state;
}
tells(AFTER_HANDSHAKE, bytesFrom(20, 22));
tells(AFTER_HTTP, [22]);
tells(AFTER_NAME, [22, ...UPPER]);
tells(UNTOLD, [...RECORDS, ...UPPER, ...SERVICES]);
tells(AFTER_PORT, DTLS);
tells(AFTER_QUIC, [...DTLS, ...bytesFrom(0x80, 0xff)]);

/** Whether a payload with such a first byte can change anything of what is known. @param state not ANYTHING */
export function mayTell(state: number, first: number): boolean {
  return (TELLING[first]! & state) !== 0;
}
