// The window served over loopback: whatever bytes come over a connection, heads, bodies or the frames of a WebSocket, the
// connection is answered or closed, nothing but the window's files is given away, and the next one is served.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encode } from '../../contract/index.ts';
import type * as ServerModule from '../../web/server.ts';
import type * as UploadsModule from '../../web/uploads.ts';
import { latin } from './conversations.ts';
import { type Load, type Target, words } from './target.ts';
import { spokenTo } from './upload-targets.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SECRET = 'what no page is to read';
/** Runs between two looks at whether the server still serves. */
const LOOKED = 64;
const TEXT = 1;
const BINARY = 2;
const PING = 9;

/** A frame as a browser sends it, masked (RFC 6455, section 5.2). */
function frame(opcode: number, payload: Uint8Array): Uint8Array {
  const mask = [1, 2, 3, 4];
  const size = payload.length < 126 ? [0x80 | payload.length] : [0xfe, payload.length >> 8, payload.length & 255];
  return Uint8Array.from([0x80 | opcode, ...size, ...mask, ...payload.map((byte, i) => byte ^ mask[i & 3]!)]);
}

export async function webTargets(load: Load): Promise<Target[]> {
  const { WindowServer } = await load<typeof ServerModule>('server');
  const { harmlessName } = await load<typeof UploadsModule>('uploads');
  const folder = mkdtempSync(join(tmpdir(), 'sightline-fuzz-web-'));
  const files = join(folder, 'files');
  mkdirSync(files);
  writeFileSync(join(files, 'index.html'), '<!doctype html><title>the window</title>');
  writeFileSync(join(folder, 'secret.html'), SECRET);
  const desk = {
    product: 'Sightline',
    version: 'fuzzed',
    root: ROOT,
    cacheFolder: join(folder, 'cache'),
    dataFolder: join(folder, 'data'),
    helper: '/nowhere/helper',
    native: false,
  };
  const server = new WindowServer({ desk, files, port: 0, begin: null });
  let failed = '';
  server.onFailed = () => {
    failed = 'the engine ended';
  };
  const port = await server.listen();
  const host = `127.0.0.1:${port}`;
  const said = (text: string): Promise<string> => spokenTo(port, Buffer.from(text, 'latin1'));
  const token = new URL(server.link()).hash.slice('#token='.length);
  const entered = await said(
    `POST /enter HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://${host}\r\nConnection: close\r\n` +
      `Content-Length: ${token.length}\r\n\r\n${token}`,
  );
  const secret = /"secret":"([\w-]+)"/.exec(entered)?.[1];
  if (secret === undefined) throw new Error(`the fuzzer does not enter: ${entered}`);
  let runs = 0;

  const upgrade =
    'GET /contract HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: sightline, KEY\r\n\r\n';
  const after = (...frames: readonly Uint8Array[]): Uint8Array => Buffer.concat([latin(upgrade), ...frames]);
  const hello = encode({ id: 1, kind: 'hello', body: { client: 'a' } });
  return [
    {
      name: 'web-bytes',
      limit: 1_500,
      end: async () => {
        await server.close();
        rmSync(folder, { recursive: true, force: true });
      },
      seeds: [
        latin('GET / HTTP/1.1\r\nHost: HOST\r\n\r\n'),
        latin(
          'GET /../secret.html HTTP/1.1\r\nHost: HOST\r\n\r\nGET /%2e%2e/secret.html HTTP/1.1\r\nHost: HOST\r\n\r\n',
        ),
        latin('GET /session HTTP/1.1\r\nHost: HOST\r\nX-Sightline-Session: KEY\r\n\r\n'),
        latin('GET /saved/00000000-0000-4000-8000-000000000000 HTTP/1.1\r\nHost: HOST\r\n\r\n'),
        latin('POST /enter HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\nContent-Length: 3\r\n\r\nabc'),
        latin(
          'POST /upload?name=a.pcap HTTP/1.1\r\nHost: HOST\r\nOrigin: http://HOST\r\nX-Sightline-Session: KEY\r\nContent-Length: 3\r\n\r\nabc',
        ),
        after(frame(BINARY, hello)),
        after(frame(BINARY, encode({ id: 1, kind: 'lastPlace', body: { keep: null } })), frame(TEXT, latin('x'))),
        after(frame(PING, latin('a')), frame(BINARY, new Uint8Array(200)), frame(8, Uint8Array.of(3, 232))),
      ],
      words: words(
        'HOST',
        'KEY',
        '\r\n',
        'Origin: http://HOST',
        'Transfer-Encoding: chunked',
        '/upload?name=',
        '%2e',
        '..',
        '\x82\xfe',
      ).concat(
        words(
          '\x82\xff\0\0\0\0',
          '\x00\x80',
          '\x88\x80',
          '/enter',
          '/saved/',
          'Expect: 100-continue',
          'Upgrade: websocket',
          '?name=%00',
        ),
      ),
      run: async (data) => {
        const text = Buffer.from(data).toString('latin1').replaceAll('HOST', host).replaceAll('KEY', secret);
        const answer = await said(text);
        if (answer.includes(SECRET)) throw new Error('what no page is to read was given away');
        if (failed !== '') throw new Error(failed);
        if (answer.startsWith('HTTP/1.1 5') && !answer.startsWith('HTTP/1.1 503'))
          throw new Error(answer.slice(0, 200));
        if (runs++ % LOOKED > 0) return;
        const still = await said(
          `GET /session HTTP/1.1\r\nHost: ${host}\r\nX-Sightline-Session: ${secret}\r\nConnection: close\r\n\r\n`,
        );
        if (!/^HTTP\/1\.1 (?:204|503)/.test(still)) throw new Error(`does not serve any more: ${still.slice(0, 200)}`);
      },
    },
    {
      name: 'web-name',
      limit: 400,
      seeds: [
        '../../etc/passwd',
        'a.pcapng',
        '.hidden',
        'ok\u202egpj.exe',
        `${'e\u0301'.repeat(90)}.pcap`,
        'con.',
        '\u{1f600}'.repeat(60),
      ].map((name) => new Uint8Array(Buffer.from(name))),
      words: words('/', '\\', '..', '\0', '\xcc\x81', '\xf0\x9f\x98\x80', '\xe2\x80\xae', ' ', '.'),
      run: (data) => {
        for (const name of [Buffer.from(data).toString('utf8'), Buffer.from(data).toString('utf16le')]) {
          const made = harmlessName(name);
          if (made === '' || made.startsWith('.') || /[/\\\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(made))
            throw new Error(`a name that does harm: ${JSON.stringify(made)}`);
          if (Buffer.byteLength(made) > 200) throw new Error(`a name of ${Buffer.byteLength(made)} bytes`);
          if (harmlessName(made) !== made) throw new Error(`another name for ${JSON.stringify(made)}`);
        }
      },
    },
  ];
}
