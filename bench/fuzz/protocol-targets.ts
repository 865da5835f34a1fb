// One target a decoder of engine/protocols: an input goes into it as the wire would bring it.
import type * as Certificates from '../../engine/protocols/certificate.ts';
import type * as Dcerpc from '../../engine/protocols/dcerpc.ts';
import type * as Dns from '../../engine/protocols/dns.ts';
import type * as DnsStreamModule from '../../engine/protocols/dns-stream.ts';
import type * as Dtls from '../../engine/protocols/dtls.ts';
import type * as FactsModule from '../../engine/protocols/facts.ts';
import type * as Framing from '../../engine/protocols/framing.ts';
import type * as HelloParts from '../../engine/protocols/hello-parts.ts';
import type * as Http from '../../engine/protocols/http.ts';
import type * as HttpStreamModule from '../../engine/protocols/http-stream.ts';
import type * as OpeningModule from '../../engine/protocols/opening.ts';
import type * as Quic from '../../engine/protocols/quic.ts';
import type * as PayloadModule from '../../engine/protocols/payload.ts';
import type * as Recognise from '../../engine/protocols/recognise.ts';
import type * as Ssh from '../../engine/protocols/ssh.ts';
import type * as StreamModule from '../../engine/protocols/stream.ts';
import type * as Handshake from '../../engine/protocols/tls-handshake.ts';
import { CERTIFICATES, DTLS_HELLO, hex, latin } from './conversations.ts';
import { DNS_ANSWER, hello, HTTP_TALK, sealed, SERVER_FLIGHT, SSH_OPENING } from './seeds.ts';
import { strictBytes } from './strict.ts';
import { type Load, type Target, words } from './target.ts';

const latinOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

export async function protocolTargets(load: Load): Promise<Target[]> {
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
  const { noHints } = await load<typeof PayloadModule>('protocols/payload');
  const recognise = await load<typeof Recognise>('protocols/recognise');
  const framing = await load<typeof Framing>('protocols/framing');
  const { StreamState, walkFrames } = await load<typeof StreamModule>('protocols/stream');
  const framings = [framing.TLS_FRAMING, ...framing.FRAMINGS.values()];
  return [
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
        // Messages are read from a buffer that records are merged in, where a neighbour is the message before: here
        // they stand alone.
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
          opening.told(bytes, at, end, noHints());
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
          '05000b03100000004800000001000000b810b8100000000001000000000001000883afe11f5dc91191a40800' +
            '2b14a0fa03000000045d888aeb1cc9119fe808002b10486002000000',
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
        const h = noHints();
        const udpHints = noHints();
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
  ];
}
