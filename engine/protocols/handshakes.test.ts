import assert from 'node:assert/strict';
import { test } from 'node:test';
import { protocolName } from '../decode/index.ts';
import { CaptureStream } from '../read/index.ts';
import { Analysis } from '../session/index.ts';
import { clientHello, packetsOf, pcap, tcp, testRandom, udp } from '../testing/packets.ts';
import { quicInitial } from '../testing/quic.ts';
import { DtlsHandshake } from './dtls.ts';
import { Pieces } from './pieces.ts';
import { QuicHandshake } from './quic.ts';
import { noHints } from './payload.ts';
import { recogniseTcp, recogniseUdp } from './recognise.ts';
import { noSsh, readSsh } from './ssh.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'));
const latin = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

function analysed(frames: readonly (readonly number[])[]): Analysis {
  const a = new Analysis({ completed: () => undefined });
  new CaptureStream(a).push(pcap(packetsOf(frames)));
  a.finish();
  return a;
}

/** The server's Initial of RFC 9001, appendix A.3, with its keys from the client's id of A.1. */
const SERVER_INITIAL =
  'cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5' +
  'a99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4' +
  'cdd93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407dd074ee';

function crypto(offset: number, data: Uint8Array): Uint8Array {
  return Uint8Array.from([
    6,
    0x40 | (offset >> 8),
    offset & 255,
    0x40 | (data.length >> 8),
    data.length & 255,
    ...data,
  ]);
}

const V2 = '0dede3def700a6db819381be6e269dcbf9bd2ed9';
const HELLO = clientHello('quic.example.test').subarray(5);
const padded = (...parts: Uint8Array[]): Uint8Array => {
  const all = Buffer.concat(parts);
  return Buffer.concat([all, new Uint8Array(Math.max(0, 1162 - all.length))]);
};

test('QUIC: the server’s Initial of RFC 9001 opens with the client’s id', () => {
  const h = new QuicHandshake();
  const client = quicInitial(padded(crypto(0, HELLO)));
  assert.ok(h.datagram(0, client, 0, client.length));
  const server = bytes(SERVER_INITIAL);
  assert.ok(h.datagram(1, server, 0, server.length));
  // The ServerHello of the appendix: TLS_AES_128_GCM_SHA256, X25519 key share, TLS 1.3.
  assert.equal(Buffer.from(h.streams[1].data.subarray(0, 6)).toString('hex'), '020000560303');
});

test('QUIC: names and JA4 out of Initials of versions 1 and 2, also in pieces, in disorder and over datagrams', () => {
  const of = (...datagrams: Uint8Array[]): (string | null)[] =>
    analysed(datagrams.map((d) => udp('10.0.0.1:5000', '10.0.0.2:443', d))).inspector.facts.flatMap((f) => [
      f.serverName,
      f.ja4?.slice(0, 8) ?? null,
    ]);
  const wanted = ['quic.example.test', 'q12d0304'];
  assert.deepEqual(of(quicInitial(padded(crypto(0, HELLO)))), wanted);
  assert.deepEqual(
    of(quicInitial(padded(crypto(0, HELLO)), { version: 0x6b3343cf, salt: V2, prefix: 'quicv2', type: 1 })),
    wanted,
  );
  assert.deepEqual(
    of(quicInitial(padded(crypto(60, HELLO.subarray(60)), Uint8Array.of(1, 0, 0), crypto(0, HELLO.subarray(0, 60))))),
    wanted,
  );
  assert.deepEqual(
    of(
      quicInitial(padded(crypto(40, HELLO.subarray(40)))),
      quicInitial(padded(crypto(0, HELLO.subarray(0, 40))), { number: 1 }),
    ),
    wanted,
  );
});

test('QUIC: after a Retry the keys come from the id that it named', () => {
  const h = new QuicHandshake();
  const first = quicInitial(padded(crypto(0, HELLO)));
  assert.ok(h.datagram(0, first, 0, first.length));
  // A Retry: the server's new id, a token, a tag that a bystander need not check.
  const retry = bytes(`f000000001000411223344${'ab'.repeat(40)}`);
  h.datagram(1, retry, 0, retry.length);
  assert.ok(h.retried);
  const again = quicInitial(padded(crypto(0, HELLO)), { number: 1, to: '11223344' });
  h.datagram(0, again, 0, again.length);
  assert.equal(h.retried, false);
  assert.equal(h.opened, 2);
});

test('QUIC: a packet with one bit changed is not opened', () => {
  const packet = quicInitial(padded(crypto(0, HELLO)));
  packet[600]! ^= 1;
  const h = new QuicHandshake();
  assert.equal(h.datagram(0, packet, 0, packet.length), false);
  assert.equal(h.opened, 0);
});

