import { strict as assert } from 'node:assert';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { decode, encode, REQUESTS } from '../../contract/index.ts';
import type { Capture } from '../contract.ts';
import { type Browser, Rig } from '../testing/rig.ts';
import { ALLOWED } from './index.ts';

const rig = new Rig();
let owner: Browser;
let id = '';

before(async () => {
  const windowFiles = join(rig.folder, 'window');
  mkdirSync(join(windowFiles, 'assets'), { recursive: true });
  writeFileSync(join(windowFiles, 'index.html'), '<!doctype html><title>Window</title>');
  writeFileSync(join(windowFiles, 'assets', 'index.js'), '"use strict";');
  await rig.start({ windowFiles });
  owner = await rig.account();
  const bytes = readFileSync(new URL('../../assets/sample.pcapng', import.meta.url));
  const got = await owner.post('/uploads?name=a%2F..%2Fb.pcapng', bytes, {
    'content-type': 'application/octet-stream',
  });
  assert.equal(got.status, 201, got.text);
  id = (JSON.parse(got.text) as Capture).id;
});
after(() => rig.end());

async function opened(browser = owner, path = `/captures/${id}/window`): Promise<{ path: string; token: string }> {
  const got = await browser.post(path);
  assert.equal(got.status, 201, got.text);
  const { address } = JSON.parse(got.text) as { address: string };
  const [, at, token] = /^(\/window\/[\w-]{22}\/)#token=([\w-]+)$/.exec(address) ?? assert.fail(address);
  return { path: at!, token: token! };
}

async function entered(path: string, token: string, origin = owner.origin): Promise<string | number> {
  const headers = { origin, 'content-type': 'text/plain;charset=UTF-8' };
  const got = await owner.raw(`${path}enter`, { method: 'POST', headers, body: token });
  return got.status === 200 ? (JSON.parse(got.text) as { secret: string }).secret : got.status;
}

function socket(path: string, secret: string, headers: Record<string, string> = {}): Promise<WebSocket | number> {
  return new Promise((resolve) => {
    const address = `ws://127.0.0.1:${owner.port}${path}contract`;
    const ws = new WebSocket(address, ['sightline', secret], { headers: { origin: owner.origin, ...headers } });
    ws.on('open', () => resolve(ws));
    ws.on('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode!);
    });
    ws.on('error', () => resolve(0));
  });
}

async function attached(path: string, token: string): Promise<WebSocket> {
  const secret = await entered(path, token);
  if (typeof secret !== 'string') assert.fail(String(secret));
  const ws = await socket(path, secret);
  return ws instanceof WebSocket ? ws : assert.fail(String(ws));
}

let asked = 0;
interface Answered {
  readonly ok: boolean;
  readonly reason?: string;
  readonly message?: { readonly say: string };
  readonly value: Readonly<Record<string, unknown>>;
}
function ask(ws: WebSocket, kind: string, body: unknown): Promise<Answered> {
  const number = ++asked;
  return new Promise((resolve, reject) => {
    const hear = (data: Buffer): void => {
      const m = decode(new Uint8Array(data)) as { id?: number; answer: Answered };
      if (m.id !== number) return;
      ws.off('message', hear);
      ws.off('close', closed);
      resolve(m.answer);
    };
    const closed = (): void => reject(new Error('closed'));
    ws.on('message', hear);
    ws.once('close', closed);
    ws.send(encode({ id: number, kind, body }));
  });
}

test('the window on a capture shows its packets and flows, and nothing else', { timeout: 60_000 }, async () => {
  const { path, token } = await opened();
  const page = await owner.raw(path);
  assert.equal(page.status, 200);
  assert.match(page.text, /<title>Window/);
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
  assert.equal((await owner.raw(`${path}assets/index.js`)).status, 200);
  const ws = await attached(path, token);
  const hello = await ask(ws, 'hello', { client: 'one' });
  assert.ok(hello.ok);
  let looked = 0;
  for (let i = 0; i < 100 && looked < 10; i++) {
    const view = await ask(ws, 'view', { which: 'packets', filter: '', sort: null });
    assert.ok(view.ok, JSON.stringify(view));
    const { generation, matched } = view.value['view'] as { generation: number; matched: number };
    looked = matched;
    const page = await ask(ws, 'packets', { from: 0, count: 10, generation });
    assert.ok(page.ok || page.reason === 'stale', JSON.stringify(page));
    await sleep(100);
  }
  assert.ok(looked >= 10);
  const flows = await ask(ws, 'flows', { from: 0, count: 5, generation: 0 });
  assert.ok(flows.ok, JSON.stringify(flows));
  for (const kind of Object.keys(REQUESTS).filter((k) => !ALLOWED.has(k))) {
    const got = await ask(ws, kind, {});
    assert.equal(got.message?.say, 'window-only-shows', kind);
  }
  for (const kind of ['open', 'save', 'capture', 'exportPackets', 'setThreat', 'model', 'settings', 'label'])
    assert.equal(ALLOWED.has(kind), false, kind);
  ws.terminate();
});

