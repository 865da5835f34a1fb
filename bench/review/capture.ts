// node bench/review/capture.ts FOLDER: writes what the review's rows are tried on (e2e/review-tables.ts): mixed.pcap with
// a little of every protocol that they name, its key log beside it, and two small databases of places and networks.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { mmdb } from '../../engine/testing/mmdb.ts';
import { ethernet, ip4, packetsOf, pcap, tcp, udp } from '../../engine/testing/packets.ts';
import { httpAnswer, talk } from '../../engine/testing/talk.ts';
import { tlsTalk } from '../../engine/testing/tls-talk.ts';
import { quicTalk } from './quic-talk.ts';

const FOX = 'The quick brown fox. '.repeat(200);
const NTLM = 'TlRMTVNTUAABAAAAB4IIAAAAAAAAAAAAAAAAAAAAAAA=';

const le = (n: number, size: number): number[] => Array.from({ length: size }, (_, i) => (n >>> (8 * i)) & 255);
const zeros = (n: number): number[] => new Array<number>(n).fill(0);
const ascii = (text: string): number[] => [...Buffer.from(text, 'latin1')];
const wide = (text: string): number[] => [...Buffer.from(text, 'utf16le')];

/** A name as DNS has it (RFC 1035, 3.1). */
const dnsName = (name: string): number[] => [...name.split('.').flatMap((l) => [l.length, ...ascii(l)]), 0];

function dns(id: number, name: string, answer: readonly number[] | 'nothing' | null): number[] {
  const flags = answer === null ? [1, 0] : [0x81, answer === 'nothing' ? 0x83 : 0x80];
  const given = answer === null || answer === 'nothing' ? [] : [0xc0, 12, 0, 1, 0, 1, 0, 0, 14, 16, 0, 4, ...answer];
  return [0, id, ...flags, 0, 1, 0, given.length === 0 ? 0 : 1, 0, 0, 0, 0, ...dnsName(name), 0, 1, 0, 1, ...given];
}

/** A message of DHCP (RFC 2131) from a client. */
function dhcp(kind: number): number[] {
  const head = [kind === 2 || kind === 5 ? 2 : 1, 1, 6, 0, 1, 2, 3, 4, ...zeros(20), 2, 0, 0, 0, 0, 1, ...zeros(10)];
  return [...head, ...zeros(192), 0x63, 0x82, 0x53, 0x63, 53, 1, kind, 12, 6, ...ascii('review'), 255];
}

/** A message of SMB 2 (MS-SMB2, 2.2.1) in its frame of TCP. */
function smb2(command: number, answer: boolean, message: number, body: readonly number[]): Uint8Array {
  const head = [0xfe, 0x53, 0x4d, 0x42, ...le(64, 2), 0, 0, ...le(0, 4), ...le(command, 2), 1, 0];
  const rest = [...le(answer ? 1 : 0, 4), ...le(0, 4), ...le(message, 4), ...zeros(8), ...le(5, 4), ...le(7, 4)];
  const all = [...head, ...rest, ...zeros(20), ...body];
  return Uint8Array.from([0, 0, all.length >> 8, all.length & 255, ...all]);
}

/** A file of a share is opened and read (MS-SMB2, 2.2.9, 2.2.13, 2.2.19 and their answers). */
function smbTalk(content: string): number[][] {
  const share = wide('\\\\srv\\files');
  const name = wide('plan.txt');
  const file = [1, ...zeros(7), 2, ...zeros(7)];
  const size = le(content.length, 4);
  const opening = [57, 0, 0, 2, ...le(2, 4), ...zeros(16), ...le(0x120089, 4), ...le(0x80, 4), ...le(7, 4)];
  const opened = [89, 0, 0, 0, ...le(1, 4), ...zeros(32), ...size, ...zeros(4), ...size, ...zeros(4), ...le(0x80, 4)];
  const reading = [49, 0, 80, 0, ...size, ...zeros(8), ...file, ...zeros(17)];
  return talk('10.0.0.1:40010', '10.0.0.8:445', [
    [0, smb2(3, false, 1, [9, 0, 0, 0, ...le(72, 2), ...le(share.length, 2), ...share])],
    [1, smb2(3, true, 1, [16, 0, 1, 0, ...zeros(12)])],
    [
      0,
      smb2(5, false, 2, [
        ...opening,
        ...le(1, 4),
        ...le(64, 4),
        ...le(120, 2),
        ...le(name.length, 2),
        ...zeros(8),
        ...name,
      ]),
    ],
    [1, smb2(5, true, 2, [...opened, ...zeros(4), ...file, ...zeros(8)])],
    [0, smb2(8, false, 3, reading)],
    [1, smb2(8, true, 3, [17, 0, 80, 0, ...size, ...zeros(8), ...ascii(content)])],
  ]);
}

