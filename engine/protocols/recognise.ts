// Which protocol a flow speaks, told by its first payloads and by nothing else: a port never decides here. The rows are
// in tcp-services.ts and udp-services.ts; the Protocol column asks the same ones.
import { Payload, type Hints } from './payload.ts';
import { TCP_SERVICES } from './tcp-services.ts';
import { UDP_SERVICES } from './udp-services.ts';

/** Payload packets of a flow that are looked at. */
export const RECOGNISE_PACKETS = 10;
/** Fewer bytes tell nothing. */
const LEAST_TCP = 4;
const LEAST_UDP = 8;
const payload = new Payload();

/**
 * A TCP segment from the front of its direction.
 * @param wire payload as it was sent
 * @returns protocol id, 0 when it tells nothing (yet)
 */
export function recogniseTcp(b: Uint8Array, at: number, end: number, wire: number, h: Hints): number {
  if (end - at < LEAST_TCP) return 0;
  payload.hints = h;
  return TCP_SERVICES.service(payload.set(b, at, end, wire));
}

/**
 * A datagram.
 * @param wire payload as it was sent
 * @returns protocol id, 0 when it tells nothing (yet)
 */
export function recogniseUdp(b: Uint8Array, at: number, end: number, wire: number, dir: number, h: Hints): number {
  if (end - at < LEAST_UDP) return 0;
  payload.hints = h;
  payload.dir = dir;
  return UDP_SERVICES.service(payload.set(b, at, end, wire));
}

/** What the Protocol column says of a TCP segment by its content. @returns protocol id, 0 when it tells nothing */
export function shownOfTcp(b: Uint8Array, at: number, end: number): number {
  return TCP_SERVICES.shown(payload.set(b, at, end, end - at), 'any');
}
