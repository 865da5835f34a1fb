// The readers that threat rules have of applications, one target each: whatever both sides say, in pieces of any size and
// with holes, a reader tells something or nothing, and every buffer of it can be asked for.
import type * as Readers from '../../engine/rules/run/apps/readers.ts';
import type * as Recognise from '../../engine/rules/run/recognise.ts';
import { hex as bytesOf, latin } from './conversations.ts';
import { DNS_ANSWER, hello, HTTP_TALK, sealed, SERVER_FLIGHT, SSH_OPENING } from './seeds.ts';
import { type Load, type Target, words } from './target.ts';

/** What one side says: 0 the client, 1 the server. */
type Said = readonly [side: 0 | 1, bytes: Uint8Array | string];

const REPLY = 1;
const HOLE = 2;
/** Pieces of one input, and transactions and bytes of values that a reader may have. */
const MAX_PIECES = 64;
const MAX_TRANSACTIONS = 513;
const MAX_VALUES = 64 * 1_048_576;

/** Bytes in hexadecimal, with spaces between their parts. */
const hex = (text: string): Uint8Array => bytesOf(text.replaceAll(' ', ''));

/** As `run` reads it: what is odd about a piece, its length, its bytes. */
function talk(...said: readonly Said[]): Uint8Array {
  return Uint8Array.from(
    said.flatMap(([side, what]) => {
      const bytes = typeof what === 'string' ? latin(what) : what;
      return [side, bytes.length >> 8, bytes.length & 255, ...bytes];
    }),
  );
}

const long = (bytes: Uint8Array): Uint8Array =>
  Uint8Array.from([0, 0, bytes.length >> 8, bytes.length & 255, ...bytes]);

const SMB2 = hex(`fe534d4240000100000000000000${'00'.repeat(50)}2400010001000000${'00'.repeat(28)}0202`);
const SMB2_OPEN = hex(
  `fe534d4240000100000000000500${'00'.repeat(50)}3900000000000000${'00'.repeat(36)}78000600${'00'.repeat(8)}610062006300`,
);
const SMB1 = hex(`ff534d4272000000001801c8${'00'.repeat(20)}000c00024e54204c4d20302e313200`);
const BIND = hex(
  '05000b03100000004800000001000000b810b8100000000001000000000001000883afe11f5dc91191a408002b14a0fa03000000' +
    '045d888aeb1cc9119fe808002b10486002000000',
);

