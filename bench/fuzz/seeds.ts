// Inputs that the targets begin with: what decoders meet on a wire, as bytes.
import {
  block,
  clientHello,
  enhancedPacket,
  ethernet,
  interfaceBlock,
  ip4,
  ip6,
  sectionHeader,
  tcp,
  testRandom,
  udp,
} from '../../engine/testing/packets.ts';
import { randomRadiotap, WRAPPERS } from '../../engine/testing/wrappers.ts';
import { quicInitial } from '../../engine/testing/quic.ts';
import { hex, latin, QUIC_VERSIONS } from './conversations.ts';

/** A server's flight: hello, certificate (not a real one), done. */
export const SERVER_FLIGHT = hex(
  `16030300310200002d0303${'11'.repeat(32)}00c02f00000500170000` +
    `160303001c0b000018000015000012${'30'.repeat(18)}16030300040e000000`,
);
export const DNS_ANSWER = hex(
  'abcd81800001000200000000076578616d706c6503636f6d0000010001c00c0001000100000e1000040a000001c00c001c0001000000010010' +
    '20'.repeat(16),
);
const LISTS = [
  'curve25519-sha256',
  'ssh-ed25519',
  'aes128-ctr',
  'aes256-ctr',
  'hmac-sha2-256',
  'hmac-sha2-512',
  'none',
  'zlib',
];
const KEXINIT = [
  20,
  ...new Array<number>(16).fill(7),
  ...LISTS.flatMap((l) => [0, 0, 0, l.length, ...Buffer.from(l)]),
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
];
export const SSH_OPENING = Uint8Array.from([
  ...latin('SSH-2.0-x\r\n'),
  0,
  0,
  0,
  KEXINIT.length + 5,
  4,
  ...KEXINIT,
  0,
  0,
  0,
  0,
]);
export const HTTP_TALK = latin(
  'POST /a?b HTTP/1.1\r\nHost: x\r\nUser-Agent: y\r\nTransfer-Encoding: chunked\r\nContent-Type: ' +
    'text/html\r\n\r\n4\r\nWiki\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n',
);

/** A client's QUIC Initial around frames: random bytes would never get behind the tag. */
export function sealed(frames: Uint8Array, version = 0): Uint8Array {
  return quicInitial(
    Buffer.concat([frames, new Uint8Array(Math.max(0, 24 - frames.length))]),
    QUIC_VERSIONS[version % QUIC_VERSIONS.length],
  );
}

/** Packets of a flow-level input: each has a length of two octets before it. */
export function packetList(...frames: (readonly number[])[]): Uint8Array {
  return Uint8Array.from(frames.flatMap((f) => [f.length >> 8, f.length & 255, ...f]));
}

const A = '10.0.0.1:4000';
const B = '10.0.0.2:443';
const LINKS = [
  1, 101, 113, 276, 0, 108, 12, 9, 50, 104, 107, 105, 119, 127, 163, 192, 228, 229, 51, 10, 6, 7, 203, 141, 140, 239,
  253, 147,
];
/** Link types that an input names from above; the corpora are older than these. */
const MORE_LINKS = [14, 129, 242, 178, 226, 149, 258, 128, 100, 109, 117, 122];
export const linkOf = (byte: number): number =>
  byte > 255 - MORE_LINKS.length ? MORE_LINKS[255 - byte]! : LINKS[byte % LINKS.length]!;
const byteOf = (link: number): number =>
  MORE_LINKS.includes(link) ? 255 - MORE_LINKS.indexOf(link) : LINKS.indexOf(link);

export const hello = clientHello('fuzz.example.test');
export const frames = {
  tcp: tcp(A, B, { flags: 'S', options: [2, 4, 5, 180, 3, 3, 7, 4, 2, 1, 1, 1] }),
  hello: tcp(A, B, { flags: 'PA', seq: 1, data: hello }),
  server: tcp(B, A, { flags: 'PA', seq: 1, data: SERVER_FLIGHT }),
  dns: udp('10.0.0.1:53', '10.0.0.2:53', DNS_ANSWER),
  http: tcp(A, '10.0.0.2:80', { flags: 'PA', seq: 1, data: HTTP_TALK }),
  six: tcp('[fe80::1]:1', '[fe80::2]:2', { flags: 'S' }),
};

// What follows a link layer's own header, at every place where one may end; and tunnels over UDP.
const inner = frames.tcp.slice(14);
export const linked = [...LINKS, ...MORE_LINKS].flatMap((link) =>
  [0, 2, 4, 8, 10, 12, 14, 16, 20, 24, 32, 40, 44].map((before) =>
    Uint8Array.from([byteOf(link), ...new Array<number>(before).fill(0), ...(before % 4 === 0 ? inner : frames.tcp)]),
  ),
);
const over = (port: number, head: string, rest: readonly number[]): Uint8Array =>
  Uint8Array.from([0, ...udp('10.0.0.1:5000', `10.0.0.2:${port}`, [...hex(head), ...rest])]);
