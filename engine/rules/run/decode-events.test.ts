// Events of headers below IP, of tunnels, of ICMP, SCTP and options: each from a frame that has what is wrong, and from
// none of the frames that have something else wrong or nothing.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  LINKTYPE_C_HDLC,
  LINKTYPE_ETHERNET,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_NULL,
  LINKTYPE_PPP,
  LINKTYPE_RAW,
} from '../../read/index.ts';
import { captured, rulesOf } from '../../testing/asked-rules.ts';
import { ethernet, ip4, ip6, packetsOf, udp } from '../../testing/packets.ts';
import { RuleRunner } from '../index.ts';

type Case = readonly [event: string, frame: readonly number[], link?: number];

const [A, B] = [
  [10, 0, 0, 1],
  [10, 0, 0, 2],
] as const;
const A6 = [0x20, 1, 0xd, 0xb8, ...zeros(11), 1];
const B6 = [0x20, 1, 0xd, 0xb8, ...zeros(11), 2];

function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}

const datagram = [0x13, 0x88, 0, 53, 0, 12, 0, 0, 1, 2, 3, 4];
const whole = ip4(A, B, 17, datagram);
const over4 = (protocol: number, payload: readonly number[]): number[] =>
  ethernet(0x0800, ip4(A, B, protocol, payload));
const over6 = (next: number, payload: readonly number[]): number[] => ethernet(0x86dd, ip6(A6, B6, next, payload));
const gre = (flags: readonly number[], type: number, rest: readonly number[]): number[] =>
  over4(47, [...flags, type >> 8, type & 0xff, ...rest]);
const mpls = (label: number, payload: readonly number[]): number[] =>
  ethernet(0x8847, [label >> 12, (label >> 4) & 0xff, ((label & 15) << 4) | 1, 64, ...payload]);
const arp = (head: readonly number[], length = 28): number[] =>
  ethernet(0x0806, [...head, ...zeros(length - head.length)]);
const sctp = (tag: number, ...chunks: readonly number[][]): number[] =>
  over4(132, [4, 210, 22, 46, 0, 0, 0, tag, 0, 0, 0, 0, ...chunks.flat()]);
const chunk = (type: number, length: number): number[] => [type, 0, 0, length, ...zeros(Math.max(0, length - 4))];
/** An IPv4 header with options, and a datagram. */
const options = (...bytes: number[]): number[] => {
  const total = 20 + bytes.length + datagram.length;
  const head = [0x40 | (5 + bytes.length / 4), 0, 0, total, 0, 0, 0, 0, 64, 17, 0, 0, ...A, ...B];
  return ethernet(0x0800, [...head, ...bytes, ...datagram]);
};

