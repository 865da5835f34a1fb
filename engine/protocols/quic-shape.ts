// What a QUIC packet looks like before anything is known of its connection (RFC 9000, 17.2; RFC 9369; Google's older
// ones).
import { u32 } from '../decode/index.ts';

/** Initials fill a datagram of this size at least (RFC 9000, 14.1). */
const INITIAL = 1_200;
const MAX_ID = 20;
/** 'Q0' and 'T0' of Google's version numbers. */
const GOOGLE_Q0 = 0x5130;
const GOOGLE_T0 = 0x5430;
/** 'Q05' and 'T05'. */
const GOOGLE_Q05 = 0x513035;
const GOOGLE_T05 = 0x543035;

/** Version 1, version 2, drafts, and Facebook's. */
function isVersion(version: number): boolean {
  return version === 1 || version === 0x6b3343cf || version >>> 8 === 0xff0000 || version >>> 8 === 0xfaceb0;
}

/** A version that is only there so that none is relied on (RFC 9000, 15), in a packet that may be an Initial. */
function isReserved(version: number, size: number): boolean {
  return (version & 0x0f0f0f0f) === 0x0a0a0a0a && size >= INITIAL;
}

/** Versions of QUIC that exist, in a long header with plausible connection ids. @param size at least 20 */
export function isLongHeader(b: Uint8Array, at: number, size: number): boolean {
  if (b[at + 5]! > MAX_ID) return false;
  const version = u32(b, at + 1);
  return (
    isVersion(version) || version >>> 16 === GOOGLE_Q0 || version >>> 8 === GOOGLE_T05 || isReserved(version, size)
  );
}

/** What the Protocol column makes of a long header's version. */
export type LongHeader = 'quic' | 'google' | 'negotiation' | 'other';

/** @param size at least 7 */
export function longHeader(b: Uint8Array, at: number, size: number): LongHeader {
  const version = u32(b, at + 1);
  if (version === 0) return 'negotiation';
  if (isVersion(version) || version >>> 8 === GOOGLE_Q05) return 'quic';
  if (isReserved(version, size) && b[at + 5]! <= MAX_ID) return 'quic';
  if (version >>> 16 === GOOGLE_T0) return 'quic';
  if (version >>> 16 !== GOOGLE_Q0) return 'other';
  return version >>> 8 >= GOOGLE_Q05 ? 'quic' : 'google';
}
