// Kerberos message types (RFC 4120, 5.10) and LDAP operations (RFC 4511, 4.1.1), from the tags of their ASN.1.
import { u32 } from '../decode/index.ts';
import type { Notes } from './facts.ts';
import { added } from './short-list.ts';
import { type MessageForm, Messages } from './messages.ts';
import { type ByteSink } from './stream.ts';

const MOST = 32;
const MAX_KEPT = 512;
const KRB_ERROR = 30;
const ERROR_CODE = 0xa6;
const INTEGER = 2;

interface Element {
  readonly tag: number;
  readonly at: number;
  readonly size: number;
}

/** @returns the element at an offset (X.690, 8.1), null where its head is not whole or has no definite length */
export function element(b: Uint8Array, at: number, end: number): Element | null {
  if (at + 2 > end) return null;
  let size = b[at + 1]!;
  let p = at + 2;
  if (size >= 0x80) {
    const count = size & 0x7f;
    if (count === 0 || count > 4 || p + count > end) return null;
    size = 0;
    for (let i = 0; i < count; i++) size = size * 256 + b[p++]!;
  }
  return { tag: b[at]!, at: p, size };
}

/** Takes one message of Kerberos, as far as it is there. */
export function kerberosMessage(notes: Notes, b: Uint8Array, at: number, end: number): void {
  const outer = element(b, at, end);
  const { observed } = notes;
  if (outer === null || (outer.tag & 0xe0) !== 0x60 || observed.kerberos.length >= MOST) return;
  const type = outer.tag & 31;
  if (type < 10 || type > KRB_ERROR) return;
  observed.kerberos = added(observed.kerberos, type === KRB_ERROR ? 1_000 + errorCode(b, outer.at, end) : type);
}

function errorCode(b: Uint8Array, at: number, end: number): number {
  const sequence = element(b, at, end);
  let p = sequence?.at ?? end;
  for (let n = 0; n < 16; n++) {
    const e = element(b, p, end);
    if (e === null) return 0;
    if (e.tag === ERROR_CODE) return numberAt(b, e.at, end);
    p = e.at + e.size;
  }
  return 0;
}

/** @returns the INTEGER at an offset where it has one or two bytes, else 0: no code of an error is larger */
function numberAt(b: Uint8Array, at: number, end: number): number {
  const e = element(b, at, end);
  if (e?.tag !== INTEGER || e.size < 1 || e.size > 2 || e.at + e.size > end) return 0;
  return e.size === 1 ? b[e.at]! : b[e.at]! * 256 + b[e.at + 1]!;
}

const KERBEROS: MessageForm = { head: 4, most: MAX_KEPT, size: (b) => 4 + u32(b, 0) };
const SEQUENCE = 0x30;
const LDAP: MessageForm = {
  head: 1,
  most: MAX_KEPT,
  size: (b) => {
    if (b[0] !== SEQUENCE) return -1;
    const e = element(b, 0, b.length);
    return e === null ? 0 : e.at + e.size;
  },
};

/** Kerberos over TCP: four bytes of length before each message (RFC 4120, 7.2.2). */
export function kerberosStream(notes: Notes): ByteSink {
  return new Messages(KERBEROS, (b) => kerberosMessage(notes, b, 4, b.length));
}

export function ldapStream(notes: Notes): ByteSink {
  const { observed } = notes;
  return new Messages(LDAP, (b) => {
    const id = element(b, element(b, 0, b.length)!.at, b.length);
    if (id?.tag !== INTEGER) return;
    const operation = element(b, id.at + id.size, b.length);
    if (operation === null || (operation.tag & 0xc0) !== 0x40 || observed.ldap.length >= MOST) return;
    observed.ldap = added(observed.ldap, operation.tag & 31);
  });
}
