// One connection's packet in every wrapper that the decoder enters: for tests, and as seeds of the fuzzer.
import { ethernet, ip4, ip6, tcp, udp } from './packets.ts';

const u16 = (n: number): number[] => [(n >> 8) & 255, n & 255];
const zeros = (n: number): number[] => new Array<number>(n).fill(0);

/** An IPv4 header's checksum put in. */
export function checksummed(packet: readonly number[]): number[] {
  const out = [...packet];
  out[10] = 0;
  out[11] = 0;
  let sum = 0;
  for (let i = 0; i < (out[0]! & 15) * 4; i += 2) sum += (out[i]! << 8) | out[i + 1]!;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  out[10] = (~sum >> 8) & 255;
  out[11] = ~sum & 255;
  return out;
}

/** The inner packet: TCP 192.0.2.10:50000 → 198.51.100.20:443 with 7 bytes. */
export const FRAME = tcp('192.0.2.10:50000', '198.51.100.20:443', { seq: 7, data: 'payload' });
export const PACKET = checksummed(FRAME.slice(14));
const WHOLE = ethernet(0x0800, PACKET);
const SNAP = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0, ...PACKET];
const PACKET6 = tcp('[2001:db8::1]:50000', '[2001:db8::2]:443', { data: 'payload' }).slice(14);
const MACS = [2, 0, 0, 0, 0, 3, 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];
/** To the access point; with QoS where asked. */
export const WLAN = [0x08, 1, 0, 0, ...MACS, 0, 0, ...SNAP];
const WLAN_QOS = [0x88, 1, 0, 0, ...MACS, 0, 0, 0, 0, ...SNAP];
const SWAPPED = [1, 0x08, ...WLAN.slice(2)];

const overIp = (protocol: number, payload: readonly number[]): number[] =>
  ethernet(0x0800, ip4([10, 9, 0, 1], [10, 9, 0, 2], protocol, payload));
const gre = (type: number, payload: readonly number[], flags = 0, rest: readonly number[] = []): number[] =>
  overIp(47, [...u16(flags), ...u16(type), ...rest, ...payload]);
const overUdp = (port: number, payload: readonly number[]): number[] =>
  udp('10.9.0.1:50001', `10.9.0.2:${port}`, payload);
const mplsLabel = (label: number, bottom: boolean): number[] => [
  label >> 12,
  (label >> 4) & 255,
  ((label & 15) << 4) | (bottom ? 1 : 0),
  64,
];

export interface Wrapped {
  readonly name: string;
  /** pcap link type. */
  readonly link: number;
  readonly bytes: readonly number[];
  readonly six?: boolean;
}

const on = (name: string, bytes: readonly number[], link = 1, six = false): Wrapped => ({ name, link, bytes, six });