const tapRandom = testRandom(7);
const taps = Array.from({ length: 12 }, () => Uint8Array.from([byteOf(127), ...randomRadiotap(tapRandom)]));
export const wrapped = [...WRAPPERS.map((w) => Uint8Array.from([byteOf(w.link), ...w.bytes])), ...taps];
export const tunnels = [
  over(4789, '0800000000000100', frames.tcp),
  over(4790, '0800000100000100', inner),
  over(4790, '0800000200000100', frames.six.slice(14)),
  over(4790, '0800000300000100', frames.tcp),
  over(6081, '0000655800000100', frames.tcp),
  over(6081, '0100080000000100deadbeef', inner),
  over(2152, '30ff003c00000001', inner),
  over(2152, '32ff00400000000100010000', inner),
  over(2152, '34ff00440000000100000085010000c0', [0, ...inner]),
  over(2152, '34ff004400000001000000850100c000', inner),
  over(2152, '30ff003c00000001', frames.six.slice(14)),
  over(1701, '000200010001ff030021', inner),
  over(1701, '4a020000000100010002000000000021', inner),
  Uint8Array.from([byteOf(113), ...hex('0000033800000000000000000000000000'), ...inner]),
  Uint8Array.from([byteOf(178), ...hex('4d474300'), ...frames.tcp]),
  Uint8Array.from([byteOf(178), ...hex('4d474380000000000000'), ...frames.tcp]),
  ...[1, 0, 12].map((kind) =>
    Uint8Array.from([byteOf(258), 12, 0, 0, 0, 0, 0, 0, 0, kind, 0, 0, 0, ...(kind === 1 ? frames.tcp : inner)]),
  ),
];
const HOSTS = [
  [10, 0, 0, 1],
  [10, 0, 0, 2],
] as const;
const over4 = (protocol: number, payload: readonly number[]): number[] =>
  ethernet(0x0800, ip4(HOSTS[0], HOSTS[1], protocol, payload));
const snap = (rest: string): number[] => ethernet(0x20, [...hex(`aaaa03${rest}`), ...new Array<number>(24).fill(0)]);
export const odd = [
  snap('00e02b00bb'),
  snap('080007809b'),
  snap('0080c20001'),
  snap('0080c20007'),
  over4(132, [...hex('0b590b5900000000000000000003002000000001000000000000000300000000'), 1, 2]),
  over4(132, [...hex(`0b590b590000000000000000${'00'.repeat(8)}`)]),
  over4(47, [...hex('2081880b0004000100000000'), 0xff, 3, 0, 0x21, ...frames.tcp.slice(14)]),
  over4(47, [...hex('3001880b000400010000000000000000'), 0xff, 3, 0, 0x21, ...frames.tcp.slice(14)]),
];
// What only several packets show: fragments, a TFTP answer from another port, a segment that comes again, keep-alives,
// quoted packets.
const fragment = (offset: number, rest: readonly number[], protocol = 17): number[] =>
  ethernet(0x0800, ip4(HOSTS[0], HOSTS[1], protocol, rest, { fragment: offset }));
const quotes = (type: number, inner: readonly number[]): number[] =>
  ethernet(
    0x86dd,
    ip6(new Array<number>(16).fill(1), new Array<number>(16).fill(2), 58, [type, 0, 0, 0, 0, 0, 0, 0, ...inner]),
  );
const self = new Array<number>(16).fill(3);
export const flowSeeds = [
  packetList(
    fragment(0x2000, [19, 136, 0, 53, 0, 48, 0, 0, ...new Array<number>(24).fill(1)]),
    fragment(4, new Array<number>(16).fill(2)),
    fragment(0x2000, new Array<number>(8).fill(0), 1),
    fragment(4, [1, 2, 3], 1),
  ),
  packetList(
    udp('10.0.0.1:5000', '10.0.0.2:69', hex('000161006f00')),
    udp('10.0.0.2:7000', '10.0.0.1:5000', hex('0003000161')),
    udp('10.0.0.1:5000', '10.0.0.2:7000', hex('00040001')),
  ),
  packetList(
    frames.tcp,
    tcp(B, A, { flags: 'SA', seq: 9, ack: 1 }),
    tcp(A, B, { flags: 'A', seq: 1, ack: 10 }),
    tcp(A, B, { flags: 'A', seq: 0, ack: 10 }),
    tcp(A, B, { flags: 'PA', seq: 500, data: hello }),
    tcp(A, B, { flags: 'PA', seq: 1, data: hello }),
    tcp(A, B, { flags: 'R', seq: 1 }),
    tcp(A, B, { flags: 'S', seq: 99_999 }),
  ),
  packetList(
    frames.tcp,
    tcp(A, B, { flags: 'FA', seq: 1 }),
    tcp(B, A, { flags: 'FA', seq: 1, ack: 2 }),
    tcp(A, B, { flags: 'A', seq: 2, ack: 2 }),
    tcp(A, B, { flags: 'S', seq: 77 }),
  ),
  packetList(
    frames.six,
    quotes(1, frames.six.slice(14)),
    quotes(3, [0x60, ...new Array<number>(50).fill(0)]),
    ethernet(0x86dd, ip6(self, self, 17, [0, 9, 0, 9, 0, 9, 0, 0, 1])),
    ethernet(0x86dd, ip6(self, self, 58, [128, 0, 0, 0, 0, 0, 0, 0])),
  ),
  packetList(
    ...Array.from({ length: 12 }, (_, i) => udp('10.0.0.1:1000', '10.0.0.2:2000', new Array<number>(i * 9).fill(i))),
  ),
  packetList(
    over4(17, [8, 104, 8, 104, 0, 60, 0, 0, ...hex('30ff003c00000001'), ...frames.dns.slice(14)]),
    over4(17, [8, 104, 8, 104, 0, 60, 0, 0, ...hex('3001000400000001'), 0, 0, 0, 0]),
  ),
];

