// Addresses of alerts as text.
import { addressText, NET_IP4, NET_IP6 } from '../decode/index.ts';

/** @param address 16 bytes as a number, IPv4 as ::ffff:a.b.c.d */
export function placeText(address: bigint): string {
  const bytes = Buffer.from(address.toString(16).padStart(32, '0'), 'hex');
  return address >> 32n === 0xffffn ? addressText(NET_IP4, bytes.subarray(12)) : addressText(NET_IP6, bytes);
}
