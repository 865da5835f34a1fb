// OpenVPN's first message, over UDP and behind TCP's two octets of length.
import { u32 } from '../decode/index.ts';

/**
 * Opcode 7 or 10, and one of the sizes that its ways of authentication give it.
 * @param size of the message as it was sent
 */
export function isVpnReset(b: Uint8Array, at: number, end: number, size: number): boolean {
  if (b[at] === 0x50) return size > 300;
  if (size === 14) return end - at >= 14 && b[at + 9] === 0 && u32(b, at + 10) === 0;
  return size === 38 || size === 42 || size === 54 || size === 86;
}
