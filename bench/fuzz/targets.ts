// One target a decoder: an input goes into it as the wire would bring it. Modules come from a build, so that a damaged copy can be tried too.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Decode from '../../engine/decode/index.ts';
import type * as Certificates from '../../engine/protocols/certificate.ts';
import type * as Dcerpc from '../../engine/protocols/dcerpc.ts';
import type * as Dns from '../../engine/protocols/dns.ts';
import type * as DnsStreamModule from '../../engine/protocols/dns-stream.ts';
import type * as Dtls from '../../engine/protocols/dtls.ts';
import type * as FactsModule from '../../engine/protocols/facts.ts';
import type * as Flow from '../../engine/flow/index.ts';
import type * as Framing from '../../engine/protocols/framing.ts';
import type * as HelloParts from '../../engine/protocols/hello-parts.ts';
import type * as Http from '../../engine/protocols/http.ts';
import type * as HttpStreamModule from '../../engine/protocols/http-stream.ts';
import type * as Info from '../../engine/protocols/info.ts';
import type * as InspectorModule from '../../engine/protocols/inspector.ts';
import type * as OpeningModule from '../../engine/protocols/opening.ts';
import type * as Ports from '../../engine/protocols/ports.ts';
import type * as Quic from '../../engine/protocols/quic.ts';
import type * as Recognise from '../../engine/protocols/recognise.ts';
import type * as Ssh from '../../engine/protocols/ssh.ts';
import type * as StreamModule from '../../engine/protocols/stream.ts';
import type * as Handshake from '../../engine/protocols/tls-handshake.ts';
import type * as Read from '../../engine/read/index.ts';
import type * as Session from '../../engine/session/index.ts';
import {
  block,
  clientHello,
  enhancedPacket,
  ethernet,
  interfaceBlock,
  ip4,
  ip6,
  packetsOf,
  pcap,
  sectionHeader,
  tcp,
  testRandom,
  udp,
} from '../../engine/testing/packets.ts';
import { randomRadiotap, WRAPPERS } from '../../engine/testing/wrappers.ts';
import { quicInitial } from '../../engine/testing/quic.ts';
import {
  AGAIN,
  CERTIFICATES,
  CONVERSATIONS,
  CUT,
  DTLS_HELLO,
  FIN,
  GAP,
  hex,
  latin,
  QUIC_VERSIONS,
  REPLY,
  talk,
} from './conversations.ts';
import { strictBytes } from './strict.ts';
import { filterTargets } from './filters.ts';
import { textTargets } from './texts.ts';

export interface Target {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  readonly words: readonly Uint8Array[];
  readonly limit: number;
  run(data: Uint8Array): void;
}

const latinOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const words = (...all: (string | Uint8Array)[]): Uint8Array[] => all.map((w) => (typeof w === 'string' ? latin(w) : w));

