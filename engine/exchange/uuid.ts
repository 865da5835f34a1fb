// UUIDs that follow from names (RFC 9562, 5.5): the same thing has the same id each time that it is written.
import { createHash } from 'node:crypto';

/** @param namespace a UUID */
export function uuid5(namespace: string, name: string): string {
  const hash = createHash('sha1');
  hash.update(Buffer.from(namespace.replaceAll('-', ''), 'hex'));
  hash.update(name, 'utf8');
  const bytes = hash.digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x50;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Of everything that Sightline writes and that has no namespace of its own. */
export const OUR_NAMESPACE = '6f0c9d1e-8a57-5c0b-9a43-2d6f5e0b7a11';