/** Talks that each reader begins with, made by hand. */
const SEEDS: Readonly<Record<string, readonly Uint8Array[]>> = {
  http1: [
    talk([0, HTTP_TALK], [1, 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello']),
    talk(
      [0, 'POST /a?b=%20c HTTP/1.1\r\nHost: h\r\nCookie: c\r\nContent-Type: multipart/form-data; boundary=x\r\n'],
      [0, 'Content-Length: 66\r\n\r\n--x\r\nContent-Disposition: form-data; filename="f"\r\n\r\nbytes\r\n--x--\r\n'],
      [1, 'HTTP/1.0 404 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'],
    ),
    talk([0, 'GET / HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\nUpgrade: websocket\r\n\r\n'], [1, 'HTTP/1.1 101 S\r\n\r\n']),
    talk(
      [0, 'GET /z HTTP/1.1\r\n\r\n'],
      [1, 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n'],
      [1, hex('1f8b0800000000000003cb48cdc9c90700862a103605000000')],
    ),
  ],
  http2: [
    talk(
      [0, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
      [0, hex('000000040000000000 000006010400000001828684418cf1')],
      [1, hex('000001010400000001880000020001000000016869')],
    ),
  ],
  dns: [talk([0, hex('0001010000010000000000000161 00 0001 0001')], [1, DNS_ANSWER])],
  mdns: [talk([0, DNS_ANSWER], [1, DNS_ANSWER])],
  tls: [talk([0, hello], [1, SERVER_FLIGHT], [0, hex('140303000101')], [0, hex('170303000400000000')])],
  ssh: [talk([0, SSH_OPENING], [1, SSH_OPENING])],
  quic: [talk([0, sealed(Uint8Array.from([6, 0, hello.length - 5, ...hello.subarray(5)]))])],
  mqtt: [
    talk(
      [0, hex('101000044d5154540402003c000474657374')],
      [1, hex('20020000')],
      [0, hex('300a0003612f6268656c6c6f')],
      [0, hex('820600010001612300')],
    ),
    talk([0, hex('101100044d5154540502003c00000474657374')], [1, hex('2003000000')]),
  ],
  sip: [
    talk(
      [
        0,
        'INVITE sip:a@b SIP/2.0\r\nFrom: a\r\nTo: b\r\nContent-Type: application/sdp\r\nContent-Length: 18\r\n\r\nv=0\r\no=- 1 1 IN\r\n',
      ],
      [1, 'SIP/2.0 200 OK\r\nCall-ID: x\r\n\r\n'],
    ),
  ],
  ike: [
    talk([
      0,
      hex(
        `${'11'.repeat(8)}${'00'.repeat(8)}2120220800000000000000542200002c00000028010100040300000801000003` +
          '03000008020000020300000803000002000000080400000200000008002800000102',
      ),
    ]),
    talk([0, hex(`${'22'.repeat(8)}${'00'.repeat(8)}0110020000000000000000280d00000c0000000100000001`)]),
  ],
  krb5: [
    talk(
      [
        0,
        hex(
          '6a3a3038a103020105a20302010aa42c302aa00703050040000010 a1123010a003020101a10930071b0575736572 a2071b055245414c4d',
        ),
      ],
      [1, hex('7e1e301ca003020105a10302011ea411180f3230323630313031303030303030')],
    ),
  ],
  snmp: [talk([0, hex('302602010104067075626c6963a019020101020100020100300e300c06082b060102010101000500')])],
  rfb: [talk([1, 'RFB 003.008\n'], [0, 'RFB 003.008\n'], [1, hex('0101')], [0, hex('01')], [1, hex('00000000')])],
  ldap: [
    talk(
      [0, hex('300c020101600702010304008000')],
      [1, hex('300c02010161070a010004000400')],
      [0, hex('302502010263200400 0a01000a0100020100020100010100 870b6f626a656374436c6173733000')],
    ),
  ],
  smb: [talk([0, long(SMB1)], [1, long(SMB2)], [0, long(SMB2_OPEN)], [0, long(SMB2)])],
  dcerpc: [talk([0, BIND], [0, hex(`05000003100000001c00000002000000${'00'.repeat(12)}`)], [1, BIND])],
  smtp: [
    talk(
      [1, '220 x ESMTP\r\n'],
      [0, 'EHLO a\r\n'],
      [1, '250-x\r\n250 STARTTLS\r\n'],
      [0, 'MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n'],
      [1, '250 ok\r\n250 ok\r\n354 go\r\n'],
      [0, 'Subject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'],
      [0, '--b\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\n--b--\r\n.\r\nQUIT\r\n'],
    ),
  ],
  ftp: [
    talk(
      [1, '220 x\r\n'],
      [0, 'USER a\r\nPASS b\r\nPORT 10,0,0,1,4,1\r\nRETR f\r\n'],
      [1, '331 p\r\n230 in\r\n227 (10,0,0,2,4,2)\r\n'],
    ),
  ],
  enip: [
    talk(
      [0, hex(`65000400${'00'.repeat(20)}01000000`)],
      [1, hex(`63000000${'00'.repeat(20)}`)],
      [0, hex(`6f001600${'00'.repeat(20)} 000000000000 0200 0000 0000 b200 0600 4c02 2006 2401`)],
    ),
  ],
  nfs: [
    talk(
      [
        0,
        hex(
          '8000003c 00000001 00000000 00000002 000186a3 00000003 00000003 00000000 00000000 00000000 00000000 00000004 01020304 00000003 61626300',
        ),
      ],
      [1, hex('8000001c00000001000000010000000000000000000000000000000000000000')],
    ),
  ],
  websocket: [talk([0, hex('818501020304696e6f6864')], [1, hex('81056869686968')], [1, hex('880203e8')])],
};

/** Ends of a flow that nobody has spoken of before. */
const ENDS = { client: 1n, server: 2n, expected: null, transfer: null };
/** Bytes that openings of any application are made of. */
const SHARED = words('\r\n\r\n', hex('00000000'), hex('ffffffff'), hex('7fff'), '%00', '=?', ': ');

export async function readerTargets(load: Load): Promise<Target[]> {
  const { READERS } = await load<typeof Readers>('rules/run/apps/readers');
  const { recognise } = await load<typeof Recognise>('rules/run/recognise');
  /** A reader told of pieces as an input has them. */
  const tell = (name: string, data: Uint8Array): void => {
    const reader = READERS[name]!({ ...ENDS, overTcp: (data[0] ?? 0) < 128, seconds: () => 1_700_000_000 });
    for (let p = 0, n = 0; p + 3 <= data.length && n < MAX_PIECES; n++) {
      const odd = data[p]!;
      const size = Math.min((data[p + 1]! << 8) | data[p + 2]!, data.length - p - 3);
      const side = (odd & REPLY) as 0 | 1;
      if (odd & HOLE) reader.gap(side, 1 + (odd >> 2));
      reader.bytes(side, data.slice(p + 3, p + 3 + size));
      p += 3 + size;
    }
    for (const side of [0, 1] as const) {
      reader.end(side);
      reader.leftover(side);
    }
    if (reader.transactions.length > MAX_TRANSACTIONS) throw new Error(`${reader.transactions.length} transactions`);
    let held = 0;
    for (const t of reader.transactions) {
      for (const side of t.sides) {
        for (const buffer of side.toMake()) side.values(buffer);
        for (const [buffer, value] of side.all()) {
          if (!(value instanceof Uint8Array)) throw new Error(`${buffer} holds no bytes`);
          held += value.length;
        }
        for (const [field, n] of side.allNumbers()) if (Number.isNaN(n)) throw new Error(`${field} is no number`);
      }
    }
    if (held > MAX_VALUES) throw new Error(`${held} bytes in buffers`);
    reader.sweep();
  };
  return [
    ...Object.keys(READERS).map((name) => ({
      name: `rules-${name}`,
      limit: 1_500,
      seeds: SEEDS[name] ?? [],
      words: SHARED,
      run: (data: Uint8Array) => tell(name, data),
    })),
    {
      name: 'rules-recognise',
      limit: 400,
      seeds: Object.values(SEEDS).flatMap((seeds) => seeds.map((s) => s.slice(3))),
      words: SHARED,
      run: (data) => {
        const place = { ...ENDS, transport: 6, clientPort: 40_000, serverPort: data[0] ?? 80, lastSeconds: 0 };
        for (const side of [0, 1] as const) recognise(side, data.subarray(1), place, (data[0] ?? 0) < 128);
      },
    },
  ];
}
