// Which protocols a packet consists of as far as its headers and the Protocol column tell: the hierarchy of captures
// that are too large to be dissected whole.
import { keyed } from '../../contract/index.ts';
import {
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_SCTP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  NET_IP4,
  protocolName,
} from '../decode/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { HeaderWalker, type HeaderListener } from './headers.ts';
import { Hierarchy } from './hierarchy.ts';
import { counts } from './rows.ts';
import { sweepPackets, type SweepSource } from './sweep.ts';

/** What Wireshark's filter calls what the Protocol column shows, where lower case alone does not make it that. */
const FILTER_NAMES: Readonly<Record<string, string>> = keyed({
  icmpv6: 'icmpv6',
  ipv4: 'ip',
  '802.11': 'wlan',
  browser: 'browser',
  mdns: 'mdns',
  ssdp: 'ssdp',
  llmnr: 'llmnr',
  gquic: 'gquic',
  dhcp: 'dhcp',
  isakmp: 'isakmp',
  igmpv2: 'igmp',
  igmpv3: 'igmp',
  smb2: 'smb2',
  http2: 'http2',
  'ftp-data': 'ftp-data',
  krb5: 'kerberos',
});

function filterName(shown: string): string {
  const lower = shown.toLowerCase();
  if (/^(tls|ssl)v?\d?/.test(lower)) return 'tls';
  if (/^dtlsv?\d?/.test(lower)) return 'dtls';
  if (/^sshv?2?$/.test(lower)) return 'ssh';
  return FILTER_NAMES[lower] ?? lower.split('/')[0]!.replaceAll(/[^a-z0-9._-]+/g, '-');
}

const TRANSPORTS = new Map<number, string>([
  [IPPROTO_TCP, 'tcp'],
  [IPPROTO_UDP, 'udp'],
  [IPPROTO_SCTP, 'sctp'],
  [IPPROTO_ICMP, 'icmp'],
  [IPPROTO_ICMPV6, 'icmpv6'],
]);

/** Names that say no more than the headers before them. */
const PLAIN = new Set(['eth', 'ethernet', 'ip', 'ipv6', 'tcp', 'udp', 'sctp', 'unknown', 'raw', 'null', 'sll']);

class Path implements HeaderListener {
  readonly names: string[] = [];

  ethernet(): void {
    this.names.push('eth');
  }

  ip(_buf: Uint8Array, kind: number): void {
    this.names.push(kind === NET_IP4 ? 'ip' : 'ipv6');
  }

  transport(protocol: number): void {
    const name = TRANSPORTS.get(protocol);
    if (name !== undefined) this.names.push(name);
  }
}

/** @param displayed rows that count, a bit each; null: all do */
export async function headerHierarchy(
  s: SweepSource,
  displayed: Uint8Array | null,
  packets: number,
  turns: TimeSlices,
): Promise<{ readonly hierarchy: Hierarchy; readonly unread: number }> {
  const hierarchy = new Hierarchy();
  const path = new Path();
  const walker = new HeaderWalker(path);
  const names = new Map<number, string>();
  const { unread } = await sweepPackets(s, packets, turns, (row, chunk, i, buf, off, captured) => {
    path.names.length = 0;
    // Fragments are put together, so those that are not displayed are walked too.
    walker.walk(buf, off, captured, chunk.link[i]!, chunk.wire[i]!);
    if (!counts(displayed, row)) return;
    const id = chunk.protocol[i]!;
    let name = names.get(id);
    if (name === undefined) names.set(id, (name = filterName(protocolName(id))));
    if (!PLAIN.has(name) && path.names.at(-1) !== name) path.names.push(name);
    hierarchy.take(path.names, chunk.wire[i]!, chunk.seconds[i]! + chunk.nanoseconds[i]! / 1e9, row);
  });
  return { hierarchy, unread };
}