test('pieces in any order, twice and overlapping, are what was sent', () => {
  const random = testRandom(11);
  for (let n = 0; n < 300; n++) {
    const sent = Uint8Array.from({ length: 1 + Math.floor(random() * 2000) }, () => Math.floor(random() * 256));
    const pieces = new Pieces();
    const parts: [number, number][] = [];
    for (let at = 0; at < sent.length;) {
      const size = 1 + Math.floor(random() * 200);
      parts.push([at, Math.min(sent.length, at + size)]);
      at += size;
    }
    const again = parts.map(([from, to]): [number, number] => [Math.floor(random() * from), to]);
    for (const [from, to] of parts.concat(again).sort(() => random() - 0.5)) pieces.add(from, sent, from, to - from);
    assert.deepEqual(Buffer.from(pieces.data), Buffer.from(sent));
  }
});

test('pieces move up and down with what is put before and what is done with, beside an array of what is there', () => {
  const random = testRandom(12);
  for (let n = 0; n < 200; n++) {
    const pieces = new Pieces();
    let twin: (number | undefined)[] = [];
    for (let k = 0; k < 40; k++) {
      const kind = random();
      if (kind < 0.6) {
        const at = Math.floor(random() * 300);
        const part = Uint8Array.from({ length: 1 + Math.floor(random() * 20) }, () => Math.floor(random() * 256));
        pieces.add(at, part, 0, part.length);
        part.forEach((byte, i) => {
          twin[at + i] = byte;
        });
      } else if (kind < 0.8) {
        const up = Math.floor(random() * 30);
        assert.ok(pieces.prepend(up));
        if (up > 0) twin = [...new Array<undefined>(up), ...twin];
        // What was in front is not there any more: what is new comes with the segment.
        const front = Uint8Array.from({ length: up }, () => 7);
        pieces.add(0, front, 0, up);
        for (let i = 0; i < up; i++) twin[i] = 7;
      } else {
        const down = Math.floor(random() * (pieces.whole + 1));
        pieces.consume(down);
        twin = twin.slice(down);
      }
      let whole = 0;
      while (whole < twin.length && twin[whole] !== undefined) whole++;
      assert.equal(pieces.whole, whole);
      assert.deepEqual([...pieces.data], twin.slice(0, whole));
      let apart = whole;
      while (apart < twin.length && twin[apart] === undefined) apart++;
      assert.equal(pieces.firstApart, apart < twin.length ? apart : -1);
    }
  }
});

test('DTLS: a hello in fragments, the last first', () => {
  const body = clientHello('dtls.example.test').subarray(9);
  const withCookie = Uint8Array.from([0xfe, 0xfd, ...body.subarray(2, 35), 0, ...body.subarray(35)]);
  const u24 = (n: number): number[] => [n >> 16, (n >> 8) & 255, n & 255];
  const record = (from: number, to: number): number[] => [
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
    (12 + to - from) >> 8,
    (12 + to - from) & 255,
    1,
    ...u24(withCookie.length),
    0,
    0,
    ...u24(from),
    ...u24(to - from),
    ...withCookie.subarray(from, to),
  ];
  const whole: Uint8Array[] = [];
  const h = new DtlsHandshake();
  for (const part of [record(50, withCookie.length), record(0, 50)])
    h.datagram(0, Uint8Array.from(part), 0, part.length, (_type, _version, b) => whole.push(Uint8Array.from(b)));
  assert.deepEqual(whole, [withCookie]);
  const a = analysed([
    udp('10.0.0.1:5000', '10.0.0.2:4433', record(50, withCookie.length)),
    udp('10.0.0.1:5000', '10.0.0.2:4433', record(0, 50)),
  ]);
  assert.deepEqual(
    a.inspector.facts.map((f) => [f.serverName, f.ja4?.slice(0, 4)]),
    [['dtls.example.test', 'dd2d']],
  );
});

test('SSH: HASSH of both sides, banner and key exchange in one segment or in many', () => {
  const lists = [
    'curve25519-sha256,diffie-hellman-group14-sha256',
    'ssh-ed25519',
    'aes128-ctr,aes256-ctr',
    'aes256-ctr',
    'hmac-sha2-256',
    'hmac-sha2-512',
    'none',
    'zlib',
    '',
    '',
  ];
  const payload = [
    20,
    ...new Array<number>(16).fill(7),
    ...lists.flatMap((l) => [0, 0, 0, l.length, ...Buffer.from(l)]),
    0,
    0,
    0,
    0,
    0,
  ];
  const size = payload.length + 1 + 6;
  const opening = Uint8Array.from([
    ...Buffer.from('SSH-2.0-Test_1.0\r\n'),
    0,
    0,
    size >> 8,
    size & 255,
    6,
    ...payload,
    0,
    0,
    0,
    0,
    0,
    0,
  ]);
  const client = noSsh();
  assert.equal(readSsh(opening, 0, opening.length, client, false), 0);
  // md5sum of 'curve25519-sha256,diffie-hellman-group14-sha256;aes128-ctr,aes256-ctr;hmac-sha2-256;none'.
  assert.deepEqual(client, {
    banner: 'SSH-2.0-Test_1.0',
    hassh: 'e43f5f36f5e718da5a7810ac99fa0938',
    exchanges: 2,
    ciphers: 2,
    macs: 1,
  });
  const server = noSsh();
  readSsh(opening, 0, opening.length, server, true);
  assert.equal(server.ciphers, 1);
  assert.notEqual(server.hassh, client.hassh);
  const A = '10.0.0.1:4000';
  const B = '10.0.0.2:2222';
  let seq = 1;
  const frames = Array.from({ length: Math.ceil(opening.length / 30) }, (_, i) => {
    const data = opening.subarray(i * 30, (i + 1) * 30);
    const f = tcp(A, B, { flags: 'PA', seq, data });
    seq += data.length;
    return f;
  });
  assert.deepEqual(
    analysed(frames).inspector.facts.map((f) => f.ssh?.[0].hassh),
    [client.hassh],
  );
  // Segments that change places make no difference.
  assert.deepEqual(
    analysed([frames[0]!, frames[2]!, frames[1]!, ...frames.slice(3)]).inspector.facts.map((f) => f.ssh?.[0].hassh),
    [client.hassh],
  );
});

