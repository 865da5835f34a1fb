// Who may talk to the served window, and who may not; what is brought in, and what becomes of it.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { encode } from '../contract/index.ts';
import { ask, Rig, ROOT } from './testing.ts';
import { harmlessName, Uploads } from './uploads.ts';

const rig = new Rig();
before(() => rig.begin());
after(() => rig.end());

test('the link’s token is behind the #, works once, from our own page only, and gives the secret of no cookie', async () => {
  const link = new URL(rig.server.link());
  assert.equal(link.pathname + link.search, '/');
  const token = Buffer.from(link.hash.slice('#token='.length));
  const { origin } = rig;
  for (const headers of [
    {},
    { origin: 'https://evil.example' },
    { origin: `http://127.0.0.1:${rig.port + 1}` },
    { origin: 'null' },
  ] as Record<string, string>[]) {
    assert.equal((await rig.get('/enter', headers, 'POST', token)).status, 403, JSON.stringify(headers));
  }
  for (const guess of ['', 'guessed', 'x'.repeat(100_000)])
    assert.equal((await rig.get('/enter', { origin }, 'POST', Buffer.from(guess))).status, 403);
  const first = await rig.get('/enter', { origin }, 'POST', token);
  assert.equal(first.status, 200);
  assert.equal(first.headers['set-cookie'], undefined);
  rig.secret = (JSON.parse(first.body) as { secret: string }).secret;
  assert.equal((await rig.get('/enter', { origin }, 'POST', token)).status, 403);
  // A newer link makes the one before it void.
  const [older] = [rig.server.link(), rig.server.link()];
  assert.equal((await rig.get('/enter', { origin }, 'POST', Buffer.from(older!.split('=')[1]!))).status, 403);
});

test('our own files are nobody’s secret; whether the secret is good is said to who shows it', async () => {
  const page = await rig.get('/');
  assert.equal(page.status, 200);
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'; script-src 'self'/);
  assert.equal((await rig.get('/session')).status, 403);
  assert.equal((await rig.get('/session', { 'x-sightline-session': `${rig.secret}x` })).status, 403);
  assert.equal((await rig.get('/session', { cookie: `sightline-${rig.port}=${rig.secret}` })).status, 403);
  assert.equal((await rig.get('/session', rig.shown)).status, 204);
});

test('another name for this machine is refused: DNS that points here opens nothing', async () => {
  for (const host of ['evil.example', `evil.example:${rig.port}`, `127.0.0.1.evil.example:${rig.port}`, '127.0.0.1'])
    assert.equal((await rig.get('/', { ...rig.shown, host })).status, 403, host);
});

test('nothing beside the window’s files is served', async () => {
  for (const path of [
    '/../secret.html',
    '/..%2fsecret.html',
    '/%2e%2e/secret.html',
    '//secret.html',
    '/nothing.js',
    '/index.exe',
    '/saved/../../secret',
    '/saved/0',
  ])
    assert.equal((await rig.get(path, rig.shown)).status, 404, path);
});

test('the socket takes our own page only', async () => {
  const { origin, secret } = rig;
  assert.equal(await rig.connect({ origin }, []), 403);
  assert.equal(await rig.connect({ origin }, ['sightline']), 403);
  assert.equal(await rig.connect({ origin }, [secret]), 403);
  assert.equal(await rig.connect({ origin }, ['sightline', `${secret.slice(0, -1)}_`]), 403);
  assert.equal(await rig.connect({ origin, cookie: `sightline-${rig.port}=${secret}` }, ['sightline']), 403);
  assert.equal(await rig.connect({}), 403);
  assert.equal(await rig.connect({ origin: 'https://evil.example' }), 403);
  const ws = await rig.socket();
  // The secret is not said back.
  assert.equal(ws.protocol, 'sightline');
  ws.send('text');
  ws.send(new Uint8Array([1, 2, 3]));
  const said = (await ask(ws, 'hello', { client: 'test' })).value as { product: string; session: unknown };
  assert.equal(said.product, 'Sightline');
  assert.equal(said.session, null);
  ws.terminate();
});

test('a message of 5 MiB closes its socket as too large, and the next window works', async () => {
  const ws = await rig.socket();
  const closed = new Promise<number>((resolve) => {
    ws.once('close', resolve);
  });
  ws.send(encode({ id: 1, kind: 'hello', body: { client: 'x'.repeat(5 * 1024 * 1024) } }));
  assert.equal(await closed, 1009);
  const next = await rig.socket();
  assert.equal((await ask(next, 'hello', { client: 'next' })).ok, true);
  next.terminate();
});

test('65 windows: the last is refused in words, and let in when one is closed', async () => {
  const open: WebSocket[] = [];
  for (let i = 0; i < 64; i++) open.push(await rig.socket());
  assert.equal(await rig.connect(), 503);
  const said = await rig.get('/session', rig.shown);
  assert.equal(said.status, 503);
  assert.match(said.body, /64 windows/);
  const closed = new Promise((resolve) => {
    open[0]!.once('close', resolve);
  });
  open[0]!.close();
  await closed;
  const again = await rig.socket();
  for (const ws of [...open, again]) ws.terminate();
});

async function upload(name: string, body: Buffer): Promise<string> {
  const got = await rig.get(`/upload?name=${encodeURIComponent(name)}`, rig.shown, 'POST', body);
  assert.equal(got.status, 200, got.body);
  return (JSON.parse(got.body) as { path: string }).path;
}

