// The first bytes of a direction, held while they are too few to tell what it speaks, or while some before them are
// missing.
import { latin1, u16 } from '../decode/index.ts';
import { MAX_TOGETHER, Pieces } from './pieces.ts';
import { looksLikeHttp, METHODS } from './http.ts';
import type { Hints } from './payload.ts';
import { recogniseTcp, shownOfTcp } from './recognise.ts';
import { TCP_BEGINNINGS } from './tcp-services.ts';
import { opensHandshake } from './tls-handshake.ts';

/**
 * Bytes that tell any protocol which is told by its first bytes, but for DNS and OpenVPN, whose whole message is looked
 * at.
 */
const TELLING = 32;
/** A first message longer than this is not waited for. */
const MAX_FIRST = 1_024;
/** What is held of a direction that tells nothing, in case its true beginning comes later. */
const MAX_UNTOLD = 4_096;
/** A greeting's line is not waited for longer. */
const MAX_LINE = 128;
const GREETINGS = ['220 ', '220-', '+OK', '* OK', '* PREAUTH', 'EHLO ', 'HELO '] as const;
const GREETING_BEGINS: readonly number[] = GREETINGS.map((word) => word.charCodeAt(0));
/** Payload packets of the flow during which that is held. */
const UNTOLD_PACKETS = 16;

/** What first bytes tell: a protocol, that more of them are needed, or nothing. */
export type Told = 'yes' | 'more' | 'no';

/**
 * Why a direction's first bytes are held: they are a 'beginning' that is too short, a 'hole' is before them, or they
 * are 'untold': nothing is known of a connection whose beginning may still come, from where the capture did not see it
 * begin.
 */
export type Held = 'beginning' | 'hole' | 'untold';

/** Openings that are over and wait for the next direction: each connection has two. */
const SPARES = 4_096;
const spares: Opening[] = [];

export class Opening {
  pieces = new Pieces();
  /** TCP sequence number of their beginning. */
  from = 0;
  why: Held = 'beginning';
  /** The Protocol column's name of the flow when the holding began. */
  app = 0;

  static begin(from: number, why: Held, app: number): Opening {
    const opening = spares.pop() ?? new Opening();
    opening.from = from >>> 0;
    opening.why = why;
    opening.app = app;
    return opening;
  }

  /** It is over. @param left its pieces, or null where somebody else goes on with them */
  free(left: Pieces | null = this.pieces): void {
    if (left === null) this.pieces = new Pieces();
    else left.free();
    if (spares.length < SPARES) spares.push(this);
  }

  /**
   * Puts a segment where it belongs.
   * @returns 'same' when the beginning has not grown by it, 'grew', or 'over' when no more may be held
   */
  add(sequence: number, b: Uint8Array, at: number, size: number, payloadNumber: number): 'same' | 'grew' | 'over' {
    const { pieces } = this;
    let offset = (sequence - this.from) | 0;
    const before = pieces.whole;
    let moved = false;
    if (offset < 0) {
      if (offset + size <= 0 && this.why === 'hole') return 'same';
      if (offset < -MAX_TOGETHER || !pieces.prepend(-offset)) return 'over';
      this.from = sequence;
      offset = 0;
      moved = true;
    }
    const limit = this.why === 'untold' ? MAX_UNTOLD : MAX_TOGETHER;
    if (offset + size > limit || (this.why === 'untold' && payloadNumber > UNTOLD_PACKETS)) return 'over';
    pieces.add(offset, b, at, size);
    if (this.why === 'untold') return moved ? 'grew' : 'same';
    return moved || pieces.whole > before ? 'grew' : 'same';
  }
}

/** Whether a first segment is worth a look for being too short. */
export function mayBeShort(b: Uint8Array, at: number, end: number): boolean {
  return end - at < TELLING || b[at]! <= 2;
}

/**
 * Whether a segment of a few bytes can be the beginning of a TLS handshake record, wherever it stands in a connection.
 */
export function mayOpenTls(b: Uint8Array, at: number, end: number): boolean {
  const size = end - at;
  return size < 6 && b[at] === 22 && (size < 2 || b[at + 1] === 3) && (size < 3 || b[at + 2]! <= 4);
}

/** What the first bytes of a direction tell. */
export function told(b: Uint8Array, at: number, end: number, hints: Hints): Told {
  const size = end - at;
  if (opensHandshake(b, at, size) || recogniseTcp(b, at, end, size, hints) !== 0) return 'yes';
  if (shownOfTcp(b, at, end) !== 0 || looksLikeHttp(b, at, size)) return 'yes';
  return size < MAX_FIRST && mayGoOn(b, at, end) ? 'more' : 'no';
}

