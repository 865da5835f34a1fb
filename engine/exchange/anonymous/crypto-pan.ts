// Addresses that keep their prefixes and nothing else: Crypto-PAn (Xu, Fan, Ammar, Moon: Prefix-Preserving IP Address
// Anonymization, ICNP 2002). Two addresses have as many first bits in common afterwards as they had before.
import { createCipheriv } from 'node:crypto';

/** 32 octets: half of them for AES, half for the padding. */
export const PAN_KEY = 32;
const BLOCK = 16;

export class CryptoPan {
  private readonly cipher: ReturnType<typeof createCipheriv>;
  private readonly pad: Uint8Array;

  constructor(key: Uint8Array) {
    if (key.length !== PAN_KEY) throw new RangeError('a key of Crypto-PAn has 32 octets');
    this.cipher = createCipheriv('aes-128-ecb', key.subarray(0, BLOCK), null).setAutoPadding(false);
    this.pad = new Uint8Array(this.cipher.update(key.subarray(BLOCK)));
  }

  /**
   * @param address 4 or 16 octets
   * @param kept so many of its first bits stay as they are; what follows is mapped within them
   * @returns as many octets
   */
  map(address: Uint8Array, kept = 0): Uint8Array {
    const bits = address.length * 8;
    const input = Buffer.alloc((bits - kept) * BLOCK);
    // Block by block: the first bits of the address, and the padding's behind them.
    for (let i = kept; i < bits; i++) {
      const at = (i - kept) * BLOCK;
      input.set(this.pad, at);
      const whole = i >>> 3;
      input.set(address.subarray(0, whole), at);
      const rest = i & 7;
      if (rest === 0) continue;
      const mask = (0xff << (8 - rest)) & 0xff;
      input[at + whole] = (address[whole]! & mask) | (this.pad[whole]! & ~mask & 0xff);
    }
    const sealed = this.cipher.update(input);
    const out = Uint8Array.from(address);
    for (let i = kept; i < bits; i++)
      out[i >>> 3] = out[i >>> 3]! ^ ((sealed[(i - kept) * BLOCK]! >>> 7) << (7 - (i & 7)));
    return out;
  }
}
