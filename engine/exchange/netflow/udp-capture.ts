// Messages of a flow exporter as the datagrams that a capture would have of them.
import { Octets } from './octets.ts';

const ETHERNET = 14;
const IP = 20;
const UDP = 8;
/** Addresses for documentation (RFC 5737); the exporter sends to the collector. */
const EXPORTER = Uint8Array.of(192, 0, 2, 1);
const COLLECTOR = Uint8Array.of(192, 0, 2, 2);

/** @returns an Ethernet frame with IPv4 and UDP around the message */
export function exportDatagram(message: Uint8Array, port: number): Uint8Array {
  const out = new Octets(ETHERNET + IP + UDP + message.length);
  // Locally administered addresses.
  out.bytes(Uint8Array.of(2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1)).put(0x0800, 2);
  out
    .put(0x45, 1)
    .put(0, 1)
    .put(IP + UDP + message.length, 2)
    .put(0, 4)
    .put(64, 1)
    .put(17, 1)
    .put(0, 2);
  out.bytes(EXPORTER).bytes(COLLECTOR);
  out
    .put(port, 2)
    .put(port, 2)
    .put(UDP + message.length, 2)
    .put(0, 2)
    .bytes(message);
  const frame = out.done();
  const view = new DataView(frame.buffer);
  let sum = 0;
  for (let at = ETHERNET; at < ETHERNET + IP; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  view.setUint16(ETHERNET + 10, ~sum & 0xffff);
  return frame;
}