const CASES: readonly Case[] = [
  ['ethernet.pkt_too_small', zeros(10)],
  ['ethernet.unknown_ethertype', ethernet(0x1234, zeros(20))],
  ['vlan.header_too_small', ethernet(0x8100, [0, 1])],
  ['vlan.unknown_type', ethernet(0x8100, [0, 1, 0x12, 0x34, ...zeros(20)])],
  ['vlan.too_many_layers', ethernet(0x8100, [0, 1, 0x81, 0, 0, 1, 0x81, 0, 0, 1, 0x81, 0, 0, 1, 8, 0, ...whole])],
  ['vntag.header_too_small', ethernet(0x8926, [1, 2, 3])],
  ['etag.unknown_type', ethernet(0x893f, [0, 0, 0, 0, 0, 0, 0x12, 0x34, ...zeros(20)])],
  ['ieee8021ah.header_too_small', ethernet(0x88e7, zeros(10))],
  ['mpls.header_too_small', ethernet(0x8847, [0, 1])],
  ['mpls.pkt_too_small', mpls(21, [0x45])],
  ['mpls.bad_label_router_alert', mpls(1, whole)],
  ['mpls.bad_label_implicit_null', mpls(3, whole)],
  ['mpls.bad_label_reserved', mpls(5, whole)],
  ['mpls.unknown_payload_type', mpls(21, [0x15, 0, 0, 0, 0])],
  ['pppoe.pkt_too_small', ethernet(0x8864, [0x11, 0])],
  ['pppoe.wrong_code', ethernet(0x8863, [0x11, 0xbb, 0, 0, 0, 0])],
  ['pppoe.malformed_tags', ethernet(0x8863, [0x11, 9, 0, 0, 0, 40, 1, 1])],
  ['ppp.ip4_pkt_too_small', ethernet(0x8864, [0x11, 0, 0, 1, 0, 6, 0, 0x21, 1, 2, 3, 4])],
  ['ppp.wrong_type', ethernet(0x8864, [0x11, 0, 0, 1, 0, 6, 0x12, 0x34, 1, 2, 3, 4])],
  ['ppp.pkt_too_small', [0xff, 3], LINKTYPE_PPP],
  ['ppp.unsup_proto', [0xff, 3, 0, 0x2b, 1, 2, 3], LINKTYPE_PPP],
  ['ppp.vju_pkt_too_small', [0xff, 3, 0x2f, 1], LINKTYPE_PPP],
  ['ppp.ip6_pkt_too_small', [0x57, 1, 2], LINKTYPE_PPP],
  ['chdlc.pkt_too_small', [15], LINKTYPE_C_HDLC],
  ['sll.pkt_too_small', zeros(12), LINKTYPE_LINUX_SLL],
  ['sll2.pkt_too_small', zeros(12), LINKTYPE_LINUX_SLL2],
  ['ltnull.pkt_too_small', [2, 0], LINKTYPE_NULL],
  ['ltnull.unsupported_type', [99, 0, 0, 0, ...whole], LINKTYPE_NULL],
  ['ipraw.invalid_ip_version', [0x75, 0, 0, 0], LINKTYPE_RAW],
  ['arp.pkt_too_small', arp([0, 1], 4)],
  ['arp.unsupported_hardware', arp([0, 6, 8, 0, 6, 4, 0, 1])],
  ['arp.unsupported_protocol', arp([0, 1, 8, 6, 6, 4, 0, 1])],
  ['arp.invalid_pkt', arp([0, 1, 8, 0, 6, 4, 0, 1], 20)],
  ['arp.invalid_hardware_size', arp([0, 1, 8, 0, 8, 4, 0, 1])],
  ['arp.invalid_protocol_size', arp([0, 1, 8, 0, 6, 16, 0, 1])],
  ['arp.unsupported_opcode', arp([0, 1, 8, 0, 6, 4, 0, 77])],
  ['dce.pkt_too_small', ethernet(0x8903, [0, 0])],
  ['nsh.header_too_small', ethernet(0x894f, [0, 2])],
  ['nsh.unsupported_version', ethernet(0x894f, [0x40, 2, 2, 1, 0, 0, 0, 0, ...whole])],
  ['nsh.bad_header_length', ethernet(0x894f, [0, 0x3f, 2, 1, 0, 0, 0, 0, ...whole])],
  ['nsh.reserved_type', ethernet(0x894f, [0, 2, 0, 1, 0, 0, 0, 0, ...whole])],
  ['nsh.unsupported_type', ethernet(0x894f, [0, 2, 3, 1, 0, 0, 0, 0, ...whole])],
  ['nsh.unknown_payload', ethernet(0x894f, [0, 2, 2, 9, 0, 0, 0, 0, ...whole])],
  ['gre.pkt_too_small', over4(47, [0, 0])],
  ['gre.wrong_version', gre([0, 2], 0x0800, whole)],
  ['gre.version0_recur', gre([1, 0], 0x0800, whole)],
  ['gre.version0_flags', gre([0, 8], 0x0800, whole)],
  ['gre.version0_hdr_too_big', gre([0x30, 0], 0x0800, [0])],
  ['gre.version0_malformed_sre_hdr', gre([0x40, 0], 0x0800, [0, 0, 0, 0, 8, 0, 0, 200, 1])],
  ['gre.version1_chksum', gre([0xa0, 1], 0x880b, zeros(12))],
  ['gre.version1_route', gre([0x60, 1], 0x880b, zeros(12))],
  ['gre.version1_ssr', gre([0x28, 1], 0x880b, zeros(12))],
  ['gre.version1_recur', gre([0x21, 1], 0x880b, zeros(12))],
  ['gre.version1_flags', gre([0x20, 9], 0x880b, zeros(12))],
  ['gre.version1_no_key', gre([0, 1], 0x880b, zeros(12))],
  ['gre.version1_wrong_protocol', gre([0x20, 1], 0x0800, zeros(12))],
  ['gre.version1_hdr_too_big', gre([0x30, 0x81], 0x880b, [0, 0, 0, 0])],
  ['erspan.header_too_small', gre([0x10, 0], 0x88be, [0, 0, 0, 1, 0x10])],
  ['erspan.unsupported_version', gre([0x10, 0], 0x88be, [0, 0, 0, 1, 0x20, 0, 0, 0, 0, 0, 0, 0, ...zeros(14)])],
  ['icmpv4.unknown_type', over4(1, [99, 0, 0, 0, 0, 0, 0, 0])],
  ['icmpv4.unknown_code', over4(1, [8, 3, 0, 0, 0, 0, 0, 0])],
  ['icmpv4.ipv4_trunc_pkt', over4(1, [3, 1, 0, 0, 0, 0, 0, 0, 0x45, 0])],
  ['icmpv4.ipv4_unknown_ver', over4(1, [3, 1, 0, 0, 0, 0, 0, 0, 0x65, ...zeros(27)])],
  ['icmpv6.unknown_type', over6(58, [127, 0, 0, 0, 0, 0, 0, 0])],
  ['icmpv6.unassigned_type', over6(58, [90, 0, 0, 0, 0, 0, 0, 0])],
  ['icmpv6.experimentation_type', over6(58, [100, 0, 0, 0, 0, 0, 0, 0])],
  ['icmpv6.unknown_code', over6(58, [128, 3, 0, 0, 0, 0, 0, 0])],
  ['icmpv6.ipv6_trunc_pkt', over6(58, [1, 0, 0, 0, 0, 0, 0, 0, 0x60])],
  ['icmpv6.ipv6_unknown_version', over6(58, [1, 0, 0, 0, 0, 0, 0, 0, 0x40, ...zeros(47)])],
  ['icmpv6.mld_message_with_invalid_hl', over6(58, [131, 0, 0, 0, 0, 0, 0, 0, ...zeros(16)])],
  ['sctp.chunk_too_small', sctp(1, chunk(3, 8), [1, 2])],
  ['sctp.chunk_len_invalid', sctp(1, [3, 0, 0, 2])],
  ['sctp.init_chunk_bundled', sctp(0, chunk(1, 20), chunk(3, 8))],
  ['sctp.init_with_non_zero_vtag', sctp(9, chunk(1, 20))],
  ['sctp.data_with_zero_vtag', sctp(0, chunk(0, 20))],
  ['sctp.too_many_chunks', sctp(1, ...Array.from({ length: 17 }, () => chunk(4, 4)))],
  ['sctp.too_many_data_chunks', sctp(1, ...Array.from({ length: 17 }, () => chunk(0, 16)))],
  ['esp.pkt_too_small', over4(50, [1, 2, 3])],
  ['udp.hlen_too_small', over4(17, [0, 1, 0, 2])],
  ['udp.pkt_too_small', over4(17, [0, 1, 0, 2, 0, 99, 0, 0, 1])],
  ['ipv4.unknown_protocol', over4(200, zeros(8))],
  ['ipv4.opt_pad_required', options(1, 1, 1, 0)],
  ['ipv4.opt_eol_required', options(1, 1, 1, 1, 1, 1, 1, 148)],
  ['ipv4.opt_unknown', options(99, 4, 0, 0, 0, 0, 0, 0)],
  ['ipv4.opt_malformed', options(7, 7, 2, 0, 0, 0, 0, 0)],
  ['ipv4.opt_invalid_len', options(148, 6, 0, 0, 0, 0, 0, 0)],
  ['ipv4.opt_duplicate', options(148, 4, 0, 0, 148, 4, 0, 0)],
  ['ipv6.trunc_exthdr', over6(44, [6, 0, 0, 0, 0, 0, 0, 9, 1])],
  ['ipv6.exthdr_ah_res_not_null', over6(51, [17, 4, 0, 1, ...zeros(20), ...datagram])],
  ['ipv6.wrong_ip_version', ethernet(0x86dd, [0x40, ...ip6(A6, B6, 17, datagram).slice(1)])],
  ['ipv6.unknown_next_header', over6(200, zeros(8))],
  ['ipv6.ipv4_in_ipv6_too_small', over6(4, [0x45, 0])],
  ['ipv6.ipv4_in_ipv6_wrong_version', over6(4, [0x55, ...zeros(30)])],
  ['ipv6.ipv6_in_ipv6_too_small', over6(41, [0x60, 0])],
  ['ipv6.ipv6_in_ipv6_wrong_version', over6(41, [0x50, ...zeros(50)])],
];

