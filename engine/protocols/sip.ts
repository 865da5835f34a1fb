// What SIP begins with, over TCP and UDP (RFC 3261, 7.1 and 7.2).
import { protocolId } from '../decode/index.ts';

const METHODS = [
  'REGISTER',
  'INVITE',
  'OPTIONS',
  'ACK',
  'BYE',
  'CANCEL',
  'SUBSCRIBE',
  'NOTIFY',
  'MESSAGE',
  'PUBLISH',
] as const;

/** Beginnings of requests, and of an answer. */
export const SIP_BEGINS: readonly string[] = [
  'SIP/2.0 ',
  ...METHODS.flatMap((method) => [`${method} sip:`, `${method} sips:`]),
];

const SIP = protocolId('SIP');
const SIP_SDP = protocolId('SIP/SDP');
const SIP_XML = protocolId('SIP/XML');

/** What the Protocol column calls a message of SIP: by the body that it carries. @returns protocol id */
export function sipName(b: Uint8Array, at: number, size: number): number {
  if (contains(b, at, size, 'application/sdp')) return SIP_SDP;
  return contains(b, at, size, '<?xml') ? SIP_XML : SIP;
}

/** Whether a text stands in the first 2,048 bytes of a payload. */
export function contains(b: Uint8Array, at: number, size: number, text: string): boolean {
  return Buffer.from(b.buffer, b.byteOffset + at, Math.min(size, 2_048)).includes(text, 0, 'latin1');
}
