// Conversations into the observer, segment by segment: what evidence needs of payloads. Each is heard twice in one slot:
// nothing of a flow may be left for the next.
import { isDeepStrictEqual } from 'node:util';
import type * as Decode from '../../engine/decode/index.ts';
import type * as Observe from '../../engine/observe/index.ts';
import type * as Protocols from '../../engine/protocols/index.ts';
import { AGAIN, CUT, GAP, hex, latin, REPLY, talk } from './conversations.ts';
import { DNS_ANSWER, hello, HTTP_TALK } from './seeds.ts';
import { strictBytes } from './strict.ts';
import { type Load, type Target, words } from './target.ts';

/** First byte of an input, besides 0 for TCP and 1 for UDP. */
const ICMP = 2;
const DNS = 3;
/** Of a segment's first byte, besides what `talk` knows: it acknowledges all; somebody asks after it. */
const ALL = 64;
const ASKED = 128;
const MAX_SEGMENTS = 48;
/** What one conversation of 2 KiB may hold: no bound of the pool, but no growth beyond what came. */
const MAX_HELD = 65_536;

/** Like `talk`, over something else than TCP and UDP. */
const over = (kind: number, conversation: Uint8Array): Uint8Array =>
  Uint8Array.from([kind, ...conversation.subarray(1)]);

const smb2 = (command: number, response: boolean, body: readonly number[]): Uint8Array => {
  const header = new Array<number>(64).fill(0);
  [0xfe, 0x53, 0x4d, 0x42, 64].forEach((v, i) => (header[i] = v));
  header[12] = command;
  header[16] = response ? 1 : 0;
  header[24] = command;
  header[36] = 9;
  const size = 64 + body.length;
  return Uint8Array.from([0, 0, size >> 8, size & 255, ...header, ...body]);
};
const utf16 = (text: string): number[] => [...Buffer.from(text, 'utf16le')];
const zeros = (count: number): number[] => new Array<number>(count).fill(0);

const BIND = hex(
  '05000b03100000004800000001000000b810b810000000000100000000000100' +
    '81bb7a364498f135ad3298f03800100302000000045d888aeb1cc9119fe808002b10486002000000',
);
const CALL = hex('0500000310000000180000000100000000000000000013000000');
const PROGRAM = latin(`MZ${'\x90'.repeat(76)}This program cannot be run in DOS mode.\r\n`);
const share = utf16('\\\\S\\IPC$');
const pipe = utf16('svcctl');
const SMB = [
  smb2(3, false, [9, 0, 0, 0, 72, 0, share.length, 0, ...share]),
  smb2(3, true, [16, 0, 2, 0, ...zeros(12)]),
  smb2(5, false, [57, 0, ...zeros(42), 120, 0, pipe.length, 0, ...zeros(8), ...pipe]),
  smb2(9, false, [49, 0, 112, 0, BIND.length, ...zeros(43), ...BIND]),
  smb2(11, false, [57, 0, 0, 0, 0x17, 0xc0, 0x11, 0, ...zeros(16), 120, 0, 0, 0, CALL.length, ...zeros(27), ...CALL]),
  smb2(9, false, [49, 0, 112, 0, PROGRAM.length, ...zeros(43), ...PROGRAM]),
];
const smb1 = (command: number, words: readonly number[], bytes: readonly number[]): Uint8Array => {
  const header = [0xff, 0x53, 0x4d, 0x42, command, ...zeros(27)];
  const size = header.length + 3 + words.length + bytes.length;
  const message = [...header, words.length / 2, ...words, bytes.length & 255, bytes.length >> 8, ...bytes];
  return Uint8Array.from([0, 0, size >> 8, size & 255, ...message]);
};
const KERBEROS = hex('7e3e303ca003020105a10302011ea20302010ca3030201');
const LDAP = hex('300c020101600702010304008000');

/** What was observed, as it is now: an observer shows it in objects and bytes that are the next flow's. */
function kept(o: Observe.Observed): Observe.Observed {
  return {
    ...o,
    first: [o.first[0].slice(), o.first[1].slice()],
    payload: [...o.payload],
    firstPacket: [...o.firstPacket],
  };
}

