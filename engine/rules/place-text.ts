// Addresses of alerts as text and as bytes.
import { addressText, NET_IP4, NET_IP6 } from '../decode/index.ts';

/** @param address 16 bytes as a number, IPv4 as ::ffff:a.b.c.d @returns four bytes of IPv4, sixteen otherwise */
export function placeBytes(address: bigint): Uint8Array {
  const bytes = Buffer.from(address.toString(16).padStart(32, '0'), 'hex');
  return address >> 32n === 0xffffn ? bytes.subarray(12) : bytes;
}

/** @param address as in `placeBytes` */
export function placeText(address: bigint): string {
  const bytes = placeBytes(address);
  return addressText(bytes.length === 4 ? NET_IP4 : NET_IP6, bytes);
}