/** A server's flight: hello, certificate (not a real one), done. */
const SERVER_FLIGHT = hex(
  `16030300310200002d0303${'11'.repeat(32)}00c02f00000500170000160303001c0b000018000015000012${'30'.repeat(18)}16030300040e000000`,
);
const DNS_ANSWER = hex(
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
const SSH_OPENING = Uint8Array.from([
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
const HTTP_TALK = latin(
  'POST /a?b HTTP/1.1\r\nHost: x\r\nUser-Agent: y\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n4\r\nWiki\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n',
);

/** A client's QUIC Initial around frames: random bytes would never get behind the tag. */
function sealed(frames: Uint8Array, version = 0): Uint8Array {
  return quicInitial(
    Buffer.concat([frames, new Uint8Array(Math.max(0, 24 - frames.length))]),
    QUIC_VERSIONS[version % QUIC_VERSIONS.length],
  );
}

/** Packets of a flow-level input: each has a length of two octets before it. */
function packetList(...frames: (readonly number[])[]): Uint8Array {
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
const linkOf = (byte: number): number =>
  byte > 255 - MORE_LINKS.length ? MORE_LINKS[255 - byte]! : LINKS[byte % LINKS.length]!;
const byteOf = (link: number): number =>
  MORE_LINKS.includes(link) ? 255 - MORE_LINKS.indexOf(link) : LINKS.indexOf(link);

/** @param dist folder of a build */
export async function loadTargets(dist: string): Promise<Target[]> {
  const load = <T>(file: string): Promise<T> =>
    import(pathToFileURL(join(dist, 'engine', `${file}.js`)).href) as Promise<T>;
  const read = await load<typeof Read>('read/index');
  const decode = await load<typeof Decode>('decode/index');
  const session = await load<typeof Session>('session/index');
  const handshake = await load<typeof Handshake>('protocols/tls-handshake');
  const facts = await load<typeof FactsModule>('protocols/facts');
  const parts = await load<typeof HelloParts>('protocols/hello-parts');
  const certificates = await load<typeof Certificates>('protocols/certificate');
  const dtls = await load<typeof Dtls>('protocols/dtls');
  const quic = await load<typeof Quic>('protocols/quic');
  const dns = await load<typeof Dns>('protocols/dns');
  const { DnsStream } = await load<typeof DnsStreamModule>('protocols/dns-stream');
  const opening = await load<typeof OpeningModule>('protocols/opening');
  const http = await load<typeof Http>('protocols/http');
  const { HttpStream } = await load<typeof HttpStreamModule>('protocols/http-stream');
  const ssh = await load<typeof Ssh>('protocols/ssh');
  const dcerpc = await load<typeof Dcerpc>('protocols/dcerpc');
  const recognise = await load<typeof Recognise>('protocols/recognise');
  const framing = await load<typeof Framing>('protocols/framing');
  const { StreamState, walkFrames } = await load<typeof StreamModule>('protocols/stream');
  const info = await load<typeof Info>('protocols/info');
  const flow = await load<typeof Flow>('flow/index');
  const { Inspector } = await load<typeof InspectorModule>('protocols/inspector');
  const ports = await load<typeof Ports>('protocols/ports');
  const framings = [framing.TLS_FRAMING, ...framing.FRAMINGS.values()];
  const hello = clientHello('fuzz.example.test');
  const frames = {
    tcp: tcp(A, B, { flags: 'S', options: [2, 4, 5, 180, 3, 3, 7, 4, 2, 1, 1, 1] }),
    hello: tcp(A, B, { flags: 'PA', seq: 1, data: hello }),
    server: tcp(B, A, { flags: 'PA', seq: 1, data: SERVER_FLIGHT }),
    dns: udp('10.0.0.1:53', '10.0.0.2:53', DNS_ANSWER),
    http: tcp(A, '10.0.0.2:80', { flags: 'PA', seq: 1, data: HTTP_TALK }),
    six: tcp('[fe80::1]:1', '[fe80::2]:2', { flags: 'S' }),
  };

  // What follows a link layer's own header, at every place where one may end; and tunnels over UDP.
  const inner = frames.tcp.slice(14);
  const linked = [...LINKS, ...MORE_LINKS].flatMap((link) =>
    [0, 2, 4, 8, 10, 12, 14, 16, 20, 24, 32, 40, 44].map((before) =>
      Uint8Array.from([byteOf(link), ...new Array<number>(before).fill(0), ...(before % 4 === 0 ? inner : frames.tcp)]),
    ),
  );
  const over = (port: number, head: string, rest: readonly number[]): Uint8Array =>
    Uint8Array.from([0, ...udp('10.0.0.1:5000', `10.0.0.2:${port}`, [...hex(head), ...rest])]);
  const tapRandom = testRandom(7);
  const taps = Array.from({ length: 12 }, () => Uint8Array.from([byteOf(127), ...randomRadiotap(tapRandom)]));
  const wrapped = [...WRAPPERS.map((w) => Uint8Array.from([byteOf(w.link), ...w.bytes])), ...taps];
  const tunnels = [
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
  const odd = [
    snap('00e02b00bb'),
    snap('080007809b'),
    snap('0080c20001'),
    snap('0080c20007'),
    over4(132, [...hex('0b590b5900000000000000000003002000000001000000000000000300000000'), 1, 2]),
    over4(132, [...hex(`0b590b590000000000000000${'00'.repeat(8)}`)]),
    over4(47, [...hex('2081880b0004000100000000'), 0xff, 3, 0, 0x21, ...frames.tcp.slice(14)]),
    over4(47, [...hex('3001880b000400010000000000000000'), 0xff, 3, 0, 0x21, ...frames.tcp.slice(14)]),
  ];
  // What only several packets show: fragments, a TFTP answer from another port, a segment that comes again, keep-alives, quoted packets.
  const fragment = (offset: number, rest: readonly number[], protocol = 17): number[] =>
    ethernet(0x0800, ip4(HOSTS[0], HOSTS[1], protocol, rest, { fragment: offset }));
  const quotes = (type: number, inner: readonly number[]): number[] =>
    ethernet(
      0x86dd,
      ip6(new Array<number>(16).fill(1), new Array<number>(16).fill(2), 58, [type, 0, 0, 0, 0, 0, 0, 0, ...inner]),
    );
  const self = new Array<number>(16).fill(3);
  const flowSeeds = [
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

  // Sections of both orders with the blocks that carry more than packets: names, secrets, statistics, simple packets, comments.
  const sections = [true, false].map((little) => {
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

  const analyse = (data: Uint8Array, link: number, cut: boolean): void => {
    const a = new session.Analysis({ completed: () => undefined }, { keepPackets: true, openFlows: 16 });
    for (let p = 0, n = 0; p + 2 <= data.length && n < 40; n++) {
      const size = Math.min((data[p]! << 8) | data[p + 1]!, data.length - p - 2);
      const { bytes, at } = strictBytes(data.subarray(p + 2, p + 2 + size));
      a.packet(bytes, at, size, cut ? size + 7 : size, 1_700_000_000 + n, n * 1000, link, n);
      p += 2 + size;
    }
    a.finish();
  };

  /** Segments of one flow into the inspector, as the flow table would bring them. */
  const inspect = (data: Uint8Array): void => {
    if (data.length < 3) return;
    const columns = new flow.FlowColumns();
    const row = columns.add();
    const inspector = new Inspector(columns);
    inspector.factsOnly = (data[0]! & 2) !== 0;
    const l = new decode.Layers();
    const udpFlow = (data[0]! & 1) === 1;
    const port = (data[1]! << 8) | data[2]!;
    l.net = decode.NET_IP4;
    l.ipProtocol = udpFlow ? decode.IPPROTO_UDP : decode.IPPROTO_TCP;
    l.protocol = udpFlow ? decode.P.UDP : decode.P.TCP;
    l.hasPorts = true;
    columns.initiatorPort[row] = 40_000;
    columns.responderPort[row] = port;
    inspector.began(0, row, null);
    const next = [1000, 5000];
    for (let p = 3, n = 0; p + 3 <= data.length && n < 24; n++) {
      const odd = data[p]!;
      const dir = odd & REPLY;
      const size = Math.min((data[p + 1]! << 8) | data[p + 2]!, data.length - p - 3);
      const { bytes, at } = strictBytes(data.subarray(p + 3, p + 3 + size));
      l.sourcePort = dir === 0 ? 40_000 : port;
      l.destinationPort = dir === 0 ? port : 40_000;
      l.payloadAt = at;
      l.payloadLength = size;
      l.payloadWire = size + (odd & CUT ? (odd >> 5) << 3 || 9 : 0);
      l.tcpFlags = odd & FIN ? 1 : 0;
      l.ahead = odd & GAP ? 7 : odd & AGAIN ? -Math.min(size, 5) : 0;
      l.tcpSequence = (next[dir]! + l.ahead) >>> 0;
      l.payloadNumber = n + 1;
      next[dir] = l.tcpSequence + l.payloadWire;
      inspector.inspect(0, dir, l, bytes, 1_700_000_000 + n, n);
      p += 3 + size;
    }
    inspector.seal(0);
    inspector.release(0);
  };
  const registered = (table: Uint16Array): number[] => [
    ...new Map([...table.entries()].filter(([, id]) => id !== 0).map(([port, id]) => [id, port])).values(),
  ];
  const conversations = [
    ...CONVERSATIONS,
    talk(false, 443, [0, hello], [REPLY, SERVER_FLIGHT]),
    talk(
      false,
      443,
      [0, hello.slice(0, 40)],
      [0, hello.slice(40)],
      [REPLY, SERVER_FLIGHT.slice(0, 50)],
      [REPLY, SERVER_FLIGHT.slice(50)],
      [0, hex('15030300020228')],
    ),
    talk(false, 9999, [0, hello], [REPLY | GAP, SERVER_FLIGHT], [REPLY | AGAIN, SERVER_FLIGHT]),
    talk(
      false,
      80,
      [0, HTTP_TALK],
      [REPLY, latin('HTTP/1.1 101 x\r\nUpgrade: websocket\r\n\r\n')],
      [REPLY, hex('8105')],
    ),
    talk(
      false,
      8080,
      [0, HTTP_TALK],
      [REPLY, latin('HTTP/1.1 200 x\r\nContent-Type: text/xml\r\n\r\nabc')],
      [REPLY | FIN, new Uint8Array(0)],
    ),
    talk(
      false,
      80,
      [0, HTTP_TALK],
      [REPLY, latin('HTTP/1.1 200 x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}')],
      [REPLY, latin('HTTP/1.1 200 x\r\nContent-Type: application/ocsp-response\r\nContent-Length: 2\r\n\r\n{}')],
    ),
    talk(false, 22, [0, SSH_OPENING], [REPLY, SSH_OPENING]),
    talk(false, 53, [0, Uint8Array.from([0, DNS_ANSWER.length, ...DNS_ANSWER])]),
    talk(true, 53, [0, DNS_ANSWER], [REPLY, DNS_ANSWER]),
    talk(true, 443, [0, sealed(Uint8Array.from([6, 0, hello.length - 5, ...hello.subarray(5)]))]),
    talk(true, 4433, [0, DTLS_HELLO]),
    talk(true, 69, [0, hex('000161006f0000')], [REPLY, hex('00030001')]),
    talk(true, 3478, [0, hex('000100002112a442000000000000000000000000')], [0, DTLS_HELLO]),
    // First segments of a byte or two, holes before them, lengths apart.
    ...[443, 9999].map((port) =>
      talk(
        false,
        port,
        [0, hello.slice(0, 1)],
        [0, hello.slice(1, 3)],
        [0, hello.slice(3)],
        [REPLY, SERVER_FLIGHT.slice(0, 2)],
        [REPLY, SERVER_FLIGHT.slice(2)],
      ),
    ),
    talk(false, 9999, [GAP, hello.slice(7)], [AGAIN, hello.slice(0, 7)], [0, hello]),
    talk(false, 80, [0, HTTP_TALK.slice(0, 1)], [0, HTTP_TALK.slice(1, 9)], [GAP, HTTP_TALK.slice(9)]),
    talk(false, 50_051, [0, latin('P')], [0, latin('RI * HTTP/2.0\r\n\r\nSM\r\n\r\n')]),
    talk(false, 2525, [0, latin('22')], [0, latin('0 x ESMTP\r\n')]),
    ...[53, 5300].map((port) =>
      talk(
        false,
        port,
        [0, Uint8Array.of(0)],
        [0, Uint8Array.of(DNS_ANSWER.length)],
        [0, DNS_ANSWER.slice(0, 20)],
        [0, Uint8Array.from([...DNS_ANSWER.slice(20), 0, 29, 0])],
        [GAP, DNS_ANSWER],
        [AGAIN, DNS_ANSWER],
      ),
    ),
    ...registered(ports.tcpPorts).map((port) =>
      talk(false, port, [0, latin('A'.repeat(40))], [REPLY, new Uint8Array(40)]),
    ),
    ...registered(ports.udpPorts).map((port) =>
      talk(true, port, [0, new Uint8Array(60)], [REPLY, latin('0'.repeat(260))]),
    ),
  ];

  return [
    {
      name: 'inspect',
      limit: 2_048,
      seeds: conversations,
      words: words(
        hex('01bb'),
        hex('0050'),
        hex('160301'),
        hex('0500'),
        'HTTP/1.1 ',
        'GET / HTTP/1.1\r\n',
        '<?xml',
        'application/sdp',
        '\\MAILSLOT\\BROWSE',
        '\\MAILSLOT\\NET\\',
        hex('2112a442'),
        'SIP/2.0 ',
        hex('63825363'),
        hex('fefd'),
      ),
      run: inspect,
    },
    {
      name: 'tls',
      limit: 2_048,
      seeds: [hello, SERVER_FLIGHT, hello.slice(0, 60)],
      words: words(
        hex('1603010200'),
        hex('0b'),
        hex('002b0003020304'),
        hex('00100005000302683229'.slice(0, 18)),
        hex('140303000101'),
        hex('15030300020228'),
      ),
      run: (data) => {
        const { bytes, at, end } = strictBytes(data.subarray(1));
        const tls = facts.noTls();
        handshake.readHandshake(bytes, at, end, tls, ((data[0] ?? 0) & 1) === 1);
        handshake.opensHandshake(bytes, at, end - at);
        handshake.secondHello(bytes, at, end);
        handshake.opensCertificate(bytes, at, end);
        handshake.plainAlert(bytes, at, end);
        // Messages are read from a buffer that records are merged in, where a neighbour is the message before: here they stand alone.
        const messages = strictBytes(data.subarray(6), 0);
        handshake.readMessages(messages.bytes, messages.end, 0x0301, facts.noTls(), true, 't');
      },
    },
    {
      name: 'hello-parts',
      limit: 1_024,
      seeds: [hello, SERVER_FLIGHT],
      words: words(hex('160301'), hex('0010')),
      run: (data) => {
        const { bytes } = strictBytes(data, 0);
        for (const server of [false, true])
          for (const part of ['whole', 'version', 'session', 'suites', 'extensions', 0, 16] as const)
            parts.helloPart(bytes, server, part);
      },
    },
    {
      name: 'certificate',
      limit: 1_024,
      seeds: [...CERTIFICATES, hex('3082010a0282'), hex(`3030${'3016'.repeat(12)}`)],
      words: words(hex('3082'), hex('a003020102'), hex('06035504030c')),
      run: (data) => {
        const facts = certificates.certificateFacts(data);
        if (facts !== null)
          for (const name of ['a.fuzz.test', 'x.a.fuzz.test', 'r', latinOf(data.subarray(0, 20))])
            certificates.certificateCovers(facts, name);
      },
    },
    {
      name: 'dtls',
      limit: 1_500,
      seeds: [DTLS_HELLO],
      words: words(hex('16fefd0000'), hex('010000')),
      run: (data) => {
        const h = new dtls.DtlsHandshake();
        const tls = facts.noTls();
        const { bytes, at, end } = strictBytes(data);
        for (const dir of [0, 1, 0])
          h.datagram(dir, bytes, at, end, (type, version, body) => {
            const strict = strictBytes(body);
            if (type === 1) handshake.takeClientHello(strict.bytes, strict.at, strict.end, version, tls, 'd');
            else if (type === 2) handshake.takeServerHello(strict.bytes, strict.at, strict.end, tls);
            else handshake.takeCertificates(strict.bytes, strict.at, strict.end, tls, true);
          });
      },
    },
    {
      name: 'quic-header',
      limit: 1_400,
      seeds: [sealed(hex('0600'))],
      words: words(hex('c300000001'), hex('6b3343cf'), hex('ff00001d'), hex('0a0a0a0a')),
      run: (data) => {
        const h = new quic.QuicHandshake();
        const { bytes, at, end } = strictBytes(data);
        h.datagram(0, bytes, at, end);
        h.datagram(1, bytes, at, end);
        h.beginsAnew(0, bytes, at, end);
      },
    },
    {
      name: 'quic-frames',
      limit: 1_200,
      seeds: [
        Uint8Array.from([0, 6, 0, hello.length - 5, ...hello.subarray(5)]),
        hex('0002000000000600'),
        hex('0342000000000800'),
      ],
      words: words(hex('0600'), hex('0300'), hex('40ff')),
      run: (data) => {
        const h = new quic.QuicHandshake();
        const packet = sealed(data.subarray(1), data[0]);
        h.datagram(0, packet, 0, packet.length);
        const crypto = strictBytes(h.streams[0].data, 0);
        handshake.readMessages(crypto.bytes, crypto.end, 0, facts.noTls(), false, 'q');
      },
    },
    {
      name: 'dns',
      limit: 1_024,
      seeds: [DNS_ANSWER, hex('0001010000010000000000000000010001')],
      words: words(hex('c00c'), hex('00010001'), hex('001c0001'), hex('3f')),
      run: (data) => {
        const { bytes, at, end } = strictBytes(data);
        const m = dns.parseDns(bytes, at, end);
        if (m !== null)
          dns.eachAddress(bytes, at, end, m, (from, size) => {
            for (let i = 0; i < size; i++) void bytes[from + i];
          });
      },
    },
    {
      name: 'dns-stream',
      limit: 1_024,
      seeds: [
        Uint8Array.from([7, 0, DNS_ANSWER.length, ...DNS_ANSWER, 0, DNS_ANSWER.length, ...DNS_ANSWER]),
        hex('010000000c0001010000010000'),
        hex('02ffff000180000001'),
      ],
      words: words(hex('000c'), hex('0100'), hex('ffff')),
      run: (data) => {
        const stream = new DnsStream(1);
        const message = (b: Uint8Array, from: number, to: number): void => {
          if (from < 0 || to > b.length || from >= to) throw new Error(`message at ${from} to ${to} of ${b.length}`);
          const strict = strictBytes(b.subarray(from, to));
          dns.parseDns(strict.bytes, strict.at, strict.end);
        };
        // Segments of the input's own sizes; one in four comes after the next, one in eight was cut.
        let late: [number, Uint8Array] | null = null;
        for (let p = 0, n = 0; p < data.length && n < 64; n++) {
          const odd = data[(n * 7) % data.length]!;
          const part = data.subarray(p, Math.min(data.length, p + 1 + (odd % 61)));
          const take = (at: number, b: Uint8Array): void => {
            const strict = strictBytes(b);
            stream.take(1 + at, strict.bytes, strict.at, strict.end, b.length + (odd >> 5 === 7 ? odd : 0), message);
          };
          if (odd % 4 === 0 && late === null) late = [p, part];
          else {
            take(p, part);
            if (late !== null) take(...late);
            late = null;
          }
          p += part.length;
        }
        stream.flush(message);
        if (stream.held > 32_768) throw new Error(`${stream.held} bytes held`);
      },
    },
    {
      name: 'opening',
      limit: 1_200,
      seeds: [
        hello,
        HTTP_TALK,
        latin('PRI * HTTP/2.0'),
        latin('SSH-2'),
        latin('220 x'),
        hex('0300000b06'),
        hex('001d0000010000010000'),
        hex('10'),
        hex('16030100010116030100'),
      ],
      words: words(hex('1603010001'), 'HTTP/', 'GET ', '220 ', '+OK', hex('0038')),
      run: (data) => {
        const whole = strictBytes(data);
        if (data.length === 0) return;
        opening.mayBeShort(whole.bytes, whole.at, whole.end);
        opening.mayOpenTls(whole.bytes, whole.at, whole.end);
        for (const size of [1, 2, 5, data.length >> 1, data.length]) {
          const { bytes, at, end } = strictBytes(data.subarray(0, Math.max(1, size)));
          opening.told(bytes, at, end, recognise.noHints());
        }
      },
    },
    {
      name: 'http',
      limit: 2_048,
      seeds: [HTTP_TALK, latin('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 304 x\n\n')],
      words: words(
        'HTTP/1.1 ',
        'Content-Length: ',
        'Transfer-Encoding: chunked\r\n',
        '\r\n\r\n',
        'ffffffff\r\n',
        'GET ',
      ),
      run: (data) => {
        const stream = new HttpStream();
        // Segments of the input are as long as its own bytes say.
        for (let p = 0, n = 0; p < data.length && n < 64; n++) {
          const size = Math.min(data.length - p, 1 + (data[(n * 7) % data.length]! % 97));
          const { bytes, at, end } = strictBytes(data.subarray(p, p + size));
          stream.take(bytes, at, end, size, () => undefined);
          p += size;
        }
        const whole = strictBytes(data);
        http.looksLikeHttp(whole.bytes, whole.at, data.length);
        http.parseHttp(whole.bytes, whole.at, whole.end);
      },
    },
    {
      name: 'ssh',
      limit: 1_024,
      seeds: [SSH_OPENING, latin('SSH-1.5-x\n'), latin('hello\r\nSSH-2.0-y\r\n')],
      words: words('SSH-2.0-', '\r\n', hex('00000010'), hex('14')),
      run: (data) => {
        const side = ssh.noSsh();
        for (const size of [Math.floor(data.length / 2), data.length]) {
          const { bytes, at, end } = strictBytes(data.subarray(0, size));
          const need = ssh.readSsh(bytes, at, end, side, (data[0]! & 1) === 1);
          if (!Number.isFinite(need) || need < 0 || (need > 0 && need <= size))
            throw new Error(`${need} bytes asked for, ${size} there`);
        }
      },
    },
    {
      name: 'dcerpc',
      limit: 1_024,
      seeds: [
        hex(
          '05000b03100000004800000001000000b810b8100000000001000000000001000883afe11f5dc91191a408002b14a0fa03000000045d888aeb1cc9119fe808002b10486002000000',
        ),
        hex('fe534d4240000000' + '00'.repeat(120)),
      ],
      words: words(hex('05000b'), hex('050000')),
      run: (data) => {
        const contexts = new dcerpc.DcerpcContexts();
        const { bytes, at, end } = strictBytes(data);
        if (dcerpc.isDcerpc(bytes, at, end)) {
          contexts.name(bytes, at, end);
          contexts.name(bytes, at, end);
        }
        dcerpc.pipeData(bytes, at, end);
      },
    },
    {
      name: 'recognise',
      limit: 600,
      seeds: [
        hello,
        DNS_ANSWER,
        HTTP_TALK,
        latin('220 x ftp\r\n'),
        hex('101000044d51545404'),
        hex('0300000b06e00000000000'),
        hex(`e3${'00'.repeat(47)}`),
        hex('800000010000000101020304'),
        hex('d1000000'),
        latin('d1:ad2:id20:'),
      ],
      words: words(
        'SSH-',
        '+OK',
        '* OK',
        '220 ',
        hex('2112a442'),
        hex('63825363'),
        hex('fe534d42'),
        'MQTT',
        hex('c000000001'),
      ),
      run: (data) => {
        const h = recognise.noHints();
        const udpHints = recognise.noHints();
        for (const part of [data, data.subarray(data.length >> 1)]) {
          const { bytes, at, end } = strictBytes(part);
          // Of some packets more was sent than the snap length kept.
          const sent = part.length + (data.length % 3 === 0 ? 40 - (part.length & 31) : 0);
          recognise.recogniseTcp(bytes, at, end, sent, h);
          recognise.recogniseUdp(bytes, at, end, sent, data.length & 1, udpHints);
        }
      },
    },
    {
      name: 'framing',
      limit: 600,
      seeds: [hello, hex('0000002cff534d42'), hex('300c02010160070201030400'), hex('10100004')],
      words: words(hex('00000004'), hex('ffff')),
      run: (data) => {
        const f = framings[(data[0] ?? 0) % framings.length]!;
        const stream = new StreamState();
        for (let p = 1, n = 0; p < data.length && n < 32; n++) {
          const size = Math.min(data.length - p, 1 + (data[(n * 5) % data.length]! % 61));
          const { bytes, at, end } = strictBytes(data.subarray(p, p + size));
          const walked = walkFrames(stream, f, bytes, at, end, size);
          if (walked.firstAt >= 0 && f.name) f.name(bytes, walked.firstAt, end);
          p += size;
        }
      },
    },
    {
      name: 'link',
      limit: 400,
      seeds: [
        ...Object.values(frames).map((f) => Uint8Array.from([0, ...f])),
        ...linked,
        ...tunnels,
        ...wrapped,
        ...odd.map((f) => Uint8Array.from([0, ...f])),
      ],
      words: words(hex('0800'), hex('86dd'), hex('8100'), hex('8847'), hex('45000028'), hex('6000000000'), hex('2f')),
      run: (data) => {
        const { bytes, at, end } = strictBytes(data.subarray(1));
        // Of some packets more was sent than the snap length kept.
        const sent = end - at + (data.length % 3 === 0 ? 1_400 : 0);
        const l = new decode.PacketDecoder().decode(bytes, at, end - at, linkOf(data[0] ?? 0), sent);
        for (const protocol of ['TCP', 'TLSv1.2', 'DNS', 'HTTP', 'UDP', 'ARP', 'SSDP', 'SIP'])
          info.packetInfo(l, bytes, protocol);
      },
    },
    {
      name: 'flows',
      limit: 1_200,
      seeds: [
        packetList(frames.tcp, frames.hello, frames.server),
        packetList(frames.dns, frames.tcp),
        packetList(frames.http, frames.http),
        packetList(udp('10.0.0.1:1', '10.0.0.2:443', sealed(hex('0600')))),
        ...flowSeeds,
      ],
      words: words(hex('0800'), hex('0035'), hex('01bb'), hex('160301')),
      run: (data) => analyse(data, 1, (data.length & 1) === 1),
    },
    {
      name: 'files',
      limit: 1_024,
      seeds: [
        pcap(packetsOf([frames.tcp, frames.six])),
        Uint8Array.from([...sectionHeader(), ...interfaceBlock(1), ...enhancedPacket(0, 0, 5, frames.tcp)]),
        ...sections,
        hex('4e65744d6f6e0000'),
        hex('00000000'),
        hex('1c0001ac00000000'),
        hex('ac01001c00000000'),
        ...otherFiles(frames.tcp),
        ...[true, false].flatMap((little) =>
          [true, false].map((nano) => pcap(packetsOf([frames.tcp]), { little, nano })),
        ),
        ...[6, 3, 2, 10, 5, 4].map((kind) =>
          Uint8Array.from([...sectionHeader(), ...interfaceBlock(1), ...block(kind, kind === 3 ? [] : [1, 2, 3, 4])]),
        ),
      ],
      words: words(
        'snoop\0\0\0',
        'GMBU',
        'RTSS',
        hex('a1b2cd34'),
        hex('0a0d0d0a'),
        hex('4d3c2b1a'),
        hex('06000000'),
        hex('05000000'),
        hex('ffffffff'),
      ),
      run: (data) => {
        const stream = new read.CaptureStream({
          packet: (buf, off, cap) => {
            if (off < 0 || off + cap > buf.length)
              throw new Error(`packet at ${off} with ${cap} bytes in ${buf.length}`);
          },
        });
        const half = data.length >> 1;
        stream.push(data.subarray(0, half));
        stream.push(data.subarray(half));
        stream.settle();
        stream.ending();
      },
    },
    ...(await textTargets(dist)),
    ...(await filterTargets(dist)),
  ];
}

/** One packet each in snoop, Network Monitor 1 and 2, ERF, and pcap with the record headers of Red Hat 6.1. */
function otherFiles(frame: readonly number[]): Uint8Array[] {
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
