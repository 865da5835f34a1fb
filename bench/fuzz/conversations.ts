// Conversations that the inspector's fuzzing begins with, made by hand: what opens protocols, and what goes on from
// there.
import { certificateRecord, clientHello } from '../../engine/testing/packets.ts';
import { quicInitial } from '../../engine/testing/quic.ts';

export const latin = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
export const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

/** Two self-signed certificates that were made for this and sign nothing: P-256 with alternative names, RSA. */
export const CERTIFICATES = [
  hex(
    '308201dd30820184a0030201020214539115dc37167bf9d78b0e395390c0b5da2b5233300a06082a8648ce3d0403023030310b30' +
      '09060355040613025858310d300b060355040a0c0446757a7a3112301006035504030c0966757a7a2e74657374301e170d323631' +
      '3132353130323531345a170d3336313132323130323531345a3030310b3009060355040613025858310d300b060355040a0c0446' +
      '757a7a3112301006035504030c0966757a7a2e746573743059301306072a8648ce3d020106082a8648ce3d03010703420004b452' +
      '5fed40704fe14c0434d42ea2d559da43c554fffdf6118eb28718c3ea89ec5a63e16ac85bf199871580ea26f13a8f45b22c23b2de' +
      'eed53a9caa474db3a2f0a37c307a301d0603551d0e041604146c27d4173443fc3e38dfbdbcc8159864293a6b6f301f0603551d23' +
      '0418301680146c27d4173443fc3e38dfbdbcc8159864293a6b6f300f0603551d130101ff040530030101ff30270603551d110420' +
      '301e820966757a7a2e74657374820b2a2e66757a7a2e7465737487040a000001300a06082a8648ce3d040302034700304402206b' +
      'd965a62e3c274a901ddd499769df7e444f7fabd378fc98e8c96f6832ca5d2702200aa8ea595287a4a1b0d8c84e0006a0ae384d85' +
      '4321514c93c59a7731074a38c4',
  ),
  hex(
    '308201f43082015da00302010202144adc1b84f609662802246be136417e2ae05c30dc300d06092a864886f70d01010b0500300c' +
      '310a300806035504030c0172301e170d3236313132353130323531345a170d3236313232353130323531345a300c310a30080603' +
      '5504030c017230819f300d06092a864886f70d010101050003818d00308189028181009c89b96f400dc5d0d46b66a2294b253867' +
      'e7374ee7d1e4b33259d418eef7d09caee74efe5319603282325cd27d33ffbfbedd77c340a416f066a3bfedb0e9d01fc9dd8cd673' +
      '7dc65a1f5076270a6db348344b4155e33f8cd1514afdacbe6989e777e3c5003115751b5818033993fa52da00c9f61ea94ce1290f' +
      '2734b561329b650203010001a3533051301d0603551d0e04160414dae9f11b75454c028060bfad1d719a7ae382def8301f060355' +
      '1d23041830168014dae9f11b75454c028060bfad1d719a7ae382def8300f0603551d130101ff040530030101ff300d06092a8648' +
      '86f70d01010b0500038181006b78325edb4edb52c9067e312cd1e576cd8d0626e588d36a81189e9d78cdd51d2c5bc3258f4fcca9' +
      '55d7fe59851352db737a03f5a06909acd5c1f73bef14cb4cdffdeabc70e1268029d7221a03e42521ba9d16cd5d441ad28c8f7e64' +
      '1129327e4a31290ccb2f65b0826d9c68092370358983de620fd7126af9a097e3c7c7a7c8',
  ),
];

/**
 * A conversation for the inspector: over what, which port, and segments with what is odd about each, length and bytes.
 */
export function talk(udp: boolean, port: number, ...segments: (readonly [number, Uint8Array])[]): Uint8Array {
  return Uint8Array.from([
    udp ? 1 : 0,
    port >> 8,
    port & 255,
    ...segments.flatMap(([odd, bytes]) => [odd, bytes.length >> 8, bytes.length & 255, ...bytes]),
  ]);
}
/** From the responder; and what a segment's first byte may say besides. */
export const REPLY = 1;
export const FIN = 2;
export const GAP = 4;
export const AGAIN = 8;
export const CUT = 16;