test(
  'who comes by a link hears nothing of what the owner looks for, and of no folder',
  { timeout: 60_000 },
  async () => {
    const share = await owner.post(`/captures/${id}/shares`, { hours: 1 });
    const { token: shared } = JSON.parse(share.text) as { token: string };
    const by = await opened(rig.browser(), `/shared/${shared}/window`);
    const guest = await attached(by.path, by.token);
    const heard: string[] = [];
    guest.on('message', (data: Buffer) => heard.push(data.toString('latin1')));
    const mine = await opened();
    const ws = await attached(mine.path, mine.token);
    const first = await ask(ws, 'hello', { client: 'owner' });
    const filter = 'ip.addr == 10.20.30.40';
    assert.ok((await ask(ws, 'view', { which: 'packets', filter, sort: null })).ok);
    await ask(ws, 'statsProperties', {});
    const hello = await ask(guest, 'hello', { client: 'guest' });
    await ask(guest, 'statsProperties', {});
    await sleep(300);
    for (const said of [JSON.stringify(hello), JSON.stringify(first), ...heard]) {
      assert.ok(!said.includes('10.20.30.40'), said.slice(0, 500));
      assert.ok(!said.includes(rig.folder), said.slice(0, 500));
    }
    assert.match(JSON.stringify(hello.value), /"path":"[\w.-]+"/);
    guest.terminate();
    ws.terminate();
  },
);

test('no request that may be asked takes a path', () => {
  for (const kind of ALLOWED) {
    const check = REQUESTS[kind as keyof typeof REQUESTS];
    const problem = check.check({ path: '/etc/passwd', paths: ['/etc/passwd'], folder: '/etc' }, kind);
    assert.notEqual(problem, null, kind);
  }
});

test('nobody attaches without a secret, from another page, with another window, with a link that was used', async () => {
  const { path, token } = await opened();
  assert.equal(await entered(path, token, 'https://evil.example'), 403);
  assert.equal(await entered(path, 'x'.repeat(43)), 403);
  const secret = await entered(path, token);
  assert.equal(typeof secret, 'string');
  assert.equal(await entered(path, token), 403);
  for (const [at, shown, headers] of [
    [path, 'x'.repeat(43), {}],
    [path, String(secret), { origin: 'https://evil.example' }],
    [path, String(secret), { host: 'evil.example' }],
    ['/', String(secret), {}],
    [`/window/${'A'.repeat(22)}/`, String(secret), {}],
  ] as const)
    assert.equal(await socket(at, shown, headers), 403, at);
  assert.equal((await owner.raw(`/window/${'A'.repeat(22)}/`)).status, 404);
  assert.equal((await owner.raw(`${path}assets/..%2f..%2f..%2fsecret.txt`)).status, 404);
});

test('another account gets no window on it, and one without a session none at all', async () => {
  const other = await rig.account();
  assert.equal((await other.post(`/captures/${id}/window`)).status, 404);
  assert.equal((await rig.browser().post(`/captures/${id}/window`)).status, 401);
});

test(
  'a window ends with the session that opened it, with the share, and with the capture',
  { timeout: 60_000 },
  async () => {
    const gone = (ws: WebSocket): Promise<unknown> =>
      new Promise((resolve) => {
        ws.on('close', resolve);
      });
    const share = await owner.post(`/captures/${id}/shares`, { hours: 1 });
    const { token: shared, id: shareId } = JSON.parse(share.text) as { token: string; id: string };
    const anyone = rig.browser();
    const by = await opened(anyone, `/shared/${shared}/window`);
    const visitor = await attached(by.path, by.token);
    assert.ok((await ask(visitor, 'hello', { client: 'two' })).ok);
    const left = gone(visitor);
    assert.equal((await owner.ask('DELETE', `/captures/${id}/shares/${shareId}`)).status, 204);
    await left;
    const mine = await opened();
    const ws = await attached(mine.path, mine.token);
    const out = gone(ws);
    await owner.post('/logout');
    await out;
    await rig.captures.remove(id);
    assert.equal((await owner.raw(mine.path)).status, 404);
  },
);
