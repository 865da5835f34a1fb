// The host beside peers that mean it harm: connections reset, half open, of other protocols, or very many. It stays.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectTo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { encode, MESSAGES_AT_ONCE, PATIENCE_WITH_FLOOD } from '../contract/index.ts';
import { ask, Rig, ROOT } from './testing.ts';

const rig = new Rig();
/** Whatever nobody caught would end the host; here it would end this test's process too, so it is counted. */
const uncaught: unknown[] = [];
const count = (error: unknown): void => {
  uncaught.push(error);
};

before(async () => {
  process.on('uncaughtException', count);
  await rig.begin();
  await rig.enter();
});
after(async () => {
  await rig.end();
  process.off('uncaughtException', count);
});

function raw(port = rig.port): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTo({ host: '127.0.0.1', port, allowHalfOpen: true }, () => resolve(socket));
    socket.on('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
    });
  });
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** A request's head; the first line, then the host, then the rest of its lines. */
const head = (request: string, ...lines: readonly string[]): string =>
  [request, `Host: 127.0.0.1:${rig.port}`, ...lines, ''].join('\r\n');

const UPGRADE = (path: string, extra = ''): string =>
  head(
    `GET ${path} HTTP/1.1`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${extra}`,
  );

const FIRST_WORDS: readonly (readonly [string, () => string | Buffer])[] = [
  ['refused upgrade', () => UPGRADE('/contract')],
  ['upgrade of nothing', () => UPGRADE('/nothing', `Origin: ${rig.origin}\r\n`)],
  ['upgrade with a body behind it', () => UPGRADE('/contract') + 'x'.repeat(100_000)],
  [
    'upgrade without a key, with the secret',
    () =>
      head(
        'GET /contract HTTP/1.1',
        `Origin: ${rig.origin}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        `Sec-WebSocket-Protocol: sightline, ${rig.secret}\r\n`,
      ),
  ],
  [
    'good upgrade',
    () => UPGRADE('/contract', `Origin: ${rig.origin}\r\nSec-WebSocket-Protocol: sightline, ${rig.secret}\r\n`),
  ],
  ['CONNECT', () => 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n'],
  ['a TLS hello', () => Buffer.from('16030100c8010000c40303', 'hex')],
  ['HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['half a head', () => 'GET / HTTP/1.1\r\nHost: 127'],
  ['nothing', () => ''],
  [
    'an upload without a session',
    () => `${head('POST /upload?name=x HTTP/1.1', `Origin: ${rig.origin}`, 'Content-Length: 1000000')}\r\nabc`,
  ],
  [
    'an upload',
    () =>
      `${head(
        'POST /upload?name=x HTTP/1.1',
        `Origin: ${rig.origin}`,
        `X-Sightline-Session: ${rig.secret}`,
        'Content-Length: 1000000',
      )}\r\nabc`,
  ],
  [
    'both lengths',
    () => `${head('POST /enter HTTP/1.1', 'Content-Length: 5', 'Transfer-Encoding: chunked')}\r\n0\r\n\r\n`,
  ],
  ['an address that is none', () => `GET http://[ HTTP/1.1\r\nHost: 127.0.0.1:${rig.port}\r\n\r\n`],
];

const ENDS: readonly (readonly [string, (socket: Socket) => void])[] = [
  ['reset at once', (s) => s.resetAndDestroy()],
  ['reset after a moment', (s) => void pause(3).then(() => s.resetAndDestroy())],
  ['closed', (s) => s.destroy()],
  ['half closed', (s) => s.end()],
];

test('400 connections that begin and end wrongly: the host lives, and nothing went uncaught', async () => {
  const before = new Set<Socket>();
  for (let round = 0; round < 8; round++) {
    for (const [, words] of FIRST_WORDS) {
      for (const [, end] of ENDS) {
        const socket = await raw();
        before.add(socket);
        socket.write(words());
        end(socket);
      }
    }
    await pause(10);
  }
  assert.ok(before.size >= 400);
  await pause(200);
  for (const socket of before) socket.destroy();
  assert.deepEqual(uncaught, []);
  assert.deepEqual(rig.said, []);
  const ws = await rig.socket();
  assert.equal((await ask(ws, 'hello', { client: 'after' })).ok, true);
  ws.terminate();
});

test('a good socket reset in the middle of its first message', async () => {
  for (let i = 0; i < 50; i++) {
    const socket = await raw();
    socket.write(UPGRADE('/contract', `Origin: ${rig.origin}\r\nSec-WebSocket-Protocol: sightline, ${rig.secret}\r\n`));
    await new Promise((resolve) => {
      socket.once('data', resolve);
    });
    socket.write(Buffer.concat([Buffer.from([0x82, 0xfe, 0x10, 0x00, 1, 2, 3, 4]), Buffer.alloc(i * 20)]));
    socket.resetAndDestroy();
  }
  await pause(100);
  assert.deepEqual(uncaught, []);
  assert.equal((await rig.get('/session', rig.shown)).status, 204);
});

test('a window that floods is let go and told why, and the others go on', async () => {
  const ws = await rig.socket();
  const other = await rig.socket();
  const gone = new Promise<{ code: number; why: string }>((resolve) => {
    ws.once('close', (code, why) => resolve({ code, why: String(why) }));
  });
  const message = encode({ id: 1, kind: 'nothing', body: {} });
  for (let i = 0; i < (MESSAGES_AT_ONCE + PATIENCE_WITH_FLOOD) * 2; i++) ws.send(message);
  assert.deepEqual(await gone, { code: 1008, why: 'This window asks faster than it may.' });
  assert.equal((await ask(other, 'hello', { client: 'beside a flood' })).ok, true);
  other.terminate();
});

test('what is refused is refused in words, and its connection is closed although the other side keeps it', async () => {
  const answer = async (words: string | Buffer): Promise<string> => {
    const socket = await raw();
    let said = '';
    socket.on('data', (piece: Buffer) => {
      said += piece.toString();
    });
    const over = new Promise((resolve) => {
      socket.once('close', resolve);
      socket.once('end', resolve);
    });
    socket.write(words);
    await Promise.race([over, pause(5000).then(() => assert.fail('the connection stays'))]);
    socket.destroy();
    return said;
  };
  assert.match(await answer(UPGRADE('/contract')), /^HTTP\/1\.1 403 [\s\S]*Only the window itself attaches here/);
  assert.match(
    await answer('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n'),
    /^HTTP\/1\.1 403 [\s\S]*no proxy/,
  );
  assert.match(await answer(Buffer.from('16030100c8010000c40303', 'hex')), /^HTTP\/1\.1 400 /);
});

test('a connection that a browser opened ahead is closed without a word, half a head with one', async () => {
  const [ahead, half] = [await raw(), await raw()];
  const said = (socket: Socket): Promise<string> =>
    new Promise((resolve) => {
      let text = '';
      socket.on('data', (piece: Buffer) => (text += piece.toString()));
      socket.once('end', () => resolve(text)).once('close', () => resolve(text));
    });
  half.write('GET / HTTP/1.1\r\nHost: ');
  const [nothing, words] = await Promise.all([said(ahead), said(half)]);
  assert.equal(nothing, '');
  assert.match(words, /^HTTP\/1\.1 408 /);
  for (const socket of [ahead, half]) socket.destroy();
});

test('1,000 idle connections: the oldest are closed and told why; windows and pages work', async () => {
  const ws = await rig.socket();
  const idle: Socket[] = [];
  let told = '';
  for (let i = 0; i < 1000; i++) {
    const socket = await raw();
    if (i === 0)
      socket.on('data', (piece: Buffer) => {
        told += piece.toString();
      });
    idle.push(socket);
  }
  assert.equal((await rig.get('/')).status, 200);
  assert.equal((await rig.get('/session', rig.shown)).status, 204);
  assert.equal((await ask(ws, 'hello', { client: 'beside' })).ok, true);
  assert.match(told, /^HTTP\/1\.1 503 [\s\S]*More than 256 connections/);
  for (const socket of idle) socket.destroy();
  ws.terminate();
});

describe('a fault of our own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-fault-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** The host with a fault planted in one of its threads. */
  function faulty(
    plant: string,
  ): Promise<{ readonly code: number | null; readonly said: string; readonly took: number }> {
    const script = join(ROOT, 'web', 'main.ts');
    const from = performance.now();
    const child = spawn(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(plant)}`, script, '--no-browser', '--sample'],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, SIGHTLINE_CACHE: join(folder, 'cache'), SIGHTLINE_DATA_HOME: join(folder, 'data') },
      },
    );
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (piece: Buffer) => {
        said += piece.toString();
      });
    return new Promise((resolve) => {
      child.once('close', (code) => resolve({ code, said, took: performance.now() - from }));
    });
  }

  test('in the server’s thread: it is said, and ends in order with code 2', async () => {
    const done = await faulty(
      "import { isMainThread } from 'node:worker_threads'; if (isMainThread) setTimeout(() => { throw new " +
        "Error('planted'); }, 2500);",
    );
    assert.equal(done.code, 2, done.said);
    assert.match(done.said, /fault of its own: Error: planted/);
  });

  test('in the engine’s thread: the store is closed, no journal is left, code 2, without waiting', async () => {
    const done = await faulty(
      "import { isMainThread } from 'node:worker_threads'; if (!isMainThread) setTimeout(() => { " +
        "Promise.reject(new Error('planted')); }, 2500);",
    );
    assert.equal(done.code, 2, done.said);
    assert.match(done.said, /The engine ended: Error: planted/);
    assert.ok(done.took < 9000, `${done.took} ms`);
    assert.equal(
      readFileSync(join(folder, 'data', 'sightline.sqlite'))
        .subarray(0, 6)
        .toString(),
      'SQLite',
    );
  });
});
