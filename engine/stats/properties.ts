// What a capture holds as a whole, from its columns: what capinfos tells.
import { type PacketRow, packetRow } from '../../contract/index.ts';
import type { PacketColumns } from '../decode/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { eachCounted } from './rows.ts';

export interface Totals {
  packets: number;
  /** On the wire, and captured. */
  bytes: number;
  captured: number;
  /** Packets of which fewer bytes were captured than they had. */
  cut: number;
  /** Rows of the packets with the earliest and the latest stamp. */
  first: PacketRow | null;
  last: PacketRow | null;
  strictOrder: boolean;
  readonly links: Set<number>;
}

/** @param displayed rows that count, a bit each; null: all do */
export async function totalsOf(
  packets: PacketColumns,
  displayed: Uint8Array | null,
  total: number,
  turns: TimeSlices,
): Promise<Totals> {
  const out: Totals = {
    packets: 0,
    bytes: 0,
    captured: 0,
    cut: 0,
    first: null,
    last: null,
    strictOrder: true,
    links: new Set(),
  };
  let [early, earlyNs, late, lateNs] = [Infinity, 0, -Infinity, 0];
  let [before, beforeNs] = [-Infinity, 0];
  let link = -1;
  await eachCounted(packets, displayed, total, turns, (row, chunk, i) => {
    const sec = chunk.seconds[i]!;
    const nsec = chunk.nanoseconds[i]!;
    out.packets++;
    out.bytes += chunk.wire[i]!;
    out.captured += chunk.captured[i]!;
    if (chunk.captured[i]! < chunk.wire[i]!) out.cut++;
    if (chunk.link[i] !== link) out.links.add((link = chunk.link[i]!));
    if (sec < before || (sec === before && nsec < beforeNs)) out.strictOrder = false;
    [before, beforeNs] = [sec, nsec];
    if (sec < early || (sec === early && nsec < earlyNs)) {
      [early, earlyNs] = [sec, nsec];
      out.first = packetRow(row);
    }
    if (sec > late || (sec === late && nsec > lateNs)) {
      [late, lateNs] = [sec, nsec];
      out.last = packetRow(row);
    }
  });
  return out;
}

/** Wireshark's names of link types (wiretap/wtap.c), by pcap's numbers. */
const LINKS: Readonly<Record<number, string>> = {
  0: 'NULL/Loopback',
  1: 'Ethernet',
  6: 'Token Ring',
  7: 'ARCNET',
  8: 'SLIP',
  9: 'PPP',
  10: 'FDDI',
  12: 'Raw IP',
  14: 'Raw IP',
  50: 'PPP',
  51: 'PPP-over-Ethernet session',
  100: 'RFC 1483 ATM',
  101: 'Raw IP',
  104: 'Cisco HDLC',
  105: 'IEEE 802.11 Wireless LAN',
  107: 'Frame Relay',
  108: 'OpenBSD enc(4) encapsulating interface',
  109: 'NULL/Loopback',
  113: 'Linux cooked-mode capture v1',
  117: 'PF Firewall Logs',
  119: 'IEEE 802.11 plus Prism II monitor mode radio header',
  127: 'IEEE 802.11 plus radiotap radio header',
  163: 'IEEE 802.11 plus AVS radio header',
  187: 'Bluetooth H4',
  189: 'USB packets with Linux header',
  192: 'Per-Packet Information header',
  195: 'IEEE 802.15.4 Wireless PAN',
  201: 'Bluetooth H4 with linux header',
  220: 'USB packets with Linux header and padding',
  227: 'CAN 2.0b',
  228: 'Raw IPv4',
  229: 'Raw IPv6',
  239: 'NFLOG',
  249: 'USB packets with USBPcap header',
  251: 'Bluetooth Low Energy Link Layer',
  253: 'Linux Netlink',
  276: 'Linux cooked-mode capture v2',
};

export function linkName(link: number): string {
  return LINKS[link] ?? `LINKTYPE ${link}`;
}
