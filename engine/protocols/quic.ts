// QUIC Initial packets (RFC 9000, 17.2.2): their keys follow from what is in the clear (RFC 9001, 5.2), so that the
// hellos in them can be read.
import { latin1, u32 } from '../decode/index.ts';
import { createCipheriv, createDecipheriv, createSecretKey, hash, type KeyObject } from 'node:crypto';
import { Pieces } from './pieces.ts';
import { Holder } from './pool.ts';

const SALTS: readonly (readonly [test: (version: number) => boolean, salt: string])[] = [
  [
    (v) => v === 1 || (v >>> 8 === 0xff0000 && (v & 0xff) >= 33) || (v & 0x0f0f0f0f) === 0x0a0a0a0a,
    '38762cf7f55934b34d179ae6a4c80cadccbb7f0a',
  ],
  [(v) => v === 0x6b3343cf, '0dede3def700a6db819381be6e269dcbf9bd2ed9'],
  // Drafts 33 and 34 have the salt of version 1, and so have versions that only provoke a negotiation (RFC 9000, 15).
  [
    (v) => (v >>> 8 === 0xff0000 && (v & 0xff) >= 29) || (v & 0x0f0f0f0f) === 0x0a0a0a0a,
    'afbfec289993d24c9e9786f19c6111e04390a899',
  ],
  [(v) => v === 0xfaceb003, 'afbfec289993d24c9e9786f19c6111e04390a899'],
  [
    (v) => (v >>> 8 === 0xff0000 && (v & 0xff) >= 23) || v === 0xfaceb002 || v === 0xfaceb00e,
    'c3eef712c72ebb5a11a7d2432bb46365bef9f502',
  ],
  [(v) => (v >>> 8 === 0xff0000 && (v & 0xff) >= 21) || v === 0xfaceb001, '7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a'],
  [(v) => v === 0x51303530, '504574efd066fe2f9d945cfcdbd3a7f0d3b56b45'],
  [(v) => v === 0x54303530, '7ff579e5acd072915580304c43a2367c60488310'],
  [(v) => v === 0x54303531, '7a4edef4e7ccee5fa4506c19124fc8ccda6e033d'],
];
const V2 = 0x6b3343cf;
const GOOGLE_TLS = 0x543035;
/** Initial packets that are opened of one flow: a hello of 16 KiB needs 15. */
const MAX_PACKETS = 48;
/** Connections between the same two ends that are told apart. */
const MAX_CONNECTIONS = 64;

/** As objects: for keys given as bytes Node takes four times as long, at every packet. */
interface Keys {
  readonly key: KeyObject;
  readonly iv: Buffer;
  readonly mask: KeyObject;
}

/** HKDF-Expand-Label with an empty context (RFC 8446, 7.1); one block of HKDF-Expand is enough (RFC 5869, 2.3). */
function expand(secret: Uint8Array, label: string, size: number): Buffer {
  const text = Buffer.from(`tls13 ${label}`, 'latin1');
  return hmac(
    secret,
    Buffer.concat([Uint8Array.of(size >> 8, size & 255, text.length), text, Uint8Array.of(0, 1)]),
  ).subarray(0, size);
}

const block = Buffer.alloc(64 + 128);

/**
 * RFC 2104 over Node's one-shot hash: a key object for each of the nine secrets of a connection would cost more than
 * the hashes.
 */
function hmac(key: Uint8Array, data: Uint8Array): Buffer {
  block.fill(0x36, 0, 64);
  for (let i = 0; i < key.length; i++) block[i] = 0x36 ^ key[i]!;
  block.set(data, 64);
  const inner = hash('sha256', block.subarray(0, 64 + data.length), 'buffer');
  block.fill(0x5c, 0, 64);
  for (let i = 0; i < key.length; i++) block[i] = 0x5c ^ key[i]!;
  block.set(inner, 64);
  return hash('sha256', block.subarray(0, 96), 'buffer');
}