/** Whether more bytes could make of these what `told` knows. */
function mayGoOn(b: Uint8Array, at: number, end: number): boolean {
  const size = end - at;
  const first = b[at]!;
  if (size >= TELLING) return first <= 2 ? framedMessage(b, at, size) : size < MAX_LINE && startsGreeting(b, at, end);
  if (first >= 20 && first <= 24) return (size < 2 || b[at + 1] === 3) && (size < 3 || b[at + 2]! <= 4) && size < 6;
  if (first >= 0x41 && first <= 0x5a && startsMethod(b, at, end)) return true;
  const beginnings = BEGINNINGS[first]!;
  for (let i = 0; i < beginnings.length; i++) if (startsSignature(b, at, size, beginnings[i]!)) return true;
  return BINARY[first]?.(b, at, size) ?? false;
}

/** Beginnings of services by their first byte. */
const BEGINNINGS: readonly (readonly string[])[] = Array.from({ length: 256 }, (_, byte) =>
  TCP_BEGINNINGS.filter((signature) => signature.charCodeAt(0) === byte),
);

/**
 * By first byte: whether so few bytes can become what a test of tcp-services.ts knows. Each ends at the size at which
 * it is told.
 */
const BINARY = byByte([
  // NetBIOS, STUN, and what has two octets of length in front.
  [0x00, netbiosOrFramed],
  [0x01, framedMessage],
  [0x02, framedMessage],
  // RDP.
  [0x03, (b, at, size) => (size < 2 || b[at + 1] === 0) && (size < 4 || size < u16(b, at + 2)) && size < 19],
  // SOCKS 4.
  [0x04, (_b, _at, size) => size < 9],
  // DCE/RPC and SOCKS 5.
  [0x05, (_b, _at, size) => size < 16],
  // MQTT.
  [0x10, (_b, _at, size) => size < 14],
  // Greetings and commands of mail and FTP.
  [0x2a, greeting],
  [0x2b, greeting],
  [0x32, greeting],
  [0x45, greeting],
  // A Telnet command.
  [0xff, (_b, _at, size) => size < 3],
]);

type MayBecome = (b: Uint8Array, at: number, size: number) => boolean;

function byByte(entries: readonly (readonly [number, MayBecome])[]): readonly (MayBecome | undefined)[] {
  const known = new Map(entries);
  return Array.from({ length: 256 }, (_, byte) => known.get(byte));
}

function netbiosOrFramed(b: Uint8Array, at: number, size: number): boolean {
  return size < 8 || (size < 20 && u16(b, at + 4) === 0x2112) || framedMessage(b, at, size);
}

function greeting(b: Uint8Array, at: number, size: number): boolean {
  return startsGreeting(b, at, at + size);
}

function startsMethod(b: Uint8Array, at: number, end: number): boolean {
  const text = latin1(b, at, Math.min(end, at + 16));
  if ('HTTP/'.startsWith(text) || text.startsWith('HTTP/')) return true;
  const space = text.indexOf(' ');
  if (space >= 0) return METHODS.has(text.slice(0, space));
  for (const method of METHODS) if (method.startsWith(text)) return true;
  return false;
}

function startsSignature(b: Uint8Array, at: number, size: number, signature: string): boolean {
  if (size >= signature.length) return false;
  for (let i = 0; i < size; i++) if (b[at + i] !== signature.charCodeAt(i)) return false;
  return true;
}

/** A greeting of SMTP, FTP, POP or IMAP whose line has not ended. */
function startsGreeting(b: Uint8Array, at: number, end: number): boolean {
  if (!GREETING_BEGINS.includes(b[at]!)) return false;
  const text = latin1(b, at, end);
  if (text.includes('\n')) return false;
  return GREETINGS.some((word) => text.startsWith(word) || word.startsWith(text));
}

/** Part of a message of DNS or OpenVPN behind two octets of its length. */
function framedMessage(b: Uint8Array, at: number, size: number): boolean {
  if (size < 2) return true;
  const length = u16(b, at);
  if (length < 14 || size >= 2 + length) return false;
  if (size < 3) return true;
  if (b[at + 2] === 0x38 || b[at + 2] === 0x50) return true;
  // DNS: an opcode that exists, and few records of each kind.
  if (size > 4 && ((b[at + 4]! >> 3) & 15) > 6) return false;
  for (const high of [6, 8, 10, 12]) if (size > high && b[at + high] !== 0) return false;
  return true;
}
