// What attackers try at the doors (OWASP's lists), each test against one kind. That each fails when its mitigation is
// taken out is tried by `npm run campaign:mitigations`.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  API,
  type ApiKey,
  type Capture,
  CSRF_HEADER,
  type Me,
  type NewKey,
  type NewShare,
  type Note,
  type Page,
} from '../contract.ts';
import { newId } from '../store/index.ts';
import { bodyOf, type Browser, codeOf, PASSWORD, Rig, SECRET, tinyCapture } from '../testing/rig.ts';

const rig = new Rig();
before(() => rig.start());
after(() => rig.end());

interface Route {
  readonly method: string;
  readonly path: string;
  readonly body: boolean;
}

/** Every route, as the server itself documents them. */
async function routes(): Promise<Route[]> {
  const { paths } = bodyOf<{ paths: Record<string, Record<string, { requestBody?: unknown }>> }>(
    await rig.browser().get('/openapi.json'),
  );
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody }]) => {
      return { method: method.toUpperCase(), path: path.slice(API.length), body: requestBody !== undefined };
    }),
  );
  assert.ok(all.length > 45, `${all.length} routes`);
  return all;
}

const OPEN = ['GET /me', 'POST /register', 'POST /login'];
const isOpen = ({ method, path }: Route): boolean => OPEN.includes(`${method} ${path}`) || path.startsWith('/shared/');

/** A path of the document with values in its places. */
function filled(path: string, values: Readonly<Record<string, string>>): string {
  const plain = path.replaceAll(/\{(\w+)[^}]*\}/g, (_all, name: string) => values[name] ?? newId());
  return plain.endsWith('/download') ? `${plain}?as=csv` : plain;
}

async function upload(browser: Browser, name = 'a.pcap'): Promise<Capture> {
  const headers = { 'content-type': 'application/octet-stream', 'x-sightline-name': encodeURIComponent(name) };
  return bodyOf<Capture>(await browser.post('/uploads', tinyCapture(), headers));
}

test('no cookie: every route is closed, however its address is written', async () => {
  const nobody = rig.browser();
  for (const route of (await routes()).filter((r) => !isOpen(r))) {
    const path = filled(route.path, {});
    const got = await nobody.ask(route.method, path, route.body ? {} : undefined);
    assert.equal(codeOf(got), 'not-signed-in', `${route.method} ${path}`);
  }
  for (const path of ['/%61pi/v1/captures', '/api/%76%31/captures', '/api/v1/%63aptures', '/api/v1/captures?x=/me'])
    assert.equal(codeOf(await nobody.raw(path)), 'not-signed-in', path);
  for (const path of ['//api/v1/captures', '/API/v1/captures', '/api/v1//captures', '/x/../api/v1/captures'])
    assert.equal((await nobody.raw(path)).status, 404, path);
  for (const cookie of ['', 'x', newId(), 'a'.repeat(43)]) {
    const name = (await rig.account()).cookie!.split('=')[0];
    const got = await nobody.raw(`${API}/captures`, { headers: { cookie: `${name}=${cookie}` } });
    assert.equal(codeOf(got), 'not-signed-in');
  }
});

