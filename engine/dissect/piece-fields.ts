// What fields mean where the engine has a piece of the capture. Those that count from the capture's beginning are
// refused; numbers of frames are counted anew in each piece; those that Wireshark keeps by conversation are right, since
// conversations are whole there; all others may depend on packets that are not in the piece, which is said.
import type { PacketRow } from '../../contract/index.ts';

const QUOTED = /[rR]?"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/g;
const NAME = /[A-Za-z_][\w.-]*/g;
/** Packets, streams and associations are counted, and time passes, from the capture's beginning. */
const COUNTED =
  /\bframe\.(?:number|time_relative|time_delta\w*|offset_shift)\b|[\w.]+\.(?:stream\b(?!\.pnum)|assoc_index\b)|\bquic\.connection\.number\b/;
const WORDS = new Set([
  ...'and or xor not in any all eq ne gt ge lt le any_eq all_eq any_ne all_ne contains matches bitand'.split(' '),
  ...'bitwise_and true false len count lower upper string max min abs bits float double vals'.split(' '),
]);

/** Protocols whose fields follow from their packet and from others of its conversation. */
const BELOW = 'eth sll null raw vlan arp llc stp cdp lldp ip ipv6 icmp icmpv6 igmp tcp udp udplite'.split(' ');
const ABOVE = [
  ...'http dns mdns llmnr nbns nbdgm nbss tls ssl x509af x509ce x509sat pkcs1 pkix1explicit pkix1implicit ssh'.split(
    ' ',
  ),
  ...'dhcp bootp dhcpv6 ntp smtp imf pop imap telnet ftp irc mqtt mysql pgsql tds mbtcp modbus dnp3 s7comm'.split(' '),
  ...'ldap kerberos smb smb2 snmp syslog ssdp websocket http2 amqp bgp whois rdp tpkt cotp'.split(' '),
];
const OF_CONVERSATIONS = new Set([...BELOW, ...ABOVE]);
/** Of those, whatever is found by comparing with the packets of all hosts. */
const OF_ALL_HOSTS = /^arp\.(?:duplicate-|packet-storm|seconds-since)/;
const OF_HEADERS = new Set(BELOW);

/** Names in a filter that may be fields. */
export function namesIn(filter: string): string[] {
  return (filter.replaceAll(QUOTED, '""').match(NAME) ?? []).filter((name) => !WORDS.has(name));
}

/** The first field that counts from the capture's beginning; null where there is none. */
export function countedFromBeginning(filter: string): string | null {
  return COUNTED.exec(filter.replaceAll(QUOTED, '""'))?.[0] ?? null;
}

/** @param keys decryption goes beyond conversations: a session goes on in another */
export function isOfConversations(filter: string, keys: boolean): boolean {
  const known = keys ? OF_HEADERS : OF_CONVERSATIONS;
  return namesIn(filter).every((name) => known.has(name.replace(/\..*$/, '')) && !OF_ALL_HOSTS.test(name));
}

const COMPARED =
  /^\s*\(*\s*([\w.-]+)\s*(==|!=|===|!==|<=|>=|<|>|eq|ne|le|ge|lt|gt)\s*(\d{1,10}|0x[\da-f]{1,8})\s*\)*\s*$/i;

/** A comparison of a field whose values are frames, with a number; null for any other filter. */
export function comparedFrame(
  filter: string,
): { readonly field: string; readonly operator: string; readonly frame: number } | null {
  const found = COMPARED.exec(filter);
  return found === null ? null : { field: found[1]!, operator: found[2]!, frame: Number(found[3]) };
}

const OFTEN: Readonly<Record<string, string>> = { eq: '==', ne: '!=', le: '<=', ge: '>=', lt: '<', gt: '>' };
/** A frame that no piece has. */
const NO_FRAME = 4_294_967_295;

/**
 * A comparison with a frame of the capture as one with a frame of a piece. Frames ascend in both, so that order stays.
 * @param piece its rows, ascending: the n-th is frame n there
 */
export function inPiece(
  { field, operator, frame }: NonNullable<ReturnType<typeof comparedFrame>>,
  piece: readonly PacketRow[],
): string {
  let before = 0;
  let end = piece.length;
  while (before < end) {
    const middle = (before + end) >>> 1;
    if (piece[middle]! + 1 < frame) before = middle + 1;
    else end = middle;
  }
  const there = piece[before] !== undefined && piece[before]! + 1 === frame;
  const sign = OFTEN[operator] ?? operator;
  if (sign === '<' || sign === '>=') return `${field} ${sign} ${before + 1}`;
  if (sign === '<=' || sign === '>') return `${field} ${sign} ${there ? before + 1 : before}`;
  return `${field} ${sign} ${there ? before + 1 : NO_FRAME}`;
}
