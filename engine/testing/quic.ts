// QUIC Initials and other packets for tests and fuzzing, made as RFC 9001, 5 says by code that shares nothing with the
// reader's.
import { createCipheriv, createHmac } from 'node:crypto';

export interface InitialOptions {
  readonly version?: number;
  readonly salt?: string;
  readonly prefix?: string;
  readonly type?: number;
  readonly number?: number;
  /** Destination and source connection ids, hexadecimal. */
  readonly to?: string;
  readonly from?: string;
  /** The id that keys come from, the destination's where nothing is said; and whose keys they are. */
  readonly keyId?: string;
  readonly side?: 'client in' | 'server in';
}

export const QUIC_V1_SALT = '38762cf7f55934b34d179ae6a4c80cadccbb7f0a';

/**
 * @param frames the packet's payload, at least 4 bytes
 * @param o version 1 to the id of RFC 9001's appendix where nothing else is said
 */
export function quicInitial(frames: Uint8Array, o: InitialOptions = {}): Uint8Array {
  const {
    version = 1,
    salt = QUIC_V1_SALT,
    prefix = 'quic',
    type = 0,
    number = 0,
    to = '8394c8f03e515708',
    from = '',
    keyId = to,
    side = 'client in',
  } = o;
  const id = Buffer.from(to, 'hex');
  const source = Buffer.from(from, 'hex');
  const secret = expand(mac(Buffer.from(salt, 'hex'), Buffer.from(keyId, 'hex')), side, 32);
  const length = 4 + frames.length + 16;
  const header = Buffer.concat([
    Uint8Array.of(0xc3 | (type << 4), version >>> 24, version >>> 16, version >>> 8, version, id.length),
    id,
    Uint8Array.of(source.length),
    source,
    Uint8Array.of(0, 0x40 | ((length >> 8) & 0x3f), length & 255, 0, 0, 0, number),
  ]);
  return sealedPacket(secret, prefix, header, number, frames);
}

/**
 * A packet whose header ends in four bytes of its number, under the keys of a secret.
 * @param number below 256
 */
export function sealedPacket(
  secret: Uint8Array,
  prefix: string,
  header: Buffer,
  number: number,
  frames: Uint8Array,
): Uint8Array {
  const nonce = Buffer.from(expand(secret, `${prefix} iv`, 12));
  nonce[11]! ^= number;
  const gcm = createCipheriv('aes-128-gcm', expand(secret, `${prefix} key`, 16), nonce);
  gcm.setAAD(header);
  const sealed = Buffer.concat([gcm.update(frames), gcm.final(), gcm.getAuthTag()]);
  const mask = createCipheriv('aes-128-ecb', expand(secret, `${prefix} hp`, 16), null).update(sealed.subarray(0, 16));
  // Of a short header one bit more is hidden (RFC 9001, 5.4.1).
  header[0]! ^= mask[0]! & (header[0]! >= 0x80 ? 15 : 31);
  for (let i = 0; i < 4; i++) header[header.length - 4 + i]! ^= mask[1 + i]!;
  return Uint8Array.from(Buffer.concat([header, sealed]));
}

function mac(key: Uint8Array, data: Uint8Array): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function expand(secret: Uint8Array, label: string, size: number): Buffer {
  const info = [Uint8Array.of(0, size, label.length + 6), Buffer.from(`tls13 ${label}`), Uint8Array.of(0, 1)];
  return mac(secret, Buffer.concat(info)).subarray(0, size);
}