/** Versions with their salts (RFC 9001, 5.2; RFC 9369, 3.3.1). */
export const QUIC_VERSIONS = [
  {},
  { version: 0x6b3343cf, salt: '0dede3def700a6db819381be6e269dcbf9bd2ed9', prefix: 'quicv2', type: 1 },
  { version: 0xff00001d, salt: 'afbfec289993d24c9e9786f19c6111e04390a899' },
  { version: 0x54303531, salt: '7a4edef4e7ccee5fa4506c19124fc8ccda6e033d' },
] as const;

const HELLO = clientHello('fuzz.test');
const RETRY = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';
const serverHello = (random: string): Uint8Array =>
  hex(`16030300310200002d0303${random}00c02f0000050017000016`.slice(0, -2));
const crypto = (bytes: Uint8Array): Uint8Array =>
  Uint8Array.from([6, 0, 0x40 | (bytes.length >> 8), bytes.length & 255, ...bytes]);
const padded = (frames: Uint8Array): Uint8Array =>
  Uint8Array.from([...frames, ...new Uint8Array(Math.max(0, 1_170 - frames.length))]);
const initial = (n: number, to?: string): Uint8Array =>
  quicInitial(padded(crypto(HELLO.subarray(5))), { ...QUIC_VERSIONS[n]!, ...(to ? { to } : {}) });
/** A client's hello in one DTLS record. */
export const DTLS_HELLO = ((): Uint8Array => {
  const body = HELLO.subarray(9);
  const b = [0xfe, 0xfd, ...body.subarray(2, 35), 0, ...body.subarray(35)];
  return Uint8Array.from([
    22,
    0xfe,
    0xfd,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    (b.length + 12) >> 8,
    (b.length + 12) & 255,
    1,
    0,
    b.length >> 8,
    b.length & 255,
    0,
    0,
    0,
    0,
    b.length >> 8,
    b.length & 255,
    ...b,
  ]);
})();
const zeros = (n: number): string => '00'.repeat(n);
const rtp = (n: number): Uint8Array => hex(`8000000${n}00000000deadbeef${zeros(20)}`);

/** Lines and openings over TCP that no port announces, each with an answer. */
const LINES = [
  ['\x13BitTorrent protocol', ''],
  ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', ''],
  ['RFB 003.008\n', 'RFB 003.008\n'],
  ['RTSP/1.0 200 OK\r\n', ''],
  ["<?xml version='1.0'?><stream:stream", ''],
  ['<stream:stream to', ''],
  ['<?xml version="1.0"?><stream:x', ''],
  ['EHLO x\r\n', '250 x\r\n'],
  ['MAIL FROM:<a>\r\n', ''],
  ['DESCRIBE rtsp://x RTSP/1.0\r\n', ''],
  ['SSH-1.5-x\n', 'SSH-1.5-y\n'],
  ['USER x\r\n', '+OK pop3 ready\r\n'],
  ['CAPA\r\n', '+OK\r\n'],
  ['USER x\r\n', '220 hello\r\n'],
  ['', '220 ftp\r\n'],
  ['', '220 smtp\r\n'],
  ['', '* OK\r\n'],
  ['a1 LOGIN x y\r\n', ''],
  ['OPTIONS sip:x SIP/2.0\r\n', 'SIP/2.0 200 OK\r\n'],
] as const;

