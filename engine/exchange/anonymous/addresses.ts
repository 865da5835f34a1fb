// Which address becomes which. What an address is stays: groups, everybody, nobody and the own host are as they were, and
// private networks stay private, since verdicts ask for it; within them, and for all other addresses, Crypto-PAn decides.
import { createHmac } from 'node:crypto';
import { CryptoPan } from './crypto-pan.ts';

/** [first octets, bits of them that say what the address is] */
type Network = readonly [prefix: readonly number[], bits: number];

/** As they were. */
const SAME4: readonly Network[] = [
  [[0], 8],
  [[127], 8],
  [[224], 4],
  [[255, 255, 255, 255], 32],
];
/** Mapped within themselves. */
const OWN4: readonly Network[] = [
  [[10], 8],
  [[172, 16], 12],
  [[192, 168], 16],
  [[169, 254], 16],
  [[100, 64], 10],
];
const SAME6: readonly Network[] = [
  [[0, 0, 0, 0, 0, 0, 0, 0], 64],
  [[0xff], 8],
];
const OWN6: readonly Network[] = [
  [[0xfe, 0x80], 10],
  [[0xfc], 7],
];
/** Solicited-node groups name the last octets of an address (RFC 4291, 2.7.1). */
const SOLICITED = [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff];
/** An address that falls into one of those networks is mapped again: half of all do at most. */
const MOST_TURNS = 256;
const MOST_KNOWN = 1_000_000;

function isIn(address: Uint8Array, [prefix, bits]: Network): boolean {
  const whole = bits >>> 3;
  for (let i = 0; i < whole; i++) if (address[i] !== (prefix[i] ?? 0)) return false;
  const rest = bits & 7;
  if (rest === 0) return true;
  const mask = (0xff << (8 - rest)) & 0xff;
  return (address[whole]! & mask) === ((prefix[whole] ?? 0) & mask);
}

export class AddressMap {
  private readonly pan: CryptoPan;
  private readonly secret: Uint8Array;
  /** Of all three kinds: they differ in their length. */
  private readonly known = new Map<string, Uint8Array>();

  /** @param key 32 octets for Crypto-PAn @param secret for everything else */
  constructor(key: Uint8Array, secret: Uint8Array) {
    this.pan = new CryptoPan(key);
    this.secret = secret;
  }

  /** @param address 4 or 16 octets */
  ip(address: Uint8Array): Uint8Array {
    return this.remembered(address, (of) => this.mapped(of));
  }

  private mapped(address: Uint8Array): Uint8Array {
    const [same, own] = address.length === 4 ? [SAME4, OWN4] : [SAME6, OWN6];
    if (address.length === 16 && SOLICITED.every((octet, i) => address[i] === octet))
      return Uint8Array.from([...address.subarray(0, 13), ...this.digest('node', address.subarray(13)).subarray(0, 3)]);
    if (same.some((network) => isIn(address, network))) return Uint8Array.from(address);
    const network = own.find((n) => isIn(address, n));
    if (network !== undefined) return this.pan.map(address, network[1]);
    let mapped = this.pan.map(address);
    const kept = [...same, ...own];
    // A permutation of all addresses, followed until it leads out of those networks again, is one of the others.
    for (let turn = 0; turn < MOST_TURNS && kept.some((n) => isIn(mapped, n)); turn++) mapped = this.pan.map(mapped);
    return mapped;
  }

  /** Groups stay; all others become locally administered ones. @param address 6 octets */
  mac(address: Uint8Array): Uint8Array {
    return this.remembered(address, (of) => this.mappedMac(of));
  }

  private remembered(address: Uint8Array, make: (of: Uint8Array) => Uint8Array): Uint8Array {
    const key = Buffer.from(address.buffer, address.byteOffset, address.length).toString('latin1');
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const mapped = make(address);
    if (this.known.size >= MOST_KNOWN) this.known.clear();
    this.known.set(key, mapped);
    return mapped;
  }

  private mappedMac(address: Uint8Array): Uint8Array {
    const isGroup = (address[0]! & 1) !== 0;
    const isSolicited = address[0] === 0x33 && address[1] === 0x33 && address[2] === 0xff;
    if (isSolicited)
      return Uint8Array.from([0x33, 0x33, 0xff, ...this.digest('node', address.subarray(3)).subarray(0, 3)]);
    if (isGroup || address.every((octet) => octet === 0)) return Uint8Array.from(address);
    const out = Uint8Array.from(this.digest('mac', address).subarray(0, 6));
    out[0] = (out[0]! & 0xfc) | 2;
    return out;
  }

  /** @returns 32 octets that say nothing of what they were made from */
  digest(kind: string, bytes: Uint8Array): Buffer {
    return createHmac('sha256', this.secret).update(kind).update('\0').update(bytes).digest();
  }
}