/** Events that come with another one. */
const TOGETHER: Readonly<Record<string, readonly string[]>> = {
  'vlan.unknown_type': ['ethernet.unknown_ethertype'],
  'etag.unknown_type': ['ethernet.unknown_ethertype'],
  'sctp.too_many_data_chunks': ['sctp.too_many_chunks'],
};

function eventsOf(frame: readonly number[], link = LINKTYPE_ETHERNET): string[] {
  const names = CASES.map(([event]) => event);
  const text = names.map((e, i) => `alert pkthdr any any -> any any (decode-event:${e}; sid:${i + 1};)`).join('\n');
  const found: string[] = [];
  const runner = new RuleRunner(rulesOf(text), (a) => found.push(names[a.rule.sid - 1]!));
  for (const packet of packetsOf([frame])) {
    const c = captured(packet);
    c.link = link;
    runner.packet(c);
  }
  runner.finish();
  return found;
}

describe('events of headers, each where it is and nowhere else', () => {
  for (const [event, frame, link] of CASES) {
    test(event, () => {
      const wanted = [event, ...(TOGETHER[event] ?? [])].sort();
      assert.deepEqual([...new Set(eventsOf(frame, link))].sort(), wanted);
    });
  }

  test('none where nothing is wrong', () => {
    assert.deepEqual(eventsOf(udp('10.0.0.1:1', '10.0.0.2:2', 'fine')), []);
    assert.deepEqual(eventsOf(whole, LINKTYPE_RAW), []);
    assert.deepEqual(eventsOf([2, 0, 0, 0, ...whole], LINKTYPE_NULL), []);
    assert.deepEqual(
      eventsOf(gre([0x10, 0], 0x88be, [0, 0, 0, 1, 0x10, 0, 0, 0, 0, 0, 0, 0, ...over4(17, datagram)])),
      [],
    );
    assert.deepEqual(eventsOf(mpls(21, whole)), []);
    assert.deepEqual(eventsOf(sctp(1, chunk(0, 20), chunk(3, 16))), []);
  });
});
