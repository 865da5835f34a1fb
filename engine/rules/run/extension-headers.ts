// Extension headers of IPv6 (RFC 8200, 4), one after the other.
import { IPPROTO_FRAGMENT } from '../../decode/index.ts';

export const HOP_BY_HOP = 0;
export const ROUTING = 43;
export const ENCRYPTED = 50;
export const AUTHENTICATION = 51;
export const NO_NEXT = 59;
export const DESTINATION = 60;
/** Those whose length stands in their second byte, in units of eight. */
const MEASURED = new Set([HOP_BY_HOP, ROUTING, DESTINATION, 135, 139, 140]);
const MAX_HEADERS = 64;

export interface ExtensionHeader {
  readonly kind: number;
  readonly at: number;
  readonly to: number;
  /** Place of the byte that names it, in the header before. */
  readonly namedAt: number;
  /** More of it is said than there is. */
  readonly cut: boolean;
}

/** @param ipAt where the IPv6 header begins @param end of the captured bytes */
export function extensions(b: Uint8Array, ipAt: number, end: number): readonly ExtensionHeader[] {
  const list: ExtensionHeader[] = [];
  let namedAt = ipAt + 6;
  let at = ipAt + 40;
  while (list.length < MAX_HEADERS) {
    const kind = b[namedAt]!;
    const known = MEASURED.has(kind) || kind === IPPROTO_FRAGMENT || kind === AUTHENTICATION;
    if (!known) break;
    const said = (b[at + 1] ?? 0) + 1;
    let length = said * 8;
    if (kind === IPPROTO_FRAGMENT) length = 8;
    if (kind === AUTHENTICATION) length = (said + 1) * 4;
    const cut = at + Math.max(8, length) > end;
    list.push({ kind, at, to: Math.min(end, at + length), namedAt, cut });
    if (cut) break;
    // What stands behind a fragment that is not the first is no header.
    if (kind === IPPROTO_FRAGMENT && (((b[at + 2]! << 8) | b[at + 3]!) & 0xfff8) !== 0) break;
    namedAt = at;
    at += length;
  }
  return list;
}
