// Hosts as requests and answers name them: names without ports, addresses, and whether an address is globally routable.

/** A host of a request without its port and brackets, lower case. */
export function hostName(host: string): string {
  const trimmed = host.trim().toLowerCase();
  if (trimmed.startsWith('[')) return trimmed.slice(1, Math.max(1, trimmed.indexOf(']')));
  const colon = trimmed.indexOf(':');
  return colon >= 0 && colon === trimmed.lastIndexOf(':') ? trimmed.slice(0, colon) : trimmed;
}

/** A Host field's port, 0 where it says none. */
export function hostPort(host: string): number {
  const port = /^(?:\[[^\]]*\]|[^:]*):(\d{1,5})$/.exec(host.trim());
  return port === null ? 0 : Number(port[1]);
}

const DOT = 46;
const ZERO = 48;
/** Characters of an address of IPv4 at most. */
const MAX_IP4 = 15;

/** Whether a name is an address of IPv4 or IPv6 written out. */
export function isAddressName(name: string): boolean {
  return ip4Of(name) !== null || (name.includes(':') && /^[0-9a-f:.]+$/.test(name));
}

/** Bytes of an IPv4 address written out, null where it is none. */
export function ip4Of(name: string): Uint8Array | null {
  const w = ip4Word(name);
  return w < 0 ? null : Uint8Array.of(w >>> 24, w >>> 16, w >>> 8, w);
}

/** Whether a name is an IPv4 address that is globally routable. */
export function isPublicIp4Name(name: string): boolean {
  const w = ip4Word(name);
  return w >= 0 && isPublicIp4(w);
}

/** An IPv4 address written out, as a number below 2^32; -1 where it is none. Four numbers of one to three digits. */
function ip4Word(name: string): number {
  if (name.length > MAX_IP4) return -1;
  let all = 0;
  let dots = 0;
  let digits = 0;
  let part = 0;
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    if (c === DOT) {
      if (digits === 0 || ++dots > 3) return -1;
      all = all * 256 + part;
      digits = 0;
      part = 0;
      continue;
    }
    if (c < ZERO || c > ZERO + 9 || ++digits > 3) return -1;
    part = part * 10 + c - ZERO;
    if (part > 255) return -1;
  }
  return dots === 3 && digits > 0 ? all * 256 + part : -1;
}

/** Ranges of IPv4 that are not globally reachable, and multicast (iana-ipv4-special-registry): address, bits. */
const IP4_SPECIAL = [
  [0, 0, 0, 0, 8],
  [10, 0, 0, 0, 8],
  [100, 64, 0, 0, 10],
  [127, 0, 0, 0, 8],
  [169, 254, 0, 0, 16],
  [172, 16, 0, 0, 12],
  [192, 0, 0, 0, 24],
  [192, 0, 2, 0, 24],
  [192, 88, 99, 0, 24],
  [192, 168, 0, 0, 16],
  [198, 18, 0, 0, 15],
  [198, 51, 100, 0, 24],
  [203, 0, 113, 0, 24],
  [224, 0, 0, 0, 3],
] as const;
const IP4_STARTS = Uint32Array.from(IP4_SPECIAL, ([w, x, y, z, bits]) => word(w, x, y, z) >>> (32 - bits));
const IP4_SHIFTS = Uint8Array.from(IP4_SPECIAL, ([, , , , bits]) => 32 - bits);

function word(w: number, x: number, y: number, z: number): number {
  return ((w << 24) | (x << 16) | (y << 8) | z) >>> 0;
}

/** @param address below 2^32 @returns as `isPublicAddress` */
export function isPublicIp4(address: number): boolean {
  for (let i = 0; i < IP4_STARTS.length; i++) if (address >>> IP4_SHIFTS[i]! === IP4_STARTS[i]) return false;
  return true;
}

/** @param a an address of 4 or 16 bytes @returns whether it is globally routable; multicast and reserved are not */
export function isPublicAddress(a: Uint8Array): boolean {
  if (a.length === 4) return isPublicIp4(word(a[0]!, a[1]!, a[2]!, a[3]!));
  if (a.length !== 16) return false;
  // Global unicast is 2000::/3 (RFC 4291, 2.4); documentation and Teredo's neighbours in 2001::/23 are not.
  if ((a[0]! & 0xe0) !== 0x20) return false;
  return !(a[0] === 0x20 && a[1] === 0x01 && (a[2]! < 2 || (a[2] === 0x0d && a[3] === 0xb8)));
}