/** The secret that both sides' keys come from. @param id the client's first destination connection id */
function initialSecret(salt: string, id: Uint8Array): Buffer {
  return hmac(Buffer.from(salt, 'hex'), id);
}

function keysOf(initial: Uint8Array, version: number, side: 'client in' | 'server in'): Keys {
  const prefix = version === V2 ? 'quicv2' : 'quic';
  const secret = expand(initial, side, 32);
  return {
    key: createSecretKey(expand(secret, `${prefix} key`, 16)),
    iv: expand(secret, `${prefix} iv`, 12),
    mask: createSecretKey(expand(secret, `${prefix} hp`, 16)),
  };
}

/** Where the parts of an Initial packet stand (RFC 9000, 17.2.2). */
interface InitialPacket {
  readonly version: number;
  /** Its first byte, its packet number, and what follows it. */
  readonly at: number;
  readonly numberAt: number;
  readonly next: number;
  /** The destination's connection id. */
  readonly idAt: number;
  readonly idSize: number;
}

/** What is known of one QUIC connection while its handshake is read. */
export class QuicHandshake extends Holder {
  version = 0;
  streams: [Pieces, Pieces] = [new Pieces(), new Pieces()];
  /** Bytes of each direction's messages that were handed out. */
  private readonly handed = [0, 0];
  /** Initial packets opened, in both directions. */
  opened = 0;
  /** Of the client's first packet. */
  destinationId = -1;
  sourceId = -1;
  token = false;
  private tried = 0;
  private keys: Keys | null = null;
  private serverKeys: Keys | null = null;
  private initial: Buffer | null = null;
  private id = '';
  /** Ids that the client's packets of this connection may go to: its own first choice and the server's. */
  private readonly known = new Set<string>();
  private connections = 0;
  /** The client has begun again after a Retry. */
  again = false;
  /** The server asked to be asked again. */
  retried = false;
  /** Direction of the client, whose packet the keys opened. */
  client = 0;

  /** Whether there is any use in opening further packets. */
  get spent(): boolean {
    return this.tried >= MAX_PACKETS;
  }

  /** Memory that is held. */
  get held(): number {
    return this.streams[0].held + this.streams[1].held;
  }

  drop(): void {
    this.streams = [new Pieces(), new Pieces()];
    this.tried = MAX_PACKETS;
  }

  /**
   * Whether a datagram begins with an Initial of another connection between the same ends. Then what was known is
   * forgotten.
   */
  beginsAnew(dir: number, b: Uint8Array, at: number, end: number): boolean {
    if (
      this.keys === null ||
      this.retried ||
      dir !== this.client ||
      this.connections >= MAX_CONNECTIONS ||
      end - at < 1_200 ||
      !(b[at]! & 0x80) ||
      ((b[at]! >> 4) & 3) !== (this.version === V2 ? 1 : 0)
    )
      return false;
    const size = b[at + 5]!;
    if (size < 8 || size > 20 || this.known.has(text(b, at + 6, size))) return false;
    this.connections++;
    this.streams = [new Pieces(), new Pieces()];
    this.handed.fill(0);
    this.again = false;
    this.keys = this.serverKeys = this.initial = null;
    this.tried = this.opened = 0;
    this.known.clear();
    return true;
  }

  /** Opens the Initial packets of a datagram. @returns whether the handshake bytes of the direction grew */
  datagram(dir: number, b: Uint8Array, start: number, end: number): boolean {
    const stream = this.streams[dir]!;
    const before = stream.whole;
    let at = start;
    for (let n = 0; n < 8 && at >= 0 && at < end; n++) at = this.packet(dir, b, at, end);
    return this.streams[dir] !== stream || stream.whole > before;
  }