/** Two streams of HTTP/2 without TLS (RFC 9113), of which the second's body is in br. */
function http2(): number[][] {
  const literal = (name: string, value: string): number[] => [
    0,
    name.length,
    ...ascii(name),
    value.length,
    ...ascii(value),
  ];
  const frame = (type: number, flags: number, stream: number, body: ArrayLike<number>): number[] => [
    0,
    body.length >> 8,
    body.length & 255,
    type,
    flags,
    0,
    0,
    0,
    stream,
    ...Array.from(body),
  ];
  const ask = (path: string): number[] => [
    ...literal(':method', 'GET'),
    ...literal(':path', path),
    ...literal(':scheme', 'http'),
    ...literal(':authority', 'h'),
  ];
  const answer = [...literal(':status', '200'), ...literal('content-encoding', 'br')];
  const said = (...frames: number[][]): Uint8Array => Uint8Array.from(frames.flat());
  return talk('10.0.0.1:40003', '10.0.0.2:8080', [
    [0, said(ascii('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0, []))],
    [0, said(frame(1, 5, 1, ask('/one')), frame(1, 5, 3, ask('/three')))],
    [1, said(frame(4, 0, 0, []), frame(1, 4, 1, literal(':status', '200')), frame(0, 1, 1, ascii('first')))],
    [1, said(frame(1, 4, 3, answer), frame(0, 1, 3, brotliCompressSync(Buffer.from(FOX))))],
  ]);
}

const MAIL = 'From: a@review.test\r\nTo: b@review.test\r\nSubject: plan\r\n\r\nthe plan\r\n.\r\n';

function names(): number[][] {
  const arp = (operation: number): number[] =>
    ethernet(0x0806, [0, 1, 8, 0, 6, 4, 0, operation, 2, 0, 0, 0, 0, 1, 10, 0, 0, 1, ...zeros(6), 10, 0, 0, 2]);
  const inner = udp('192.168.7.1:1000', '192.168.7.2:2000', 'inner');
  return [
    arp(1),
    arp(2),
    udp('0.0.0.0:68', '255.255.255.255:67', dhcp(1)),
    udp('10.0.0.254:67', '255.255.255.255:68', dhcp(2)),
    udp('10.0.0.1:3000', '10.0.0.53:53', dns(1, 'fox.test', null)),
    udp('10.0.0.53:53', '10.0.0.1:3000', dns(1, 'fox.test', [10, 0, 0, 2])),
    udp('10.0.0.1:3001', '10.0.0.53:53', dns(2, 'nothing.review.test', null)),
    udp('10.0.0.53:53', '10.0.0.1:3001', dns(2, 'nothing.review.test', 'nothing')),
    ethernet(0x8100, [0, 5, ...udp('10.0.5.1:1000', '10.0.5.2:2000', 'tagged').slice(12)]),
    udp('10.0.0.1:5000', '10.0.0.9:4789', [8, 0, 0, 0, 0, 0, 42, 0, ...inner]),
    udp('10.0.0.9:7', '10.0.0.9:7', 'to itself'),
    ethernet(0x0800, ip4([10, 0, 0, 1], [224, 0, 0, 22], 2, [0x16, 0, 0, 0, 224, 0, 0, 251])),
    ethernet(0x0800, ip4([10, 0, 0, 1], [10, 0, 0, 2], 1, [8, 0, 0, 0, 0, 1, 0, 1, ...zeros(32)])),
    ethernet(0x0800, ip4([10, 0, 0, 2], [10, 0, 0, 1], 1, [0, 0, 0, 0, 0, 1, 0, 1, ...zeros(32)])),
    // A question that is cut in its head: malformed.
    udp('10.0.0.1:3002', '10.0.0.53:53', dns(3, 'cut.test', null).slice(0, 10)),
  ];
}

function small(): number[][] {
  const sip = [
    'OPTIONS sip:b@review.test SIP/2.0',
    'Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1',
    'From: <sip:a@review.test>;tag=1',
    'To: <sip:b@review.test>',
    'Call-ID: 1@10.0.0.1',
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
  ];
  const mqtt = [0x10, 18, 0, 4, ...ascii('MQTT'), 4, 2, 0, 60, 0, 6, ...ascii('review')];
  const kerberos = [0x6a, 9, 0x30, 7, 0xa1, 3, 2, 1, 5, 0xa2, 0];
  return [
    udp('10.0.0.1:5060', '10.0.0.6:5060', [...ascii(`${sip.join('\r\n')}\r\n\r\n`)]),
    udp('10.0.0.1:3010', '10.0.0.7:88', kerberos),
    udp('10.0.0.1:3011', '10.0.0.7:69', [0, 1, ...ascii('boot.cfg'), 0, ...ascii('octet'), 0]),
    udp('10.0.0.7:3511', '10.0.0.1:3011', [0, 3, 0, 1, ...ascii('timeout 5')]),
    udp('10.0.0.1:3011', '10.0.0.7:3511', [0, 4, 0, 1]),
    ...talk('10.0.0.1:40004', '10.0.0.5:1883', [[0, Uint8Array.from(mqtt)]]),
    ...talk('10.0.0.1:40005', '10.0.0.5:502', [[0, Uint8Array.of(0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 2)]]),
    ...talk('10.0.0.1:40006', '10.0.0.4:25', [
      [1, '220 mail.test ESMTP\r\n'],
      [0, 'EHLO review.test\r\n'],
      [1, '250 mail.test\r\n'],
      [0, 'MAIL FROM:<a@review.test>\r\n'],
      [1, '250 ok\r\n'],
      [0, 'RCPT TO:<b@review.test>\r\n'],
      [1, '250 ok\r\n'],
      [0, 'DATA\r\n'],
      [1, '354 go on\r\n'],
      [0, MAIL],
      [1, '250 taken\r\n'],
      [0, 'QUIT\r\n'],
    ]),
    ...talk('10.0.0.1:40007', '10.0.0.4:21', [
      [1, '220 ready\r\n'],
      [0, 'USER guest\r\n'],
      [1, '331 password\r\n'],
      [0, 'PASS secret\r\n'],
      [1, '230 in\r\n'],
      [0, 'PASV\r\n'],
      [1, '227 Entering Passive Mode (10,0,0,4,200,1)\r\n'],
      [0, 'RETR notes.txt\r\n'],
      [1, '150 here\r\n'],
    ]),
    ...talk('10.0.0.1:40008', '10.0.0.4:51201', [[1, 'notes of the review']]),
  ];
}

async function writeMixed(path: string): Promise<void> {
  const page = (coding: string, body: Uint8Array): Uint8Array =>
    httpAnswer(['Content-Type: text/html', `Content-Encoding: ${coding}`], body);
  const secret = await tlsTalk(
    'GET /secret.txt HTTP/1.1\r\nHost: h\r\n\r\n',
    httpAnswer(['Content-Type: text/plain'], Buffer.from('the secret')),
  );
  const web = talk('10.0.0.1:40000', '10.0.0.2:80', [
    [0, 'GET /fox.html HTTP/1.1\r\nHost: Fox.test\r\nUser-Agent: review/1\r\nCookie: id=7\r\n\r\n'],
    [1, page('gzip', gzipSync(FOX))],
    [0, 'GET /fox.br HTTP/1.1\r\nHost: Fox.test\r\n\r\n'],
    [1, page('br', brotliCompressSync(Buffer.from(FOX)))],
    [0, 'GET /gone HTTP/1.1\r\nHost: Fox.test\r\nUser-Agent: review/1\r\n\r\n'],
    [1, 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'],
    [0, `POST /form HTTP/1.1\r\nHost: Fox.test\r\nAuthorization: NTLM ${NTLM}\r\nContent-Length: 4\r\n\r\na=bc`],
    [1, httpAnswer(['Content-Type: text/plain'], Buffer.from('taken'))],
  ]);
  const quic = quicTalk('asked over quic');
  const frames = [
    ...names(),
    ...web,
    // The answer is sent again: a retransmission.
    web[5]!,
    ...talk('10.0.0.1:40001', '10.0.0.3:443', secret.said),
    ...http2(),
    ...quic.frames,
    ...small(),
    ...smbTalk('what is planned'),
    // An answer in two segments, put together again where it ends.
    ...talk('10.0.0.1:40021', '10.0.0.2:80', [
      [0, 'GET /long HTTP/1.1\r\nHost: Fox.test\r\n\r\n'],
      [1, 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 23\r\n\r\nthe first half'],
      [1, ', the end'],
    ]),
    // An address of a vendor.
    [...ethernet(0x0806, [0, 1, 8, 0, 6, 4, 0, 1, 0, 0x1b, 0x21, 0, 0, 1, 10, 0, 0, 77, ...zeros(6), 10, 0, 0, 1])].map(
      (byte, i) => (i >= 6 && i < 12 ? [0, 0x1b, 0x21, 0, 0, 1][i - 6]! : byte),
    ),
    tcp('10.0.0.1:40020', '10.0.0.2:81', { flags: 'S', seq: 9, options: [2, 4, 5, 180, 4, 2, 1, 3, 3, 7, 1, 1] }),
    tcp('10.0.0.2:81', '10.0.0.1:40020', { flags: 'RA', ack: 10 }),
  ];
  writeFileSync(path, pcap(packetsOf(frames)));
  writeFileSync(`${path}.keys`, `${secret.keys.trimEnd()}\n${quic.keys}`);
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('the folder is missing');
await writeMixed(join(folder, 'mixed.pcap'));
const bern = { country: { iso_code: 'CH', names: { en: 'Switzerland' } }, city: { names: { en: 'Bern' } } };
writeFileSync(join(folder, 'places.mmdb'), mmdb('GeoLite2-City', { '192.0.2.0/24': bern }));
const network = { autonomous_system_number: 64500, autonomous_system_organization: 'Review Net' };
writeFileSync(join(folder, 'networks.mmdb'), mmdb('GeoLite2-ASN', { '192.0.2.0/24': network }));
