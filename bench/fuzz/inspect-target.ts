// Whole conversations into the inspector, segment by segment.
import type * as Decode from '../../engine/decode/index.ts';
import type * as Flow from '../../engine/flow/index.ts';
import type * as InspectorModule from '../../engine/protocols/inspector.ts';
import type * as Ports from '../../engine/protocols/ports.ts';
import { AGAIN, CONVERSATIONS, CUT, DTLS_HELLO, FIN, GAP, hex, latin, REPLY, talk } from './conversations.ts';
import { DNS_ANSWER, hello, HTTP_TALK, sealed, SERVER_FLIGHT, SSH_OPENING } from './seeds.ts';
import { strictBytes } from './strict.ts';
import { type Load, type Target, words } from './target.ts';

/** Bytes between what was awaited and a segment's first one: a gap, bytes that come again, or none. */
function aheadOf(odd: number, size: number): number {
  if (odd & GAP) return 7;
  return odd & AGAIN ? -Math.min(size, 5) : 0;
}

export async function inspectTarget(load: Load): Promise<Target> {
  const decode = await load<typeof Decode>('decode/index');
  const flow = await load<typeof Flow>('flow/index');
  const { PayloadInspector } = await load<typeof InspectorModule>('protocols/inspector');
  const ports = await load<typeof Ports>('protocols/ports');
  /** Segments of one flow into the inspector, as the flow table would bring them. */
  const inspect = (data: Uint8Array): void => {
    if (data.length < 3) return;
    const columns = new flow.FlowColumns();
    const row = columns.add();
    const inspector = new PayloadInspector(columns);
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
      l.ahead = aheadOf(odd, size);
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

  return {
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
  };
}