  /**
   * The next handshake message of a direction that is whole: type, three octets of length, body. Valid until more
   * comes.
   */
  message(dir: number): Uint8Array | null {
    const { data } = this.streams[dir]!;
    const at = this.handed[dir]!;
    if (data.length - at < 4) return null;
    const end = at + 4 + ((data[at + 1]! << 16) | (data[at + 2]! << 8) | data[at + 3]!);
    if (end > data.length) return null;
    this.handed[dir] = end;
    return data.subarray(at, end);
  }

  /** @returns where the next coalesced packet begins, -1 when none can be told */
  private packet(dir: number, b: Uint8Array, at: number, end: number): number {
    if (end - at < 7 || !(b[at]! & 0x80)) return -1;
    const version = u32(b, at + 1);
    const type = (b[at]! >> 4) & 3;
    const idSize = b[at + 5]!;
    const idAt = at + 6;
    if (version === 0 || idSize > 20 || idAt + idSize >= end) return -1;
    let p = idAt + idSize;
    const sourceId = b[p]!;
    p += 1 + sourceId;
    const initial = version === V2 ? 1 : 0;
    const retry = version === V2 ? 0 : 3;
    if (type === retry) {
      // The client's next Initial goes to another id, and all keys come from that (RFC 9001, 5.2).
      if (this.keys !== null && dir !== this.client) this.retried = true;
      return -1;
    }
    if (p >= end) return -1;
    if (type === initial) {
      const token = variable(b, p, end);
      if (token === null) return -1;
      p = token.after + token.value;
      if (this.opened === 0) {
        this.destinationId = idSize;
        this.sourceId = sourceId;
        this.token = token.value > 0;
      }
    }
    const length = variable(b, p, end);
    if (length === null || length.after + length.value > end) return -1;
    const numberAt = length.after;
    const next = numberAt + length.value;
    if (type === initial && !this.spent) {
      this.tried++;
      this.version = version;
      this.open(dir, b, { version, at, numberAt, next, idAt, idSize });
    }
    return next;
  }

  private open(dir: number, b: Uint8Array, initial: InitialPacket): void {
    const { version, at, numberAt, next, idAt, idSize } = initial;
    // The client's first packet names the id that all Initial keys of the connection come from; after a Retry there is
    // a new one.
    const id = Buffer.from(b.subarray(idAt, idAt + idSize));
    if (dir === this.client || this.keys === null) this.known.add(id.toString('latin1'));
    else this.known.add(text(b, idAt + idSize + 1, Math.min(20, b[idAt + idSize]!)));
    if (this.keys !== null) {
      if (dir !== this.client) this.serverKeys ??= keysOf(this.initial!, version, 'server in');
      const plain = decrypt(dir === this.client ? this.keys : this.serverKeys!, b, at, numberAt, next);
      if (plain !== null) {
        this.frames(dir, plain);
        return;
      }
    }
    if (this.keys !== null && dir !== this.client) return;
    const name = `${version} ${id.toString('latin1')}`;
    if (name === this.id) return;
    for (const [speaks, salt] of SALTS) {
      if (!speaks(version)) continue;
      const secret = initialSecret(salt, id);
      const keys = keysOf(secret, version, 'client in');
      const plain = decrypt(keys, b, at, numberAt, next);
      if (plain === null) continue;
      this.initial = secret;
      this.serverKeys = null;
      if (this.retried) {
        // It says its hello again, from the first byte.
        this.again = true;
        this.streams[dir] = new Pieces();
        this.handed[dir] = 0;
      }
      this.retried = false;
      this.id = name;
      this.keys = keys;
      this.client = dir;
      this.frames(dir, plain);
      return;
    }
  }

