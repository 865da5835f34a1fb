// Who may talk to the served window, and who may not.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { decode, encode } from '../contract/index.ts';
import { WindowServer } from './server.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'sightline-web-'));
const files = join(folder, 'files');
mkdirSync(files);
writeFileSync(join(files, 'index.html'), '<!doctype html><title>Sightline</title>');
writeFileSync(join(folder, 'secret.html'), 'secret');
const server = new WindowServer({ desk: { product: 'Sightline', version: 'test', root: ROOT, cacheFolder: join(folder, 'cache'), dataFolder: join(folder, 'data'), helper: '/nowhere', native: false }, files, port: 0, begin: null });
let port = 0;
let cookie = '';

interface Got { readonly status: number; readonly headers: Readonly<Record<string, string | string[] | undefined>>; readonly body: string }

function get(path: string, headers: Record<string, string> = {}, method = 'GET', body?: Buffer): Promise<Got> {
  return new Promise((resolve, reject) => {
    const r = httpRequest({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (p: Buffer) => parts.push(p));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts).toString() }));
    });
    r.on('error', reject);
    r.end(body);
  });
}

function connect(headers: Record<string, string>): Promise<WebSocket | number> {
  return new Promise((resolve) => {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/contract`, { headers });
    ws.on('open', () => resolve(ws));
    ws.on('unexpected-response', (_r, response) => resolve(response.statusCode!));
    ws.on('error', () => resolve(0));
  });
}

before(async () => { port = await server.listen(); });
after(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the link works once', async () => {
  const link = new URL(server.link());
  const first = await get(link.pathname + link.search);
  assert.equal(first.status, 303);
  const set = String(first.headers['set-cookie']);
  assert.match(set, /HttpOnly; SameSite=Strict/);
  cookie = set.split(';')[0]!;
  assert.equal((await get(link.pathname + link.search)).status, 403);
  assert.equal((await get('/?token=guessed')).status, 403);
  assert.equal((await get('/')).status, 403);
  assert.equal((await get('/', { cookie: `${cookie}x` })).status, 403);
  const page = await get('/', { cookie });
  assert.equal(page.status, 200);
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'; script-src 'self'/);
});

test('another name for this machine is refused: DNS that points here opens nothing', async () => {
  for (const host of ['evil.example', `evil.example:${port}`, `127.0.0.1.evil.example:${port}`, '127.0.0.1']) assert.equal((await get('/', { cookie, host })).status, 403, host);
});

test('nothing beside the window’s files is served', async () => {
  for (const path of ['/../secret.html', '/..%2fsecret.html', '/%2e%2e/secret.html', '//secret.html', '/nothing.js', '/index.exe', '/saved/../../secret', '/saved/0']) assert.equal((await get(path, { cookie })).status, 404, path);
});

test('the socket takes our own page only', async () => {
  const origin = `http://127.0.0.1:${port}`;
  assert.equal(await connect({ origin }), 403);
  assert.equal(await connect({ cookie }), 403);
  assert.equal(await connect({ cookie, origin: 'https://evil.example' }), 403);
  const ws = await connect({ cookie, origin });
  assert.ok(ws instanceof WebSocket);
  const answer = new Promise<unknown>((resolve) => { ws.on('message', (data: Buffer) => { const m = decode(new Uint8Array(data)) as { id?: number }; if (m.id === 5) resolve(m); }); });
  ws.send('text');
  ws.send(new Uint8Array([1, 2, 3]));
  ws.send(encode({ id: 5, kind: 'hello', body: { client: 'test' } }));
  const said = (await answer) as { answer: { ok: boolean; value: { product: string; session: unknown } } };
  assert.equal(said.answer.value.product, 'Sightline');
  assert.equal(said.answer.value.session, null);
  ws.terminate();
});

test('a capture is brought in by our own page only, under a harmless name', async () => {
  const body = readFileSync(join(ROOT, 'assets', 'sample.pcapng'));
  assert.equal((await get('/upload?name=x', { cookie, origin: 'https://evil.example' }, 'POST', body)).status, 403);
  const got = await get(`/upload?name=${encodeURIComponent('../../a b/evil.pcap')}`, { cookie, origin: `http://127.0.0.1:${port}` }, 'POST', body);
  assert.equal(got.status, 200);
  const { path } = JSON.parse(got.body) as { path: string };
  assert.ok(path.startsWith(join(folder, 'cache', 'uploads')) && !path.includes('/../'), path);
  assert.deepEqual(readFileSync(path), body);
});