export const WRAPPERS: readonly Wrapped[] = [
  on('Cisco TTag', ethernet(0x8988, [0, 0x11, 0x22, 0x33, 0x44, 0x55, ...u16(0x800), ...PACKET])),
  on('Cisco metadata', ethernet(0x8909, [1, 1, 0, 1, 0, 7, ...u16(0x800), ...PACKET])),
  on('Cisco metadata in VLAN', ethernet(0x8100, [0, 9, ...u16(0x8909), 1, 1, 0, 1, 0, 7, ...u16(0x800), ...PACKET])),
  on('HSR', ethernet(0x892f, [0, 0x36, 0, 1, ...u16(0x800), ...PACKET])),
  on('HSR in VLAN', ethernet(0x8100, [0, 9, ...u16(0x892f), 0, 0x36, 0, 1, ...u16(0x800), ...PACKET])),
  on('R-TAG', ethernet(0xf1c1, [0, 0, 0, 5, ...u16(0x800), ...PACKET])),
  on('Q-in-Q', ethernet(0x88a8, [0, 9, ...u16(0x8100), 0, 7, ...u16(0x800), ...PACKET])),
  on('VN-Tag', ethernet(0x8926, [0, 0, 0, 5, ...u16(0x800), ...PACKET])),
  on('E-Tag', ethernet(0x893f, [0, 0, 0, 5, 0, 0, ...u16(0x800), ...PACKET])),
  on('MAC in MAC', ethernet(0x88e7, [0, 0, 0, 5, ...WHOLE])),
  on('TRILL', ethernet(0x22f3, [0, 0x40, 0, 1, 0, 2, 0, 0, 0, 0, ...WHOLE])),
  on('Arista time, 64 bits', ethernet(0xd28b, [0, 1, 0, 0x10, ...zeros(8), ...u16(0x800), ...PACKET])),
  on('Arista time, 48 bits', ethernet(0xd28b, [0, 1, 1, 0x20, ...zeros(6), ...u16(0x800), ...PACKET])),
  on('BATMAN unicast', ethernet(0x4305, [0x40, 15, 50, 1, ...zeros(6), ...WHOLE])),
  on('MACsec, integrity only', ethernet(0x88e5, [0, 0, 0, 0, 0, 1, ...u16(0x800), ...PACKET, ...zeros(16)])),
  on('NSH', ethernet(0x894f, [0, 2, 2, 1, 0, 0, 0, 0, ...PACKET])),
  on('jumbo LLC', ethernet(0x8870, SNAP)),
  on('PPPoE', ethernet(0x8864, [0x11, 0, 0, 1, ...u16(PACKET.length + 2), 0, 0x21, ...PACKET])),
  on('LWAPP on Ethernet', ethernet(0x88bb, [...zeros(6), ...WLAN])),
  on('IP in IP', overIp(4, PACKET)),
  on('6in4', overIp(41, PACKET6), 1, true),
  on('EtherIP', overIp(97, [0x30, 0, ...WHOLE])),
  on('SRv6 Ethernet', overIp(143, WHOLE)),
  on('MPLS in IP', overIp(137, [...mplsLabel(100, true), ...PACKET])),
  on('GRE', gre(0x800, PACKET)),
  on('GRE with route', gre(0x800, PACKET, 0x4000, [0, 0, 0, 0, 8, 0, 0, 4, 1, 2, 3, 4, 0, 0, 0, 0])),
  on('NVGRE', gre(0x6558, WHOLE, 0x2000, [0, 0, 5, 1])),
  on('EoIP', gre(0x6400, WHOLE, 0x2001, [...u16(WHOLE.length), 5, 0])),
  on('WCCP', gre(0x883e, PACKET)),
  on('WCCP with redirect header', gre(0x883e, [0x40, 1, 2, 3, ...PACKET])),
  on('Aruba', gre(0x8200, WLAN_QOS)),
  on('Aruba, other radio', gre(0x8370, WLAN)),
  on('GRE frame relay', gre(0x6559, [0x18, 0x41, 3, 0xcc, ...PACKET])),
  on('ERSPAN I', gre(0x88be, WHOLE)),
  on('ERSPAN II', gre(0x88be, [0x10, 0, 0, 5, 0, 0, 0, 0, ...WHOLE], 0x1000, [0, 0, 0, 1])),
  on('ERSPAN III', gre(0x22eb, [0x20, ...zeros(11), ...WHOLE], 0x1000, [0, 0, 0, 1])),
  on(
    'ERSPAN III with platform header',
    gre(0x22eb, [0x20, ...zeros(10), 1, ...zeros(8), ...WHOLE], 0x1000, [0, 0, 0, 1]),
  ),
  on('PPTP', gre(0x880b, [0xff, 3, 0, 0x21, ...PACKET], 0x3001, [...u16(PACKET.length + 4), 0, 7, 0, 0, 0, 1])),
  on('GRE in UDP', overUdp(4754, [0, 0, 8, 0, ...PACKET])),
  on('MPLS in UDP', overUdp(6635, [...mplsLabel(100, true), ...PACKET])),
  on('TZSP', overUdp(37008, [1, 0, 0, 1, 1, ...WHOLE])),
  on('TZSP 802.11 with tags', overUdp(37008, [1, 1, 0, 18, 0, 10, 2, 0x11, 0x22, 41, 2, 0, 99, 1, ...WLAN])),
  on('VXLAN', overUdp(4789, [8, 0, 0, 0, 0, 0, 5, 0, ...WHOLE])),
  on('VXLAN-GPE', overUdp(4790, [0x0c, 0, 0, 3, 0, 0, 5, 0, ...WHOLE])),
  on('VXLAN-GPE with NSH', overUdp(4790, [0x0c, 0, 0, 4, 0, 0, 5, 0, 0, 2, 2, 3, 0, 0, 0, 0, ...WHOLE])),
  on('Geneve', overUdp(6081, [1, 0, ...u16(0x6558), 0, 0, 5, 0, 1, 2, 3, 0, ...WHOLE])),
  on('GTP-U', overUdp(2152, [0x30, 255, ...u16(PACKET.length), 0, 0, 0, 9, ...PACKET])),
  on('GTP version 0', overUdp(3386, [0x1e, 255, ...u16(PACKET.length), ...zeros(16), ...PACKET])),
  on('L2TP', overUdp(1701, [0, 2, 0, 1, 0, 1, 0xff, 3, 0, 0x21, ...PACKET])),
  on('CAPWAP 802.3', overUdp(5247, [0, 0x10, 0, 0, ...zeros(4), ...WHOLE])),
  on('CAPWAP 802.11', overUdp(5247, [0, 0x10, 3, 0, ...zeros(4), ...SWAPPED])),
  on('CAPWAP with radio address', overUdp(5247, [0, 0x20, 3, 0x10, ...zeros(4), 6, ...zeros(7), ...SWAPPED])),
  on('LWAPP over Ethernet over UDP', overUdp(12220, WHOLE)),
  on('LWAPP data', overUdp(12222, [...zeros(6), ...WLAN])),
  on('Teredo', overUdp(3544, PACKET6), 1, true),
  on(
    'Teredo with authentication and origin',
    overUdp(3544, [0, 1, 0, 0, ...zeros(9), 0, 0, 1, 2, 3, 4, 5, 6, ...PACKET6]),
    1,
    true,
  ),
  on('AYIYA', overUdp(5072, [0x44, 0x52, 0x11, 41, 0, 0, 0, 0, ...zeros(16), ...zeros(20), ...PACKET6]), 1, true),
  on('LISP', overUdp(4341, [0x80, ...zeros(7), ...PACKET])),
  on('LISP control', overUdp(4342, [0x80, 0, 0, 0, ...PACKET])),
  on('AMT data', overUdp(2268, [6, 0, ...PACKET])),
  on('Jmirror', overUdp(30030, [...zeros(8), ...PACKET])),
  on('LLC in UDP', overUdp(12000, SNAP)),
  on('MPLS', ethernet(0x8847, [...mplsLabel(16, false), ...mplsLabel(100, true), ...PACKET])),
  on('pseudowire', ethernet(0x8847, [...mplsLabel(100, true), ...WHOLE])),
  on('pseudowire with control word', ethernet(0x8847, [...mplsLabel(100, true), 0, 0, 0, 0, ...WHOLE])),
  on('IPv6 in MPLS', ethernet(0x8847, [...mplsLabel(2, true), ...PACKET6]), 1, true),
  on('TZSP link', [1, 0, 0, 1, 1, ...WHOLE], 128),
  on('PPI', [0, 0, 8, 0, 105, 0, 0, 0, ...WLAN], 192),
  on(
    'PPI with check sequence',
    [0, 0, 32, 0, 105, 0, 0, 0, 2, 0, 20, 0, ...zeros(8), 1, 0, ...zeros(10), ...WLAN, 1, 2, 3, 4],
    192,
  ),
  on('LLC link', SNAP, 100),
  on('FDDI', [0x50, ...MACS.slice(0, 12), ...SNAP], 10),
  on('Token Ring', [0x10, 0x40, ...MACS.slice(0, 12), ...SNAP], 6),
  on('Token Ring with route', [0x10, 0x40, ...MACS.slice(0, 6), 0x82, 0, 0, 0, 0, 2, 0x04, 0x30, 0, 1, ...SNAP], 6),
  on('enc', [2, 0, 0, 0, ...zeros(8), ...PACKET], 109),
  on('pflog', [61, 2, ...zeros(62), ...PACKET], 117),
  on('IP over Fibre Channel', [...zeros(16), ...SNAP], 122),
  on('PPPoE link', [0x11, 0, 0, 1, ...u16(PACKET.length + 2), 0, 0x21, ...PACKET], 51),
  on('PPP multilink', [0xff, 3, 0, 0x3d, 0xc0, 0, 0, 1, 0, 0x21, ...PACKET], 9),
  on('PPP bridging', [0xff, 3, 0, 0x31, 0, 1, ...WHOLE], 9),
  on('PPP MPLS', [0xff, 3, 2, 0x81, ...mplsLabel(100, true), ...PACKET], 9),
];