  /** Frames that an Initial may hold (RFC 9000, 12.4). */
  private frames(dir: number, b: Uint8Array): void {
    this.opened++;
    let p = 0;
    while (p < b.length) {
      const type = b[p]!;
      if (type === 0 || type === 1) {
        p++;
        continue;
      }
      // Google's TLS versions kept their own number for CRYPTO.
      if (type === 6 || (type === 8 && this.version >>> 8 === GOOGLE_TLS)) {
        const offset = variable(b, p + 1, b.length);
        const size = offset === null ? null : variable(b, offset.after, b.length);
        if (offset === null || size === null || size.after + size.value > b.length) return;
        this.streams[dir]!.add(offset.value, b, size.after, size.value);
        p = size.after + size.value;
      } else if ((type & 0xe0) === 0x40 && this.version >>> 8 === GOOGLE_TLS) {
        p = afterGoogleAck(b, p);
        if (p < 0) return;
      } else if (type === 2 || type === 3) {
        p = afterAck(b, p);
        if (p < 0) return;
      } else {
        return;
      }
    }
  }
}

function text(b: Uint8Array, at: number, size: number): string {
  return latin1(b, at, at + size);
}

/** A variable-length integer (RFC 9000, 16); of those beyond 2^53 nothing can follow. */
function variable(b: Uint8Array, at: number, end: number): { readonly value: number; readonly after: number } | null {
  if (at >= end) return null;
  const size = 1 << (b[at]! >> 6);
  if (at + size > end) return null;
  let value = b[at]! & 0x3f;
  for (let i = 1; i < size; i++) value = value * 256 + b[at + i]!;
  return { value, after: at + size };
}

/**
 * Google's ACK frame of one range (gQUIC wire specification, 'ACK frame'): two lengths in its type, and time stamps.
 * @returns the offset after it, -1 when it is cut
 */
function afterGoogleAck(b: Uint8Array, at: number): number {
  const sizes = [1, 2, 4, 6];
  const stampsAt = at + 1 + sizes[(b[at]! >> 2) & 3]! + 2 + sizes[b[at]! & 3]!;
  if (stampsAt >= b.length) return -1;
  const stamps = b[stampsAt]!;
  const after = stampsAt + 1 + (stamps > 0 ? 5 + (stamps - 1) * 3 : 0);
  return after <= b.length ? after : -1;
}

/** RFC 9000, 19.3. @returns the offset after an ACK frame, -1 when it is cut */
function afterAck(b: Uint8Array, at: number): number {
  let p = at + 1;
  let ranges = 0;
  for (let i = 0; i < 4; i++) {
    const v = variable(b, p, b.length);
    if (v === null) return -1;
    if (i === 2) ranges = v.value;
    p = v.after;
  }
  const more = Math.min(ranges, 512) * 2 + (b[at] === 3 ? 3 : 0);
  for (let i = 0; i < more; i++) {
    const v = variable(b, p, b.length);
    if (v === null) return -1;
    p = v.after;
  }
  return p;
}

/**
 * Takes header protection and encryption off (RFC 9001, 5.3 and 5.4).
 * @returns the payload, null when it is not authentic
 */
function decrypt(keys: Keys, b: Uint8Array, at: number, numberAt: number, next: number): Buffer | null {
  const sample = numberAt + 4;
  if (sample + 16 > next) return null;
  const mask = createCipheriv('aes-128-ecb', keys.mask, null).update(b.subarray(sample, sample + 16));
  const header = Buffer.from(b.subarray(at, numberAt + 4));
  header[0]! ^= mask[0]! & 0x0f;
  const size = (header[0]! & 3) + 1;
  const nonce = Buffer.from(keys.iv);
  for (let i = 0; i < size; i++) {
    header[numberAt - at + i]! ^= mask[1 + i]!;
    nonce[12 - size + i]! ^= header[numberAt - at + i]!;
  }
  const from = numberAt + size;
  if (next - from < 16) return null;
  const gcm = createDecipheriv('aes-128-gcm', keys.key, nonce);
  gcm.setAAD(header.subarray(0, numberAt - at + size));
  gcm.setAuthTag(b.subarray(next - 16, next));
  try {
    const plain = gcm.update(b.subarray(from, next - 16));
    gcm.final();
    return plain;
  } catch {
    return null;
  }
}