export const CONVERSATIONS: readonly Uint8Array[] = [
  talk(false, 443, [0, HELLO.slice(0, 40)], [AGAIN, HELLO.slice(0, 20)], [0, HELLO.slice(40)]),
  talk(false, 443, [0, HELLO.slice(0, 4)], [AGAIN, HELLO.slice(0, 3)], [AGAIN, HELLO.slice(0, 5)]),
  ...LINES.map(([ask, answer]) => talk(false, 9_999, [0, latin(ask)], [REPLY, latin(answer)], [0, latin(ask)])),
  talk(false, 9_999, [0, hex(`000e38${zeros(13)}`)]),
  talk(false, 9_999, [0, hex(`00000040fd534d42${zeros(56)}`)]),
  talk(false, 445, [0, hex(`00000040fe534d42${zeros(56)}`)]),
  ...CERTIFICATES.map((der) =>
    talk(
      false,
      443,
      [0, HELLO],
      [
        REPLY,
        Uint8Array.from([...serverHello('11'.repeat(32)), ...certificateRecord(der), 22, 3, 3, 0, 4, 14, 0, 0, 0]),
      ],
      [0, certificateRecord(der)],
    ),
  ),
  talk(false, 443, [0, HELLO], [REPLY, serverHello(RETRY)], [0, HELLO], [REPLY, serverHello('22'.repeat(32))]),
  talk(
    false,
    80,
    [0, latin('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    [REPLY, latin('HTTP/1.1 200 OK\r\nContent-Type: application/x+xml\r\nContent-Length: 3\r\n\r\nabc')],
    [REPLY, latin('HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n')],
    [REPLY, hex('8105')],
  ),
  talk(true, 9_999, [0, hex('00000417271019800000000000000001')]),
  talk(
    true,
    1_900,
    [0, latin('M-SEARCH * HTTP/1.1\r\nHOST: x\r\n')],
    [REPLY, latin('HTTP/1.1 200 OK\r\nST: x\r\n\r\n')],
  ),
  talk(true, 9_999, [0, latin('NOTIFY * HTTP/1.1\r\n')]),
  talk(true, 9_999, [REPLY, latin('HTTP/1.1 200 OK\r\nUSN: x\r\n\r\n')]),
  talk(true, 9_999, [0, latin('d1:ad2:id20:')], [0, latin('d1:q4:ping1:rd2:id20:')]),
  talk(
    true,
    9_999,
    [0, hex(`0400000001020304${'01'.padEnd(16, '0')}${zeros(16)}`)],
    [0, hex(`0400000001020304${'02'.padEnd(16, '0')}${zeros(16)}`)],
  ),
  talk(true, 51_820, [0, hex(`01000000${zeros(144)}`)]),
  talk(true, 9_999, [0, hex(`38aabbccdd${zeros(9)}`)], [0, hex(`38aabbccdd${zeros(9)}`)]),
  talk(true, 9_999, [0, hex(`38aabbccdd${zeros(37)}`)], [REPLY, hex(`40aabbccdd${zeros(21)}`)]),
  talk(true, 9_999, [0, hex(`160200010000000000000000`)]),
  talk(true, 123, [0, hex(`170002030000000000000000`)]),
  talk(true, 9_999, [0, rtp(1)], [0, rtp(2)], [0, rtp(3)], [0, rtp(4)]),
  talk(true, 9_999, [0, hex(`81c80001${zeros(4)}`)]),
  talk(true, 9_999, [0, hex(`47${zeros(187)}`)], [0, hex(`47${zeros(187)}47${zeros(187)}`)]),
  talk(true, 5_246, [0, Uint8Array.from([1, 0, 0, 0, ...DTLS_HELLO])]),
  talk(true, 9_999, [0, DTLS_HELLO], [0, initial(0)]),
  talk(true, 443, [0, initial(0)], [0, DTLS_HELLO]),
  talk(true, 443, [0, initial(1)], [REPLY, hex('c06b3343cf0000' + zeros(20))], [0, initial(1, 'aabbccddeeff0011')]),
  talk(true, 443, [0, initial(0)], [0, initial(0, 'aabbccddeeff0011')], [0, hex('40' + zeros(30))]),
  talk(true, 443, [0, initial(2)]),
  talk(true, 443, [0, initial(3)]),
  talk(
    true,
    443,
    [0, hex(`c000000000${zeros(30)}`)],
    [0, hex(`c051303433${zeros(30)}`)],
    [0, hex(`09${zeros(8)}51303433${zeros(20)}`)],
  ),
  talk(true, 443, [0, hex(`c051303530${zeros(30)}`)]),
  talk(true, 443, [0, hex(`c054303531${zeros(30)}`)]),
  talk(true, 9_999, [0, hex(`09${zeros(8)}51303433${zeros(20)}`)], [0, hex(`09${zeros(8)}51303433${zeros(20)}`)]),
  talk(true, 9_999, [0, hex(`00000001${zeros(20)}04000000${zeros(60)}`)]),
  talk(true, 34_964, [0, hex(`0400000000${zeros(19)}dea00000${zeros(60)}`)]),
  talk(true, 34_964, [0, hex(`0400000000${zeros(19)}0100a0de${zeros(60)}`)]),
  talk(true, 1_985, [0, hex('0128')], [0, hex('01')], [0, hex('00')]),
];