test('a capture is brought in by our own page only, under a harmless name', async () => {
  const body = readFileSync(join(ROOT, 'assets', 'sample.pcapng'));
  const { origin } = rig;
  for (const headers of [
    { ...rig.shown, origin: 'https://evil.example' },
    { origin },
    { 'x-sightline-session': rig.secret },
  ]) {
    assert.equal((await rig.get('/upload?name=x', headers as Record<string, string>, 'POST', body)).status, 403);
  }
  const path = await upload('../../a b/evil.pcap', body);
  assert.ok(path.startsWith(join(rig.folder, 'cache', 'uploads')) && !path.includes('/../'), path);
  assert.deepEqual(readFileSync(path), body);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('long names are kept to what a file system takes, cut between characters', async () => {
  let seed = 7;
  const chance = (n: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  const alphabet = ['捕', '获', 'é', 'e\u0301', '𠀀', 'a', '9', ' ', '.', '-', '👩‍👩‍👧', '/', '\0', '\ud800', '\u202e'];
  const names = [
    '捕'.repeat(86),
    '捕'.repeat(3000),
    '𠀀'.repeat(100) + '.pcap',
    `${'e\u0301'.repeat(400)}.pcapng`,
    '',
    '...',
    '/',
    '\ud800',
  ];
  for (let i = 0; i < 60; i++)
    names.push(Array.from({ length: chance(300) }, () => alphabet[chance(alphabet.length)]!).join(''));
  for (const name of names) {
    const plain = harmlessName(name);
    assert.ok(Buffer.byteLength(plain) <= 255 && plain !== '' && !/^[.]|[/\0]/.test(plain), JSON.stringify(name));
    assert.ok(plain.isWellFormed() && !plain.includes('\ufffd') && !/^\p{M}/u.test(plain), JSON.stringify(plain));
  }
  assert.ok(harmlessName('捕'.repeat(86) + '.pcap').endsWith('捕.pcap'));
  const path = await upload(`${'捕'.repeat(86)}.pcap`, Buffer.from('x'));
  assert.ok(existsSync(path));
});

test('what was brought in goes when its capture is closed, another is opened, or Sightline ends', async () => {
  const body = readFileSync(join(ROOT, 'assets', 'sample.pcapng'));
  const ws = await rig.socket();
  const gone = async (path: string): Promise<boolean> => {
    for (let i = 0; i < 100 && existsSync(path); i++)
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    return !existsSync(path);
  };
  const [first, second, third] = [
    await upload('one.pcapng', body),
    await upload('two.pcapng', body),
    await upload('never-opened.pcapng', body),
  ];
  assert.equal((await ask(ws, 'open', { path: first })).ok, true);
  assert.ok(existsSync(first) && existsSync(second));
  assert.equal((await ask(ws, 'open', { path: second })).ok, true);
  assert.ok(await gone(first));
  assert.ok(existsSync(second));
  assert.equal((await ask(ws, 'close', {})).ok, true);
  assert.ok(await gone(second));
  // A path that cannot be opened again is not remembered.
  const hello = (await ask(ws, 'hello', { client: 'recent' })).value as { recent: readonly { path: string }[] };
  assert.ok(hello.recent.every((r) => !r.path.includes('uploads')));
  assert.ok(existsSync(third));
  const outside = join(rig.folder, 'mine.pcapng');
  writeFileSync(outside, body);
  assert.equal((await ask(ws, 'open', { path: outside })).ok, true);
  assert.equal((await ask(ws, 'close', {})).ok, true);
  assert.ok(existsSync(outside));
  ws.terminate();
  const other = new Rig();
  await other.begin();
  await other.enter();
  const got = await other.get('/upload?name=x', other.shown, 'POST', body);
  assert.equal(got.status, 200);
  const uploads = join(other.folder, 'cache', 'uploads');
  assert.equal(readdirSync(uploads).length, 1);
  await other.server.close();
  assert.deepEqual(readdirSync(uploads), []);
  await other.end();
});

test('an upload that breaks off leaves nothing', async () => {
  const uploads = new Uploads(join(rig.folder, 'broken'));
  const { Readable } = await import('node:stream');
  async function* breaking(): AsyncGenerator<Buffer> {
    yield Buffer.from('half');
    throw new Error('reset');
  }
  await assert.rejects(uploads.take(Readable.from(breaking()), 'x.pcap'), /reset/);
  const [own] = readdirSync(join(rig.folder, 'broken', 'uploads'));
  assert.deepEqual(readdirSync(join(rig.folder, 'broken', 'uploads', own!)), []);
  // Nothing outside of the own folder is ever removed.
  const outside = join(rig.folder, 'keep', 'x');
  mkdirSync(outside, { recursive: true });
  for (const path of [outside, `${sep}`, join(rig.folder, 'broken', 'uploads'), '']) uploads.closed(path);
  assert.ok(existsSync(outside) && existsSync(join(rig.folder, 'broken', 'uploads', own!)));
});

test('a server whose desk ends by itself, without an error too, says so and serves nothing for show', async () => {
  const other = new Rig();
  let failed = 0;
  other.server.onFailed = () => failed++;
  await other.begin();
  await other.server.thread.terminate();
  assert.equal(failed, 1);
  assert.match(other.said.join(), /The engine ended: its thread ended with \d/);
  await other.end();
  assert.equal(failed, 1);
});