/** IPv6 with any next header. */
export const overIp6 = (next: number, payload: readonly number[]): number[] =>
  ip6([0x20, 1, 0xd, 0xb8, ...zeros(11), 1], [0x20, 1, 0xd, 0xb8, ...zeros(11), 2], next, payload);

const ALIGN = [8, 1, 1, 2, 2, 1, 1, 2, 2, 2, 1, 1, 1, 1, 2, 2, 1, 1, 4, 1, 4, 2, 8, 2, 2, 2, 1, 2];
const SIZE = [8, 1, 1, 4, 2, 1, 1, 2, 2, 2, 1, 1, 1, 1, 2, 2, 1, 1, 8, 3, 8, 12, 12, 12, 12, 6, 1, 4];

/**
 * A random radiotap frame, laid out field by field; fields hold random bytes. The inner packet is `WLAN`, with or
 * without check sequence as the last flags field says, with padding as any of them.
 */
export function randomRadiotap(random: () => number): number[] {
  const byte = (): number => Math.floor(random() * 256);
  const words: number[][] = [];
  const body: ((at: number) => number[])[] = [];
  let flags = 0;
  const count = 1 + Math.floor(random() * 4);
  let ours = true;
  for (let w = 0; w < count; w++) {
    const bits: number[] = [];
    if (ours) {
      for (let field = 0; field < 28; field++) {
        // A frame of which only the preamble was heard has no packet to find.
        if (field === 26 || random() < (field < 2 ? 0.4 : 0.8)) continue;
        bits.push(field);
        const value = Array.from({ length: SIZE[field]! }, byte);
        if (field === 1) {
          flags = (flags & 0x20) | (value[0]! & 0x30);
          value[0] = value[0]! & 0x32;
        }
        body.push((at) => [...zeros(-at & (ALIGN[field]! - 1)), ...value]);
      }
    }
    if (w + 1 < count) {
      bits.push(31);
      // Fields after 31 of the same namespace do not exist: a further word begins a namespace again.
      if (random() < 0.3) {
        bits.push(30);
        const skipped = Array.from({ length: Math.floor(random() * 9) }, byte);
        body.push((at) => [...zeros(-at & 1), 0x12, 0x34, 0x56, 1, skipped.length, 0, ...skipped]);
        ours = false;
      } else {
        bits.push(29);
        ours = true;
      }
    }
    if (!ours && !bits.includes(30)) bits.push(3, 7);
    words.push(bits);
  }
  const fields: number[] = [];
  for (const make of body) fields.push(...make(4 + words.length * 4 + fields.length));
  const length = 4 + words.length * 4 + fields.length;
  const wordBytes = words.flatMap((bits) => {
    const value = [...new Set(bits)].reduce((sum, bit) => sum + 2 ** bit, 0);
    return [
      value % 256,
      Math.floor(value / 256) % 256,
      Math.floor(value / 65_536) % 256,
      Math.floor(value / 16_777_216),
    ];
  });
  const header = [0, 0, length & 255, length >> 8, ...wordBytes, ...fields];
  const qos = random() < 0.5;
  const frame = qos ? WLAN_QOS : WLAN;
  const head = qos ? 26 : 24;
  const padded = flags & 0x20 ? [...frame.slice(0, head), ...zeros(-head & 3), ...frame.slice(head)] : frame;
  return [...header, ...padded, ...(flags & 0x10 ? [1, 2, 3, 4] : [])];
}