// Sections of both orders with the blocks that carry more than packets: names, secrets, statistics, simple packets,
// comments.
export const sections = [true, false].map((little) => {
  const word = (n: number): number[] => {
    const b = [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
    return little ? b.reverse() : b;
  };
  const half = (n: number): number[] => (little ? [n & 255, n >> 8] : [n >> 8, n & 255]);
  const option = (code: number, bytes: readonly number[]): number[] => [
    ...half(code),
    ...half(bytes.length),
    ...bytes,
    ...new Array<number>((4 - (bytes.length % 4)) % 4).fill(0),
  ];
  const options = [
    ...option(2, [101, 116, 104, 48]),
    ...option(9, [9]),
    ...option(11, [0, 105, 112]),
    ...option(14, word(0).concat(word(5))),
    ...option(1, [104, 105]),
    ...option(0, []),
  ];
  return Uint8Array.from([
    ...sectionHeader(little),
    ...interfaceBlock(1, options, little),
    ...enhancedPacket(0, 0, 5, frames.tcp, little),
    ...block(
      4,
      [
        ...half(1),
        ...half(8),
        10,
        0,
        0,
        1,
        97,
        46,
        98,
        0,
        ...half(2),
        ...half(18),
        ...new Array<number>(16).fill(1),
        99,
        0,
        0,
        0,
        ...half(0),
        ...half(0),
      ],
      little,
    ),
    ...block(10, [...word(0x544c534b), ...word(4), 65, 66, 67, 10], little),
    ...block(
      5,
      [
        ...word(0),
        ...word(1),
        ...word(2),
        ...option(4, [...word(0), ...word(9)]),
        ...option(5, [...word(0), ...word(3)]),
        ...option(7, [...word(0), ...word(3)]),
        ...option(0, []),
      ],
      little,
    ),
    ...block(3, [...word(frames.tcp.length), ...frames.tcp], little),
    ...block(0xbad, [1, 2, 3, 4], little),
    ...block(
      2,
      [...half(0), ...half(1), ...word(0), ...word(9), ...word(20), ...word(60), ...frames.tcp.slice(0, 20)],
      little,
    ),
  ]);
});

/** One packet each in snoop, Network Monitor 1 and 2, ERF, and pcap with the record headers of Red Hat 6.1. */
export function otherFiles(frame: readonly number[]): Uint8Array[] {
  const big = (n: number): number[] => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
  const little = (n: number): number[] => big(n).reverse();
  const size = frame.length;
  const zeros = (n: number): number[] => new Array<number>(n).fill(0);
  const record = [...big(size), ...big(size), ...big(24 + size), ...big(0), ...big(1_700_000_000), ...big(5)];
  const snoop = [...Buffer.from('snoop\0\0\0'), ...big(2), ...big(4), ...record, ...frame];
  const date = [0xe7, 7, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  const table = (bytes: number): number[] => [...little(128 + bytes), ...little(4), ...zeros(96)];
  const old = [...Buffer.from('RTSS'), 1, 1, 1, 0, ...date, ...table(8 + size)];
  const netmon1 = [...old, ...little(7), size & 255, size >> 8, size & 255, size >> 8, ...frame, ...little(128)];
  const recent = [...Buffer.from('GMBU'), 0, 2, 1, 0, ...date, ...table(16 + size)];
  const netmon2 = [...recent, ...little(7), ...little(0), ...little(size), ...little(size), ...frame, ...little(128)];
  const length = 18 + size;
  const erf = [
    ...little(0),
    ...little(1_700_000_000),
    2,
    4,
    length >> 8,
    length & 255,
    0,
    0,
    size >> 8,
    size & 255,
    0,
    0,
    ...frame,
  ];
  const header = [...little(0xa1b2c3d4), 2, 0, 4, 0, ...zeros(8), ...little(65_535), ...little(1)];
  const redHat = [
    ...header,
    ...little(1_700_000_000),
    ...little(1),
    ...little(size),
    ...little(size),
    2,
    0,
    0,
    0,
    8,
    0,
    4,
    0,
    ...frame,
  ];
  return [snoop, netmon1, netmon2, erf, redHat].map((bytes) => Uint8Array.from(bytes));
}