test('protocols are told by content, whatever the port', () => {
  const overTcp = (...payloads: (string | Uint8Array)[]): string => {
    const h = noHints();
    let found = 0;
    for (const p of payloads) {
      const b = typeof p === 'string' ? latin(p) : p;
      found ||= recogniseTcp(b, 0, b.length, b.length, h);
    }
    return protocolName(found);
  };
  const overUdp = (...payloads: (string | Uint8Array)[]): string => {
    const h = noHints();
    let found = 0;
    for (const p of payloads) {
      const b = typeof p === 'string' ? latin(p) : p;
      found ||= recogniseUdp(b, 0, b.length, b.length, 0, h);
    }
    return protocolName(found);
  };
  assert.equal(overTcp(clientHello('a')), 'TLS');
  assert.equal(overTcp('GET /x HTTP/1.1\r\nHost: a\r\n\r\n'), 'HTTP');
  assert.equal(overTcp('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), 'HTTP2');
  assert.equal(overTcp('220 mx ESMTP ready\r\n'), 'SMTP');
  assert.equal(overTcp('220 hello\r\n', 'EHLO me\r\n'), 'SMTP');
  assert.equal(overTcp('220 hello\r\n', 'USER me\r\n'), 'FTP');
  assert.equal(overTcp('+OK ready\r\n', 'USER me\r\n'), 'POP');
  assert.equal(overTcp('* OK IMAP4rev1\r\n'), 'IMAP');
  assert.equal(overTcp(bytes('00000054fe534d4240000000')), 'SMB2');
  assert.equal(overTcp(bytes('00000054ff534d4240000000')), 'SMB');
  assert.equal(overTcp(bytes('0300002a25e00000000000436f6f6b69653a206d737473686173683d7573657231320d0a')), 'RDP');
  assert.equal(overTcp(bytes('101000044d5154540402003c000474657374')), 'MQTT');
  assert.equal(overTcp(latin('\x13BitTorrent protocol........')), 'BitTorrent');
  assert.equal(overTcp(latin('what is this? nothing')), 'UNKNOWN');
  assert.equal(overUdp(bytes('000100002112a442000102030405060708090a0b')), 'STUN');
  assert.equal(overUdp(bytes(`e3000000${'00'.repeat(36)}e0000000${'00'.repeat(4)}`)), 'NTP');
  // The clock of a device that was just switched on; nine services asked for at once.
  assert.equal(overUdp(bytes(`1b0004fa${'00'.repeat(36)}83aa7e8000000000`)), 'NTP');
  assert.equal(overUdp(bytes(`1b0004fa${'00'.repeat(36)}7fffffff00000000`)), 'UNKNOWN');
  assert.equal(
    overUdp(
      bytes(
        `000000000009000000000000045f6e6673045f746370056c6f63616c00000c0001${'055f69707073c011000c0001'.repeat(8)}`,
      ),
    ),
    'DNS',
  );
  assert.equal(overUdp(bytes('abcd01000001000000000000076578616d706c6503636f6d0000010001')), 'DNS');
  assert.equal(overUdp(Uint8Array.from([1, 0, 0, 0, ...new Array<number>(144).fill(9)])), 'WireGuard');
  assert.equal(overUdp('d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe'), 'BitTorrent');
  const rtp = (n: number): Uint8Array =>
    Uint8Array.from([0x80, 0, 0, n, 0, 0, 0, n, 1, 2, 3, 4, ...new Array<number>(40).fill(5)]);
  assert.equal(overUdp(rtp(1), rtp(2), rtp(3)), 'RTP');
  assert.equal(overUdp(rtp(1), rtp(9), rtp(20)), 'UNKNOWN');
  const dhcp = new Uint8Array(244);
  dhcp.set([1, 1, 6]);
  dhcp.set([0x63, 0x82, 0x53, 0x63], 236);
  assert.equal(overUdp(dhcp), 'DHCP');
});