test("another's id: nobody reads, changes or deletes what is not his", async () => {
  const [alice, mallory] = [await rig.account(), await rig.account()];
  const { id } = await upload(alice);
  const note = bodyOf<Note>(await alice.post(`/captures/${id}/notes`, { text: 'mine' }));
  const { id: share } = bodyOf<NewShare>(await alice.post(`/captures/${id}/shares`, { hours: 1 }));
  const about = (await routes()).filter((r) => /\/(captures|uploads)\/\{/.test(r.path));
  assert.ok(about.length >= 17, `${about.length} routes of a capture`);
  const bodies: Readonly<Record<string, unknown>> = {
    confirm: { analyse: true },
    notes: { text: 'hers' },
    shares: { hours: 1 },
    labels: { flow: 1, label: 'benign' },
  };
  for (const route of about) {
    const path = filled(route.path, { id, note: note.id, share });
    const body = route.body ? bodies[path.slice(path.lastIndexOf('/') + 1)] : undefined;
    const theirs = await mallory.ask(route.method, path, body);
    const nothing = await mallory.ask(route.method, path.replace(id, newId()), body);
    assert.equal(codeOf(theirs), 'not-found', `${route.method} ${path}`);
    assert.equal(theirs.text, nothing.text, 'as one that is not there');
  }
  assert.equal(bodyOf<Page<Note>>(await alice.get(`/captures/${id}/notes`)).total, 1);
  assert.equal(bodyOf<Page<Capture>>(await mallory.get('/captures')).total, 0);
  // A note of one capture through another; a note of the board that is somebody else's.
  const { id: hers } = await upload(mallory);
  assert.equal(codeOf(await mallory.ask('DELETE', `/captures/${hers}/notes/${note.id}`)), 'not-found');
  assert.equal(codeOf(await mallory.ask('DELETE', `/captures/${hers}/shares/${share}`)), 'not-found');
  assert.equal(codeOf(await mallory.ask('DELETE', `/board/${note.id}`)), 'not-found');
  const own = `/captures/${id}/notes/${note.id}`;
  assert.equal((await alice.ask('DELETE', own)).status, 204, 'her own goes');
  const posted = bodyOf<Note>(await alice.post('/board', { text: 'to all' }));
  assert.equal(bodyOf<Page<Note>>(await mallory.get('/board')).items.find((n) => n.id === posted.id)?.own, false);
  assert.equal(codeOf(await mallory.ask('DELETE', `/board/${posted.id}`)), 'not-found');
  assert.equal((await alice.ask('DELETE', `/board/${posted.id}`)).status, 204);
});

test("another's keys and sessions cannot be ended", async () => {
  const [alice, mallory] = [await rig.account(), await rig.account()];
  const key = bodyOf<NewKey>(await alice.post('/account/keys', { name: 'script' }));
  const [session] = bodyOf<Page<{ id: string }>>(await alice.get('/account/sessions')).items;
  assert.equal(codeOf(await mallory.ask('DELETE', `/account/keys/${key.id}`)), 'not-found');
  assert.equal(codeOf(await mallory.ask('DELETE', `/account/sessions/${session!.id}`)), 'not-found');
  assert.equal(bodyOf<Page<ApiKey>>(await alice.get('/account/keys')).total, 1);
});

test('an administrator’s routes are for administrators, and for no key', async () => {
  const [admin, user] = [await rig.admin(), await rig.account()];
  for (const route of (await routes()).filter((r) => r.path.startsWith('/admin/'))) {
    const path = filled(route.path, {});
    assert.equal(codeOf(await user.ask(route.method, path, route.body ? {} : undefined)), 'not-allowed', path);
  }
  bodyOf(await admin.get('/admin/accounts'));
  const { key } = bodyOf<NewKey>(await admin.post('/account/keys', { name: 'script' }));
  const authorization = `Bearer ${key}`;
  bodyOf(await admin.raw(`${API}/captures`, { headers: { authorization } }));
  for (const path of ['/admin/accounts', '/account/keys', '/account/sessions']) {
    const got = await admin.raw(API + path, { headers: { authorization } });
    assert.equal(codeOf(got), 'not-allowed', path);
  }
  // A cookie beside a key that is none counts for nothing.
  const got = await admin.raw(`${API}/captures`, {
    headers: { authorization: `${authorization}x`, cookie: admin.cookie! },
  });
  assert.equal(codeOf(got), 'not-signed-in');
});

test('CSRF: what changes something needs the token of its own session', async () => {
  const [alice, mallory] = [await rig.account(), await rig.account()];
  const { id } = await upload(alice);
  const changing = (await routes()).filter((r) => r.method !== 'GET' && !isOpen(r) && !r.path.startsWith('/admin/'));
  assert.ok(changing.length > 12);
  for (const route of changing)
    for (const token of ['', 'x', mallory.csrf!]) {
      const path = filled(route.path, { id });
      const got = await alice.ask(route.method, path, route.body ? {} : undefined, { [CSRF_HEADER]: token });
      assert.equal(codeOf(got), 'no-csrf-token', `${route.method} ${path}`);
    }
  bodyOf(await alice.get(`/captures/${id}`));
});

test('wrong origin: no page of another site asks, log-in included', async () => {
  const alice = await rig.account();
  const { origin } = alice;
  const wrong = [
    'https://evil.example',
    'null',
    `${origin}.evil.example`,
    origin.replace('http', 'https'),
    'http://127.0.0.1:1',
    '',
  ];
  for (const route of (await routes()).filter((r) => r.method !== 'GET' && !r.path.startsWith('/admin/')))
    for (const from of wrong) {
      const path = filled(route.path, {});
      const got = await alice.ask(route.method, path, route.body ? {} : undefined, { origin: from });
      assert.equal(codeOf(got), 'wrong-origin', `${route.method} ${path} from ${from}`);
    }
  const headers = { cookie: alice.cookie!, [CSRF_HEADER]: alice.csrf!, 'content-type': 'application/json' };
  const body = JSON.stringify({ text: 'x' });
  const board = `${API}/board`;
  assert.equal(codeOf(await alice.raw(board, { method: 'POST', headers, body })), 'wrong-origin', 'none at all');
  const same = { ...headers, 'sec-fetch-site': 'same-origin' };
  assert.equal((await alice.raw(board, { method: 'POST', headers: same, body })).status, 201);
  // A page of another site that reads: images, scripts, forms.
  for (const site of ['cross-site', 'same-site'])
    assert.equal(codeOf(await alice.get('/captures', { 'sec-fetch-site': site })), 'wrong-origin');
  bodyOf(await alice.get('/captures', { 'sec-fetch-site': 'none' }));
});

test('wrong host: a name that somebody’s DNS points here is not answered', async () => {
  const alice = await rig.account();
  for (const host of [
    'evil.example',
    `evil.example:${alice.port}`,
    '127.0.0.1',
    `127.0.0.1:${alice.port}.evil.example`,
  ])
    for (const path of [`${API}/me`, '/index.html'])
      assert.equal(codeOf(await alice.raw(path, { headers: { host } })), 'wrong-host', `${host} ${path}`);
  bodyOf(await alice.raw(`${API}/me`, { headers: { host: `LocalHost:${alice.port}` } }));
});

test('session fixation: a cookie from before the log-in is worth nothing after it', async () => {
  const [mallory, victim] = [await rig.account(), await rig.account()];
  const planted = mallory.cookie!;
  const made = `${planted.split('=')[0]}=${'A'.repeat(43)}`;
  for (const cookie of [planted, made]) {
    const browser = rig.browser();
    browser.cookie = cookie;
    bodyOf<Me>(await browser.post('/login', { name: victim.name, password: PASSWORD }));
    assert.notEqual(browser.cookie, cookie);
    const before = await browser.raw(`${API}/captures`, { headers: { cookie } });
    assert.equal(codeOf(before), 'not-signed-in', 'the planted one is over');
  }
});

test('a log-out, a new password and a disabled account end sessions and keys', async () => {
  const [admin, alice] = [await rig.admin(), await rig.account()];
  const other = rig.browser();
  const me = bodyOf<Me>(await other.post('/login', { name: alice.name, password: PASSWORD }));
  const { cookie } = alice;
  assert.equal((await alice.post('/account/password', { old: PASSWORD, new: 'another horse 2' })).status, 204);
  assert.equal(codeOf(await other.get('/captures')), 'not-signed-in');
  assert.equal(codeOf(await alice.post('/account/password', { old: 'no', new: 'x' })), 'wrong-name-or-password');
  assert.equal((await alice.post('/logout')).status, 204);
  assert.equal(codeOf(await alice.raw(`${API}/captures`, { headers: { cookie: cookie! } })), 'not-signed-in');
  await alice.post('/login', { name: alice.name, password: 'another horse 2' });
  const { key } = bodyOf<NewKey>(await alice.post('/account/keys', { name: 'k' }));
  const ofKey = async (of: string): Promise<string> =>
    codeOf(await alice.raw(`${API}/captures`, { headers: { authorization: `Bearer ${of}` } }));
  const { id } = await upload(alice);
  const { token } = bodyOf<NewShare>(await alice.post(`/captures/${id}/shares`, { hours: 1 }));
  assert.equal((await alice.post('/account/password', { old: 'another horse 2', new: 'a third horse' })).status, 204);
  assert.equal(await ofKey(key), 'not-signed-in', 'whoever had the account may have made it');
  const { key: later } = bodyOf<NewKey>(await alice.post('/account/keys', { name: 'later' }));
  assert.equal((await rig.browser().get(`/shared/${token}`)).status, 200);
  bodyOf(await admin.ask('PATCH', `/admin/accounts/${me.account!.id}`, { disabled: true }));
  assert.equal(codeOf(await alice.get('/captures')), 'not-signed-in');
  assert.equal(await ofKey(later), 'not-signed-in');
  assert.equal((await rig.browser().get(`/shared/${token}`)).status, 404, 'its links show nothing any more');
});

test('the board: a key of an administrator deletes no note of others', async () => {
  const [admin, alice] = [await rig.admin(), await rig.account()];
  const { id } = bodyOf<Note>(await alice.post('/board', { text: 'said' }));
  const { key } = bodyOf<NewKey>(await admin.post('/account/keys', { name: 'k' }));
  const byKey = { method: 'DELETE', headers: { authorization: `Bearer ${key}` } };
  assert.equal((await admin.raw(`${API}/board/${id}`, byKey)).status, 404);
  assert.equal((await admin.ask('DELETE', `/board/${id}`)).status, 204);
});

test('names: who is not invited does not learn which there are', async () => {
  const victim = await rig.account();
  const codes: string[] = [];
  for (const name of [victim.name, 'nobody-of-this-name']) {
    const asked = { name, password: PASSWORD, invitation: 'x'.repeat(32) };
    codes.push(codeOf(await rig.browser().post('/register', asked)));
  }
  assert.equal(new Set(codes).size, 1, String(codes));
});

test('brute force: an address that is locked itself locks no more names', async () => {
  const victim = await rig.account();
  const post = (name: string): ReturnType<Browser['post']> => rig.browser().post('/login', { name, password: 'guess' });
  for (let i = 0; i < 61; i++) await post(`nobody-${i}`);
  for (let i = 0; i < 11; i++) assert.equal(codeOf(await post(victim.name!)), 'locked-out');
  await rig.sql.run('DELETE FROM counters WHERE name LIKE $1', ['login from %']);
  assert.equal((await rig.browser().post('/login', { name: victim.name, password: PASSWORD })).status, 200);
});

test('brute force: a name is locked after ten guesses, whatever addresses a header tells', async () => {
  const victim = await rig.account();
  const codes: string[] = [];
  for (let i = 0; i < 12; i++) {
    const headers = { 'x-forwarded-for': `203.0.113.${i}` };
    codes.push(codeOf(await rig.browser().post('/login', { name: victim.name, password: `guess ${i}` }, headers)));
  }
  assert.deepEqual(codes.slice(9), ['wrong-name-or-password', 'locked-out', 'locked-out']);
  const right = await rig.browser().post('/login', { name: victim.name, password: PASSWORD });
  assert.equal(codeOf(right), 'locked-out');
  assert.ok(right.headers['cache-control'] === 'no-store');
});

test('path traversal: no address and no name leads out of its folder', async () => {
  const alice = await rig.account();
  assert.match((await alice.raw('/index.html')).text, /Sightline/);
  const out = [
    '../secret.txt',
    '..%2fsecret.txt',
    '%2e%2e/secret.txt',
    '..%5csecret.txt',
    'assets/..%2f..%2fsecret.txt',
  ];
  for (const path of [
    ...out,
    '....//secret.txt',
    '%2e%2e%2fsecret.txt',
    '..%00/secret.txt',
    '/etc/passwd',
    '%252e%252e%252fsecret.txt',
  ]) {
    const got = await alice.raw(`/${path}`);
    assert.ok(got.status >= 400 && !got.text.includes(SECRET), `${path}: ${got.status}`);
  }
  for (const id of ['..%2f..%2fsecret.txt', '../../secret.txt', `${newId()}%2f..`, '%00'])
    assert.equal((await alice.get(`/captures/${id}`)).status, 404, id);
  for (const name of ['../../../secret.txt', '/etc/passwd', 'C:\\x', 'a\0b', '..', '\u202egnp.exe']) {
    const { id } = await upload(alice, name);
    const kept = bodyOf<Capture>(await alice.get(`/captures/${id}`));
    assert.equal(kept.name, name.replaceAll('\0', '\ufffd'), 'a name is kept as a text');
  }
  assert.equal(readFileSync(join(rig.folder, 'secret.txt'), 'utf8'), SECRET);
});

test('oversized: heads, bodies and fields are bounded', async () => {
  const alice = await rig.account();
  const head = await alice.raw(`${API}/me`, { headers: { x: 'y'.repeat(20_000) } });
  assert.equal(head.status, 431);
  const long = { name: alice.name, password: 'x'.repeat(200_000) };
  assert.equal(codeOf(await rig.browser().post('/login', long)), 'too-large');
  assert.equal(codeOf(await rig.browser().post('/login', { ...long, password: 'x'.repeat(2000) })), 'bad-request');
  assert.equal(codeOf(await alice.post('/board', { text: 'x'.repeat(10_001) })), 'bad-request');
  assert.equal((await alice.raw(`/${'x'.repeat(8000)}`)).status, 404);
});

test('mass assignment: what is not in a shape is refused, and so is what poisons objects', async () => {
  const browser = rig.browser();
  const body = { name: 'somebody', password: PASSWORD };
  for (const more of [{ admin: true }, { id: newId() }, { disabled: false }])
    assert.equal(codeOf(await browser.post('/register', { ...body, ...more })), 'bad-request');
  const headers = { origin: browser.origin, 'content-type': 'application/json' };
  for (const text of ['{"__proto__":{"admin":true}}', '{"constructor":{"prototype":{}}}', '[]', 'null', '{', '1', ''])
    assert.equal(
      codeOf(await browser.raw(`${API}/register`, { method: 'POST', headers, body: text })),
      'bad-request',
      text,
    );
  // A form of another page, which needs nobody's leave.
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
    assert.equal(codeOf(await browser.post('/register', body, { 'content-type': type })), 'bad-request');
  const user = await rig.account();
  assert.equal(bodyOf<Me>(await user.get('/me')).account?.admin, false);
});

/** Speaks by itself over a socket. @returns what came, and after how many ms the other side closed */
function spoken(text: string, then?: (say: (more: string) => void) => void): Promise<{ text: string; after: number }> {
  return new Promise((resolve) => {
    const began = performance.now();
    const socket = connect(rig.server.port, '127.0.0.1', () => {
      socket.write(text);
      then?.((more) => socket.write(more));
    });
    let got = '';
    socket.on('data', (piece) => (got += piece.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve({ text: got, after: performance.now() - began }));
  });
}

test('WebSocket: nothing attaches, with a session and without', { timeout: 20_000 }, async () => {
  const alice = await rig.account();
  for (const path of ['/', `${API}/events`, '/contract', `${API}/captures`])
    for (const cookie of ['', `Cookie: ${alice.cookie}\r\n`]) {
      const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
      const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
      const { text } = await spoken(
        `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${alice.port}\r\n${cookie}${upgrade}${key}\r\n`,
      );
      assert.match(text, /^HTTP\/1\.1 403 /, path);
    }
});

test('XSS: every text comes back as it went, as JSON that no browser takes for a page', async () => {
  const alice = await rig.account();
  const hostile =
    '<script>alert(1)</script>"\'><img src=x onerror=alert(1)> \u2028 \u202e {{7*7}} ${7*7} javascript:alert(1)';
  const { id, name } = await upload(alice, hostile);
  assert.equal(name, hostile);
  const { key } = bodyOf<NewKey>(await alice.post('/account/keys', { name: hostile.slice(0, 90) }));
  const note = await alice.post(`/captures/${id}/notes`, { text: hostile });
  await alice.post('/board', { text: hostile });
  assert.equal(bodyOf<Note>(note).text, hostile);
  const answers = [note, await alice.get('/captures'), await alice.get('/board'), await alice.get('/account/keys')];
  answers.push(
    await alice.get(`/captures?search=${encodeURIComponent(hostile)}`),
    await alice.get(`/captures/${hostile.slice(0, 8)}`),
  );
  answers.push(
    await alice.get(`/captures?sort=${encodeURIComponent(hostile)}`),
    await alice.raw(`/${encodeURIComponent(hostile)}`),
  );
  for (const got of answers) {
    assert.match(String(got.headers['content-type']), /^application\/json/);
    assert.equal(got.headers['x-content-type-options'], 'nosniff');
    assert.match(String(got.headers['content-security-policy']), /default-src 'none'; script-src 'self'/);
    assert.equal(got.headers['x-frame-options'], 'DENY');
  }
  assert.ok(!(await alice.raw(`/${encodeURIComponent('<script>')}`)).text.includes('<script>'));
  const page = await alice.get('/');
  assert.match(String(page.headers['content-type']), /^text\/html/);
  assert.ok(!page.text.includes(key) && !page.text.includes('<script'));
  for (const name of ['<b>x</b>', 'a"b', "a'b", 'a&b'])
    assert.equal(codeOf(await rig.browser().post('/register', { name, password: PASSWORD })), 'bad-request');
});

test('open redirect: no answer leads anywhere else', async () => {
  const alice = await rig.account();
  const paths = ['//evil.example', '//evil.example/%2f..', '/\\evil.example', '/assets', '/?next=//evil.example'];
  paths.push(
    '/%2f%2fevil.example',
    '//evil.example/assets',
    '/assets//evil.example',
    `${API}`,
    `${API}/login?next=//evil.example`,
  );
  for (const path of paths) {
    const got = await alice.raw(path);
    assert.ok(got.status < 300 || got.status >= 400, `${path}: ${got.status}`);
    assert.equal(got.headers.location, undefined, path);
  }
});

test('caches: nothing of an account is kept, files that never change are', async () => {
  const alice = await rig.account();
  await upload(alice);
  for (const path of ['/me', '/captures', '/board', '/nothing', '/openapi.json', '/account/keys']) {
    const got = await alice.get(path);
    assert.equal(got.headers['cache-control'], 'no-store', path);
    if (got.status === 200) assert.equal(got.headers['vary'], 'Cookie, Authorization', path);
  }
  assert.equal((await alice.raw('/index.html')).headers['cache-control'], 'no-store');
  assert.match(String((await alice.raw('/assets/main.js')).headers['cache-control']), /immutable/);
});

test('a link shows one capture to read, until it is revoked or over, and nothing beside it', async () => {
  const alice = await rig.account();
  const [{ id }, other] = [await upload(alice), await upload(alice)];
  const { token, id: share } = bodyOf<NewShare>(await alice.post(`/captures/${id}/shares`, { hours: 1 }));
  const nobody = rig.browser();
  const shown = bodyOf<Capture>(await nobody.get(`/shared/${token}`));
  assert.deepEqual([shown.id, shown.own], [id, false]);
  for (const path of [`/captures/${id}`, `/captures/${other.id}`, `/captures/${id}/notes`])
    assert.equal(codeOf(await nobody.get(path)), 'not-signed-in');
  for (const path of [`/shared/${token}/notes`, `/shared/${token}/labels`, `/shared/${token}/shares`])
    assert.equal((await nobody.get(path)).status, 404, path);
  assert.equal((await nobody.ask('DELETE', `/shared/${token}`)).status, 404);
  assert.equal(codeOf(await nobody.get(`/shared/${'A'.repeat(43)}`)), 'not-found');
  assert.ok(!JSON.stringify(await rig.sql.rows('SELECT * FROM shares')).includes(token));
  const late = bodyOf<NewShare>(await alice.post(`/captures/${id}/shares`, { hours: 1 }));
  await rig.sql.run('UPDATE shares SET expires = $1 WHERE id = $2', [Date.now() - 1, late.id]);
  assert.equal(codeOf(await nobody.get(`/shared/${late.token}`)), 'not-found');
  assert.equal((await alice.ask('DELETE', `/captures/${id}/shares/${share}`)).status, 204);
  assert.equal(codeOf(await nobody.get(`/shared/${token}`)), 'not-found');
});

test('a fault tells nobody what it was; the log has it', async () => {
  const alice = await rig.account();
  const before = rig.faults.length;
  await rig.sql.run('ALTER TABLE settings RENAME TO gone');
  const got = await alice.get('/me');
  await rig.sql.run('ALTER TABLE gone RENAME TO settings');
  assert.equal(codeOf(got), 'fault');
  assert.ok(!/settings|sqlite|node_modules|\.ts/i.test(got.text), got.text);
  assert.match(rig.faults.slice(before).join(), /no such table: settings/);
});
