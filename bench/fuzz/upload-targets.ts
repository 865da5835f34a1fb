// The platform's server: whatever its routes, queries, headers and bodies are asked, it answers with what was asked for or
// a refusal of its own, keeps nothing of what it refused, and meets no fault.
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { API, CSRF_HEADER, type Me } from '../../platform/contract.ts';
import type * as QueueModule from '../../platform/queue/index.ts';
import type * as ServerModule from '../../platform/server/index.ts';
import type * as StoreModule from '../../platform/store/index.ts';
import { tinyCapture } from '../../platform/testing/rig.ts';
import type * as PlacesModule from '../../platform/uploads/places.ts';
import type * as ReceiveModule from '../../platform/uploads/receive.ts';
import { latin } from './conversations.ts';
import { type Load, type Target, words } from './target.ts';
import { jsonIn } from './tokens.ts';

const PASSWORD = 'correct horse 1';
const MOST_FILE = 100_000;
const NO_ID = 'A'.repeat(22);
const NO_TOKEN = 'B'.repeat(43);
/** What stands in an input for what the server makes up. */
const CAPTURE = 'C'.repeat(22);
/** A connection that says nothing more is over after so long, ms. */
const PATIENCE = 5_000;

interface Got {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}
interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | null;
}

/** Routes as [method, path below the API, body]. */
const ROUTES: readonly (readonly [string, string, unknown?])[] = [
  ['GET', '/me'],
  ['POST', '/account/keys', { name: 'a', days: 3 }],
  ['GET', '/account/keys'],
  ['DELETE', `/account/keys/${NO_ID}`],
  ['GET', '/account/sessions'],
  ['DELETE', `/account/sessions/${NO_ID}`],
  ['GET', '/captures?search=a&state=ready&verdict=malicious&sort=name&order=up&offset=0&limit=5'],
  ['POST', `/uploads/${CAPTURE}/confirm`, { analyse: false }],
  ['DELETE', `/captures/${NO_ID}`],
  ['GET', `/captures/${CAPTURE}`],
  ['GET', `/captures/${CAPTURE}/incidents?offset=0&limit=9`],
  ['GET', `/captures/${CAPTURE}/flows?search=a&incident=1&verdict=benign&sort=points&order=down`],
  ['GET', `/captures/${CAPTURE}/evidence?offset=1`],
  ['GET', `/captures/${CAPTURE}/protocols`],
  ['GET', `/captures/${CAPTURE}/download?as=csv`],
  ['GET', `/captures/${CAPTURE}/notes`],
  ['POST', `/captures/${CAPTURE}/notes`, { text: 'a note' }],
  ['GET', `/captures/${CAPTURE}/labels`],
  ['PUT', `/captures/${CAPTURE}/labels`, { flow: 1, label: 'benign' }],
  ['GET', '/board?limit=3'],
  ['POST', '/board', { text: 'said' }],
  ['POST', '/login', { name: 'fuzz1', password: 'wrong' }],
  ['POST', `/captures/${CAPTURE}/shares`, { hours: 1 }],
  ['GET', `/captures/${CAPTURE}/shares`],
  ['GET', `/shared/${NO_TOKEN}`],
  ['GET', `/shared/${NO_TOKEN}/flows?limit=1`],
  ['GET', '/charts?days=30'],
  ['GET', '/admin/accounts?search=a&limit=1'],
  ['PATCH', `/admin/accounts/${NO_ID}`, { admin: false, disabled: true, limits: { fileBytes: 1, waiting: null } }],
  ['GET', '/admin/settings'],
  ['PATCH', '/admin/settings', { registration: 'open', limits: { fileBytes: MOST_FILE } }],
  ['POST', '/admin/invitations', { note: 'n', days: 1 }],
  ['GET', '/admin/invitations'],
  ['GET', '/admin/events?offset=0'],
  ['GET', '/openapi.json'],
];

