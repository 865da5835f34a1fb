// What a ClientHello offers, as bytes: equal for equal clients, so that what is made of it is made once.
import { u16 } from '../decode/index.ts';
import {
  EXT_ALPN,
  EXT_GROUPS,
  EXT_POINT_FORMATS,
  EXT_PSK,
  EXT_SERVER_NAME,
  EXT_SIGNATURES,
  EXT_TICKET,
  EXT_VERSIONS,
} from './tls-extensions.ts';

/** No ordinary client offers more. */
const MOST = 2_048;
const FNV = 0x01000193;

/** The key of one hello, and what is not in it because it differs from hello to hello. Used again for the next. */
export class OfferKey {
  readonly bytes = new Uint8Array(MOST);
  size = 0;
  /** 32 bits (FNV-1a). */
  hash = 0;
  /** Where the server's name stands, -1 without one. */
  nameAt = -1;
  nameEnd = -1;
  sessionIdLength = 0;
  hasTicket = false;
  hasPsk = false;

  /**
   * Takes the body of a ClientHello.
   * @param cookie DTLS, whose hello has a cookie
   * @returns false where it contradicts itself or offers too much: then this says nothing
   */
  take(b: Uint8Array, at: number, end: number, cookie: boolean): boolean {
    this.size = 0;
    this.hash = 0x811c9dc5;
    this.nameAt = this.nameEnd = -1;
    this.hasTicket = this.hasPsk = false;
    if (end - at < 38) return false;
    this.sessionIdLength = b[at + 34]!;
    let p = at + 35 + this.sessionIdLength;
    if (cookie) {
      if (p >= end) return false;
      p += 1 + b[p]!;
    }
    if (p + 2 > end) return false;
    const suitesEnd = p + 2 + u16(b, p);
    if (suitesEnd >= end || suitesEnd - p > MOST / 2) return false;
    this.put(b, at, at + 2);
    this.put(b, p, suitesEnd);
    p = suitesEnd + 1 + b[suitesEnd]!;
    if (p > end) return false;
    return p + 2 > end || this.extensions(b, p + 2, Math.min(end, p + 2 + u16(b, p)));
  }

  private extensions(b: Uint8Array, at: number, end: number): boolean {
    for (let p = at; p + 4 <= end;) {
      const type = u16(b, p);
      const from = p + 4;
      const to = from + u16(b, p + 2);
      if (to > end) return true;
      const shapes = isShape(type);
      if (this.size + 4 + (shapes ? to - from : 0) > MOST) return false;
      // Of what is no part of the shape the type alone counts.
      this.put(b, p, shapes ? to : p + 2);
      if (type === EXT_SERVER_NAME && to - from >= 5 && b[from + 2] === 0) {
        const nameEnd = from + 5 + u16(b, from + 3);
        if (nameEnd <= to) {
          this.nameAt = from + 5;
          this.nameEnd = nameEnd;
        }
      } else if (type === EXT_TICKET) this.hasTicket = to > from;
      else if (type === EXT_PSK) this.hasPsk = true;
      p = to;
    }
    return true;
  }

  /** Whether this is the key that was copied before. */
  equals(known: Uint8Array): boolean {
    const { bytes, size } = this;
    if (known.length !== size) return false;
    for (let i = 0; i < size; i++) if (known[i] !== bytes[i]) return false;
    return true;
  }

  private put(b: Uint8Array, from: number, to: number): void {
    const { bytes } = this;
    let { size, hash } = this;
    for (let i = from; i < to; i++) {
      bytes[size++] = b[i]!;
      hash = Math.imul(hash ^ b[i]!, FNV);
    }
    this.size = size;
    this.hash = hash;
  }
}

function isShape(type: number): boolean {
  return (
    type === EXT_GROUPS ||
    type === EXT_POINT_FORMATS ||
    type === EXT_SIGNATURES ||
    type === EXT_VERSIONS ||
    type === EXT_ALPN
  );
}