export async function observeTarget(load: Load): Promise<Target> {
  const decode = await load<typeof Decode>('decode/index');
  const { Observer } = await load<typeof Observe>('observe/index');
  const { parseDns } = await load<typeof Protocols>('protocols/index');
  const protocols = [decode.IPPROTO_TCP, decode.IPPROTO_UDP, decode.IPPROTO_ICMP, decode.IPPROTO_UDP];
  const hear = (observer: InstanceType<typeof Observer>, data: Uint8Array): Observe.Observed => {
    const l = new decode.Layers();
    const kind = data[0]! & 3;
    const port = (data[1]! << 8) | data[2]!;
    l.ipProtocol = protocols[kind]!;
    observer.began(0);
    const next = [1_000, 5_000];
    for (let p = 3, n = 0; p + 3 <= data.length && n < MAX_SEGMENTS; n++) {
      const odd = data[p]!;
      const dir = odd & REPLY;
      const size = Math.min((data[p + 1]! << 8) | data[p + 2]!, data.length - p - 3);
      const { bytes, at, end } = strictBytes(data.subarray(p + 3, p + 3 + size));
      l.sourcePort = dir === 0 ? 40_000 : port;
      l.destinationPort = dir === 0 ? port : 40_000;
      l.payloadAt = at;
      l.payloadLength = size;
      l.payloadWire = size + (odd & CUT ? 9 : 0);
      l.tcpFlags = decode.TCP_ACK;
      l.ahead = 0;
      if (odd & GAP) l.ahead = 7;
      else if (odd & AGAIN) l.ahead = -Math.min(size, 5);
      l.tcpSequence = (next[dir]! + l.ahead) >>> 0;
      l.tcpAcknowledgement = odd & ALL ? next[1 - dir]! : 0;
      l.icmpType = odd & REPLY ? 0 : 8;
      // A gap may be filled by the next segment.
      if (!(odd & GAP)) next[dir] = l.tcpSequence + l.payloadWire;
      const seconds = 1_700_000_000 + n;
      if (kind === DNS) {
        const message = parseDns(bytes, at, end);
        if (message !== null) observer.dns(0, message, 0, size, seconds, n);
      } else observer.payload(0, dir, l, bytes, seconds, n);
      if (observer.holds > MAX_HELD) throw new Error(`${observer.holds} bytes are held of ${data.length}`);
      if (odd & ASKED) observer.observed(0);
      p += 3 + size;
    }
    observer.finish(0);
    const observed = kept(observer.observed(0));
    observer.release(0);
    if (observer.holds !== 0) throw new Error(`${observer.holds} bytes are held of nothing`);
    return observed;
  };
  const observe = (data: Uint8Array): void => {
    if (data.length < 3) return;
    const observer = new Observer();
    const first = hear(observer, data);
    if (!isDeepStrictEqual(hear(observer, data), first)) throw new Error('a flow before shows in the next one');
  };
  return {
    name: 'observe',
    limit: 2_048,
    seeds: [
      talk(false, 80, [0, HTTP_TALK], [REPLY, latin('HTTP/1.1 200 x\r\nContent-Length: 2\r\n\r\nok')]),
      talk(
        false,
        80,
        [0, latin('POST /?a=%27+or+1 HTTP/1.1\r\nContent-Length: 14\r\nUser-Agent: sqlmap\r\n\r\n${jndi:ldap://')],
        [REPLY, latin('HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\nA: b\r\n\r\n')],
        [REPLY, latin('HTTP/1.1 200 x\r\nContent-Encoding: gzip\r\n\r\n')],
        [REPLY, hex('1f8b08000000000000034b4c4a06004224413503000000')],
      ),
      talk(false, 80, [0, latin('CONNECT a:1 HTTP/1.1\r\n\r\n')], [REPLY, latin('HTTP/1.1 200 x\r\n\r\n')], [0, hello]),
      talk(
        false,
        80,
        [CUT, latin('GET /a HTTP/1.1\r\nHost: ')],
        [GAP, latin('GET /b HTTP/1.1\r\n\r\n')],
        [ALL | REPLY, PROGRAM],
      ),
      talk(false, 445, ...SMB.map((m, i) => [i === 1 ? REPLY : 0, m] as const)),
      talk(false, 445, [GAP, SMB[0]!.slice(7)], [0, SMB[0]!.slice(0, 7)], [AGAIN, SMB[2]!]),
      talk(
        false,
        445,
        [0, smb1(0x75, [0xff, 0, 0, 0, 0, 0, 1, 0], [0, ...latin('\\\\S\\C$\0A:\0')])],
        [REPLY, smb1(0x75, [], [])],
        [0, smb1(0xa2, zeros(48), [...latin('a.exe\0')])],
        [0, smb1(0x32, [...zeros(28), 0x0e, 0], zeros(4))],
        [REPLY, smb1(0x32, [], [])],
        [0, smb1(0x2f, [...zeros(20), PROGRAM.length, 0, 60, 0], [0, ...PROGRAM])],
        [0, smb1(0x25, [...zeros(22), 40, 0, 68, 0, 0, 0, 0x26, 0, 1, 0], [0, ...BIND])],
      ),
      talk(false, 139, [0, Uint8Array.from([0x81, 0, 0, 4, 1, 2, 3, 4])], [0, SMB[0]!]),
      talk(false, 135, [0, BIND], [0, CALL], [0, CALL.slice(0, 9)], [0, CALL.slice(9)]),
      talk(false, 25, [REPLY, latin('220 x\r\n')], [0, latin('EHLO a\r\nAUTH LOGIN\r\nYWJj\r\nDATA\r\n.\r\nQUIT\r\n')]),
      talk(false, 4_444, [REPLY, latin('id\n')], [ASKED, latin('uid=0(root) gid=0(root)\n')], [REPLY, PROGRAM]),
      talk(false, 3_333, [0, latin('{"method":"mining.subscribe"}\n')]),
      talk(false, 443, [0, hello]),
      talk(false, 88, [0, Uint8Array.from([0, 0, 0, KERBEROS.length, ...KERBEROS])]),
      talk(true, 88, [0, KERBEROS]),
      talk(false, 389, [0, LDAP], [REPLY, LDAP]),
      over(ICMP, talk(false, 0, [0, latin('abcdefgh')], [REPLY, latin('abcdefgh')])),
      over(DNS, talk(true, 53, [0, DNS_ANSWER])),
    ],
    words: words(
      'HTTP/1.1 200 x\r\n',
      'Content-Encoding: deflate\r\n',
      'Transfer-Encoding: chunked\r\n\r\n',
      'HEAD / HTTP/1.1\r\n\r\n',
      '\r\n\r\n',
      hex('fe534d4240000000'),
      hex('ff534d4275'),
      hex('05000b0310000000'),
      hex('0500000310000000'),
      hex('17c01100'),
      'STARTTLS\r\n',
      'This program must be run',
    ),
    run: observe,
  };
}