export async function uploadTargets(load: Load): Promise<Target[]> {
  const { openCaptures } = await load<typeof QueueModule>('queue/index');
  const { startServer } = await load<typeof ServerModule>('server/index');
  const { openStore } = await load<typeof StoreModule>('store/index');
  const { Places } = await load<typeof PlacesModule>('uploads/places');
  const { receive } = await load<typeof ReceiveModule>('uploads/receive');
  const folder = mkdtempSync(join(tmpdir(), 'sightline-fuzz-uploads-'));
  const held = join(folder, 'captures');
  mkdirSync(held);
  const faults: string[] = [];
  const sql = await openStore(join(folder, 'store.sqlite'));
  const captures = await openCaptures({ sql, folder: held, workers: 1, memory: 1024, seconds: 120 });
  const limits = { fileBytes: MOST_FILE, accountBytes: 10_000_000, waiting: 20 };
  const server = await startServer({
    sql,
    captures,
    options: {
      address: '127.0.0.1',
      port: 0,
      names: [],
      tls: null,
      behindProxy: false,
      pages: null,
      version: 'fuzzed',
      perMinute: 100_000_000,
      pace: { bytes: 1, within: 5_000 },
      registration: 'open',
      limits,
      onFault: (text) => faults.push(text),
    },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const origin = server.address;

  const ask = ({ method, path, headers, body }: Asked): Promise<Got> =>
    new Promise((resolve, reject) => {
      const request = httpRequest(
        { host: '127.0.0.1', port: server.port, path, method, headers, agent },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              type: String(response.headers['content-type'] ?? ''),
              text: Buffer.concat(parts).toString(),
            }),
          );
        },
      );
      request.on('error', reject);
      request.end(body ?? undefined);
    });

  let session: Readonly<Record<string, string>> = {};
  let accounts = 0;
  let capture = NO_ID;
  const entered = async (): Promise<void> => {
    const name = `fuzz${++accounts}`;
    const got = await new Promise<{ me: Me; cookie: string }>((resolve, reject) => {
      const body = JSON.stringify({ name, password: PASSWORD });
      const headers = { origin, 'content-type': 'application/json', 'content-length': String(body.length) };
      const request = httpRequest(
        { host: '127.0.0.1', port: server.port, path: `${API}/register`, method: 'POST', headers },
        (response) => {
          let text = '';
          response.on('data', (part) => (text += String(part)));
          response.on('end', () =>
            resolve({ me: JSON.parse(text) as Me, cookie: (response.headers['set-cookie']?.[0] ?? '').split(';')[0]! }),
          );
        },
      );
      request.on('error', reject);
      request.end(body);
    });
    await sql.run('DELETE FROM counters WHERE name LIKE $1', ['register %']);
    await sql.run('UPDATE accounts SET admin = 1 WHERE name = $1', [name]);
    session = { origin, cookie: got.cookie, [CSRF_HEADER]: String(got.me.csrf) };
    const made = await upload(tinyCapture(), `?name=a.pcap`, {});
    capture = made.status === 201 ? String((JSON.parse(made.text) as { id: string }).id) : NO_ID;
  };
  const upload = (body: Buffer, query: string, headers: Readonly<Record<string, string>>): Promise<Got> =>
    ask({ method: 'POST', path: `${API}/uploads${query}`, headers: { ...session, ...headers }, body });

  /** An answer is what was asked for, or a refusal with a code and a sentence; no fault was met. */
  const good = (got: Got, what: string): void => {
    if (faults.length > 0) throw new Error(`${what}: a fault: ${faults.splice(0).join().slice(0, 500)}`);
    if (got.status >= 500) throw new Error(`${what}: ${got.status}: ${got.text.slice(0, 200)}`);
    // HEAD is answered without a body.
    if (got.status < 400 || got.text === '' || !got.type.startsWith('application/json')) return;
    const { error } = JSON.parse(got.text) as { error: { code: string; message: unknown } };
    if (typeof error.code !== 'string' || error.message === undefined) throw new Error(`${what}: ${got.text}`);
  };
  await entered();
  const places = new Places(join(folder, 'pieces'));

  const kept = (): string => ['captures', 'incoming'].flatMap((name) => readdirSync(join(held, name))).join();
  const header = (name: string): boolean => /^[\w-]{1,60}$/.test(name);
  const plain = (text: string): boolean => /^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(text);

  return [
    {
      name: 'api',
      end: async () => {
        agent.destroy();
        await server.close();
        await captures.close();
        await sql.close();
        rmSync(folder, { recursive: true, force: true });
      },
      limit: 2_000,
      isText: true,
      seeds: ROUTES.map(([method, path, body = null]) => latin(JSON.stringify({ method, path, headers: {}, body }))),
      words: words(
        ',',
        ':',
        '"GET"',
        '"POST"',
        '"PATCH"',
        '"DELETE"',
        '"HEAD"',
        '"OPTIONS"',
        '"content-type"',
        '"authorization"',
        '"origin"',
      )
        .concat(
          words(
            '"Bearer AAAAAAAAAAAAAAAAAAAAAAAAA"',
            '"text/plain"',
            '"sec-fetch-site"',
            '"cross-site"',
            `"${CAPTURE}"`,
            '"%00"',
            '?',
          ),
        )
        .concat(
          words(
            '"host"',
            '"cookie"',
            '"name"',
            '"text"',
            '"\\u0000"',
            '"limits":',
            '"hours":',
            '"days":',
            '"flow":',
            '%',
            '&limit=',
          ),
        ),
      run: async (data) => {
        const said = jsonIn(data);
        if (typeof said !== 'object' || said === null) return;
        const { method, path, headers, body } = said as Record<string, unknown>;
        if (typeof method !== 'string' || !/^[A-Z]{1,10}$/.test(method) || method === 'CONNECT') return;
        if (typeof path !== 'string' || !/^\/[\u0021-\u007e\u0080-\u00ff]*$/.test(path)) return;
        const more = Object.entries(typeof headers === 'object' && headers !== null ? headers : {})
          .filter((e): e is [string, string] => header(e[0]) && typeof e[1] === 'string' && plain(e[1]))
          .filter(([name]) => !/^(?:content-length|transfer-encoding|connection|upgrade|expect|trailer)$/i.test(name));
        const text = textOf(body);
        const got = await ask({
          method,
          path: API + path.replaceAll(CAPTURE, capture),
          headers: {
            ...session,
            ...(text === null
              ? {}
              : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
            ...Object.fromEntries(more),
          },
          body: text,
        });
        good(got, `${method} ${path}`);
        if (method === 'GET' || got.status >= 300) return;
        const me = await ask({ method: 'GET', path: `${API}/me`, headers: session, body: null });
        const there = await ask({ method: 'GET', path: `${API}/captures/${capture}`, headers: session, body: null });
        if (!me.text.includes('"admin":true') || there.status !== 200) await entered();
      },
    },
    {
      name: 'upload',
      limit: 3_000,
      seeds: [tinyCapture(), Buffer.from('\x1f\x8b\x08'), Buffer.alloc(0), Buffer.from('no capture')].flatMap((body) =>
        [0, 1, 2, 3].map((way) => Uint8Array.from([way, ...body])),
      ),
      words: words(
        '\x1f\x8b\x08\0',
        '\xd4\xc3\xb2\xa1',
        '\x0a\x0d\x0d\x0a',
        'PK\x03\x04',
        '\x28\xb5\x2f\xfd',
        'BZh9',
        '\xfd7zXZ\0',
      ),
      run: async (data) => {
        const way = data[0] ?? 0;
        const body = Buffer.from(data.subarray(1));
        const name = encodeURIComponent(body.subarray(0, 40).toString('latin1'));
        const headers: Record<string, string> = {
          'content-type': way & 2 ? 'application/json' : 'application/octet-stream',
        };
        if ((way & 1) === 0) headers['content-length'] = String(body.length);
        else headers['transfer-encoding'] = 'chunked';
        const before = kept();
        const got = await upload(body, way & 4 ? `?name=${name}` : '', headers);
        good(got, 'upload');
        if (got.status === 201) {
          const { id } = JSON.parse(got.text) as { id: string };
          const gone = await ask({ method: 'DELETE', path: `${API}/uploads/${id}`, headers: session, body: null });
          if (gone.status !== 204) throw new Error(`an upload does not go: ${gone.status} ${gone.text}`);
        }
        if (kept() !== before) throw new Error(`left: ${kept()}, before ${before}`);
      },
    },
    {
      name: 'upload-pieces',
      limit: 600,
      seeds: [Uint8Array.of(0, 5, 3, 1, 2, 3), Uint8Array.of(1, 3, 2, 1, 2, 3, 4, 5, 6), Uint8Array.of(2, 0, 1, 9)],
      words: [],
      run: async (data) => {
        const [way = 0, announced = 0, size = 0] = data;
        const body = data.subarray(3);
        const at = Math.max(1, size);
        const pieces = Array.from({ length: Math.ceil(body.length / at) }, (_, i) =>
          Buffer.from(body.subarray(i * at, (i + 1) * at)),
        );
        const from = Readable.from(
          (function* () {
            yield* pieces;
            if (way & 1) throw new Error('broke off');
          })(),
          { objectMode: false },
        );
        const most = way & 2 ? 100 : 10_000;
        const told = way & 8 ? announced : body.length;
        const length = way & 4 ? null : told;
        const got = await receive(from, { most, bound: way & 16 ? 'file' : 'account', length }, places);
        const left = readdirSync(join(folder, 'pieces', 'incoming'));
        if (!got.ok) {
          if (left.length > 0) throw new Error('a refused upload left something');
          return;
        }
        const there = readFileSync(got.path);
        if (Buffer.compare(there, Buffer.from(body)) !== 0 || got.size !== body.length) throw new Error('other bytes');
        if (got.sha256 !== createHash('sha256').update(body).digest('hex')) throw new Error('another digest');
        if (body.length > most || way & 1 || (length !== null && length !== body.length)) throw new Error('was taken');
        rmSync(got.folder, { recursive: true, force: true });
      },
    },
    {
      name: 'api-bytes',
      limit: 1_500,
      seeds: [
        `GET ${API}/me HTTP/1.1\r\nHost: HOST\r\n\r\n`,
        `POST ${API}/uploads?name=a HTTP/1.1\r\nHost: HOST\r\nCOOKIE\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
        `POST ${API}/login HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
        `GET ${API}/me HTTP/1.1\r\nHost: HOST\r\n\r\nGET ${API}/captures HTTP/1.1\r\nHost: HOST\r\nCOOKIE\r\n\r\n`,
        `GET /socket HTTP/1.1\r\nHost: HOST\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
          'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
        'CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n',
      ].map(latin),
      words: words(
        '\r\n',
        'Host: HOST',
        'COOKIE',
        'Content-Length: ',
        'Transfer-Encoding: chunked',
        'Expect: 100-continue',
        API,
      ).concat(
        words(
          'Upgrade: websocket',
          'Connection: Upgrade',
          'HTTP/1.0',
          '\0',
          '%00',
          'X-Forwarded-For: 1.2.3.4',
          '/uploads',
          'POST ',
          'gzip',
        ),
      ),
      run: async (data) => {
        const text = Buffer.from(data)
          .toString('latin1')
          .replaceAll('HOST', `127.0.0.1:${server.port}`)
          .replaceAll(
            'COOKIE',
            Object.entries(session)
              .map(([name, value]) => `${name}: ${value}`)
              .join('\r\n'),
          );
        const answer = await spokenTo(server.port, Buffer.from(text, 'latin1'));
        if (faults.length > 0) throw new Error(`a fault: ${faults.splice(0).join().slice(0, 500)}`);
        if (answer.startsWith('HTTP/1.1 5')) throw new Error(`answered ${answer.slice(0, 200)}`);
      },
    },
  ];
}

function textOf(body: unknown): string | null {
  if (body === null || body === undefined) return null;
  return typeof body === 'string' ? body : JSON.stringify(body);
}

/** Says bytes to a port, and nothing more. @returns what was answered until the connection was over */
export function spokenTo(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket = connect({ host: '127.0.0.1', port });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`a connection that is over on one side stays open for ${PATIENCE} ms`));
    }, PATIENCE);
    socket.on('data', (part: Buffer) => parts.push(part));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(parts).toString('latin1'));
    });
    socket.end(bytes);
  });
}
