// DCERPC (C706, 12.6): interfaces that the initiator binds and operations that it calls, from a stream of PDUs.
import { u16, u16le } from '../decode/index.ts';
import { copied, type Notes } from './facts.ts';
import { type MessageForm, Messages } from './messages.ts';

/** Of any PDU, and of a request. */
const LEAST = 16;
const HEAD = 24;
/** Of one PDU. A bind of more contexts is cut there. */
const MAX_KEPT = 2_048;
const MAX_CONTEXTS = 64;
const REQUEST = 0;
const BIND = 11;
const ALTER_CONTEXT = 14;
const LAST_TYPE = 19;
const FIRST_FRAGMENT = 1;

/** Size of a PDU (12.6.3.1), which begins with 16 bytes that all have. */
const PDU: MessageForm = {
  head: LEAST,
  most: MAX_KEPT,
  size: (b) => {
    const size = wordAt(b, 8);
    return startsRpc(b, 0, b.length) && size >= LEAST ? size : -1;
  },
  starts: startsRpc,
};

/** PDUs of the initiator over a connection or a pipe. */
export function rpcStream(notes: Notes): Messages {
  const interfaces = new Map<number, string>();
  return new Messages(PDU, (b, packet) => {
    const type = b[2]!;
    if (type === BIND || type === ALTER_CONTEXT) bind(notes, interfaces, b, packet);
    if (type !== REQUEST || b.length < HEAD || (b[3]! & FIRST_FRAGMENT) === 0) return;
    const uuid = interfaces.get(wordAt(b, 20));
    if (uuid !== undefined) notes.call(packet, uuid, wordAt(b, 22));
  });
}

function bind(notes: Notes, interfaces: Map<number, string>, b: Uint8Array, packet: number): void {
  let at = 28;
  for (let n = b[24] ?? 0; n > 0 && at + 24 <= b.length; n--) {
    const uuid = uuidOf(b, at + 4, isLittle(b));
    if (interfaces.size < MAX_CONTEXTS) interfaces.set(wordAt(b, at), uuid);
    notes.call(packet, uuid, -1);
    at += 24 + b[at + 2]! * 20;
  }
}

function isLittle(b: Uint8Array): boolean {
  return (b[4]! & 0x10) !== 0;
}

function wordAt(b: Uint8Array, at: number): number {
  return isLittle(b) ? u16le(b, at) : u16(b, at);
}

/** Whether bytes start as a PDU of DCERPC over a connection does. */
export function startsRpc(b: Uint8Array, at: number, end: number): boolean {
  return end - at >= 4 && b[at] === 5 && b[at + 1]! <= 1 && b[at + 2]! <= LAST_TYPE;
}

const hex = (b: Uint8Array, at: number, end: number): string => Buffer.from(b.subarray(at, end)).toString('hex');

function uuidOf(b: Uint8Array, at: number, little: boolean): string {
  const part = (from: number, size: number): string => {
    const bytes = copied(b, at + from, at + from + size);
    return hex(little ? bytes.reverse() : bytes, 0, size);
  };
  return `${part(0, 4)}-${part(4, 2)}-${part(6, 2)}-${hex(b, at + 8, at + 10)}-${hex(b, at + 10, at + 16)}`;
}
