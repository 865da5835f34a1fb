// What a server bears: slow and large bodies, slow heads, too many requests, room that runs out, TLS and proxies; and
// what leaves it: downloads that spreadsheets open, news of captures, nothing of an account that is gone.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { spawnSync } from 'node:child_process';
import type { ClientRequest } from 'node:http';
import { request } from 'node:http';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { clientHello, packetsOf, pcap, tcp } from '../../engine/testing/packets.ts';
import { API, type Capture, type CaptureState, CSRF_HEADER, type Me, type NewKey, type Page } from '../contract.ts';
import { bodyOf, type Browser, codeOf, PASSWORD, Rig, tinyCapture } from '../testing/rig.ts';
import type { ServerOptions } from './index.ts';

async function started(t: TestContext, more: Partial<ServerOptions> = {}): Promise<Rig> {
  const rig = new Rig();
  await rig.start(more);
  t.after(() => rig.end());
  return rig;
}

const BYTES = { 'content-type': 'application/octet-stream' };

function bring(browser: Browser, bytes: Buffer): ReturnType<Browser['post']> {
  return browser.post('/uploads', bytes, BYTES);
}

/** Sends pieces of a body with pauses between them, of ms. */
function dripping(pieces: readonly Buffer[], every: number): (to: ClientRequest) => void {
  return (to) => {
    void (async () => {
      for (const piece of pieces) {
        if (to.destroyed) return;
        to.write(piece);
        await pause(every);
      }
      to.end();
    })();
  };
}

function held(rig: Rig): string[] {
  return readdirSync(join(rig.folder, 'captures'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^(captures|incoming)\/./.test(name),
  );
}

test('a body that drips is ended with a sentence and leaves nothing; one that comes slowly enough is taken', async (t) => {
  const rig = await started(t, { pace: { bytes: 100, within: 400 } });
  const alice = await rig.account();
  const headers = { ...BYTES, cookie: alice.cookie!, [CSRF_HEADER]: alice.csrf!, origin: alice.origin };
  const bytes = Buffer.concat([tinyCapture(), Buffer.alloc(0)]);
  const drops = [...bytes].map((byte) => Buffer.of(byte));
  const began = performance.now();
  const ask = { method: 'POST', headers, write: dripping(drops, 50) };
  assert.equal(codeOf(await alice.raw(`${API}/uploads`, ask)), 'too-slow');
  assert.ok(performance.now() - began < 5_000);
  // A body that nobody asked for is not waited for.
  const head = `GET ${API}/me HTTP/1.1\r\nHost: 127.0.0.1:${alice.port}\r\nContent-Length: 100000\r\n\r\nx`;
  const closed = new Promise((resolve) => {
    const socket = connect(alice.port, '127.0.0.1', () => socket.write(head));
    socket.resume();
    socket.on('close', () => resolve(true));
  });
  assert.ok(await Promise.race([closed, pause(5000, false, { ref: false })]), 'the connection ends with the answer');
  const json = { ...headers, 'content-type': 'application/json' };
  const slow = { method: 'POST', headers: json, write: dripping([...drops, ...drops], 50) };
  assert.equal(codeOf(await alice.raw(`${API}/board`, slow)), 'too-slow');
  assert.deepEqual(held(rig), []);
  const records = Buffer.concat([tinyCapture(), ...Array.from({ length: 20 }, () => tinyCapture().subarray(24))]);
  const pieces = [records.subarray(0, 300), records.subarray(300, 700), records.subarray(700)];
  const well = await alice.raw(`${API}/uploads`, { method: 'POST', headers, write: dripping(pieces, 200) });
  assert.equal(well.status, 201, well.text);
});

/** Files of downloads that this process still has open, which are gone from their folder by then. */
function openDownloads(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.endsWith('/made (deleted)') ? [path] : [];
    } catch {
      return [];
    }
  });
}

test('whoever takes nothing of a download is ended; who takes it late, and who has nothing to take, is not', async (t) => {
  const pace = { bytes: 1_000, within: 100 };
  const rig = await started(t, { pace, limits: { fileBytes: 1e8, accountBytes: 1e9, waiting: 5 } });
  const alice = await rig.account();
  // More than two systems keep for a connection.
  const record = Buffer.alloc(16 + 60_000);
  for (const at of [8, 12]) record.writeUInt32LE(record.length - 16, at);
  const large = Buffer.concat([tinyCapture(), ...Array.from({ length: 500 }, () => record)]);
  const { id } = bodyOf<Capture>(await bring(alice, large));
  /** Takes nothing for ms; @returns bytes that came, and whether it is whole */
  const take = (after: number): Promise<readonly [bytes: number, whole: boolean]> =>
    new Promise((resolve, reject) => {
      const path = `${API}/captures/${id}/download?as=pcapng`;
      const headers = { cookie: alice.cookie! };
      const asked = request({ host: '127.0.0.1', port: alice.port, path, headers, agent: false }, (response) => {
        let bytes = 0;
        response.pause();
        response.on('data', (piece: Buffer) => (bytes += piece.length));
        response.on('error', () => undefined);
        response.on('close', () => resolve([bytes, response.complete]));
        setTimeout(() => response.resume(), after);
      });
      asked.on('error', reject);
      asked.end();
    });
  const [late, whole] = await take(250);
  assert.ok(whole && late >= large.length, String(late));
  const [some, cut] = await take(1_500);
  assert.ok(!cut && some > 0 && some < large.length, `${some} of ${large.length}`);
  // Nor does a request for a window behind it, on the same connection, keep it.
  const asked = connect(alice.port, '127.0.0.1');
  asked.on('error', () => undefined);
  const host = `127.0.0.1:${alice.port}`;
  const path = `${API}/captures/${id}/download?as=pcapng`;
  asked.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${alice.cookie!}\r\n\r\n`);
  await once(asked, 'data');
  asked.pause();
  await pause(300);
  asked.write(`GET /x HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  await pause(1_200);
  if (process.platform === 'linux') assert.deepEqual(openDownloads(), []);
  asked.destroy();
  const silent = connect(alice.port, '127.0.0.1');
  await pause(1_500);
  assert.equal(silent.destroyed || silent.readableEnded, false, 'nothing waits for it');
  silent.destroy();
});

test('a head that does not end is closed', { timeout: 30_000 }, async (t) => {
  const rig = await started(t);
  const began = performance.now();
  await new Promise<void>((resolve) => {
    const socket = connect(rig.server.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\nX-A: '));
    const drip = setInterval(() => socket.write('a'), 500);
    socket.on('error', () => undefined);
    socket.resume();
    socket.on('close', () => {
      clearInterval(drip);
      resolve();
    });
  });
  assert.ok(performance.now() - began < 16_000);
});

test('a body that is too large is refused in its middle, with its length and without, and leaves nothing', async (t) => {
  const rig = await started(t, { limits: { fileBytes: 100_000, accountBytes: 1_000_000, waiting: 5 } });
  const alice = await rig.account();
  const large = Buffer.concat([tinyCapture(), Buffer.alloc(3_000_000)]);
  assert.equal(codeOf(await bring(alice, large)), 'too-large');
  const headers = { ...BYTES, cookie: alice.cookie!, [CSRF_HEADER]: alice.csrf!, origin: alice.origin };
  const write = dripping([tinyCapture(), Buffer.alloc(80_000), Buffer.alloc(80_000)], 20);
  assert.equal(codeOf(await alice.raw(`${API}/uploads`, { method: 'POST', headers, write })), 'too-large');
  assert.deepEqual(held(rig), []);
  assert.equal((await rig.sql.rows('SELECT id FROM uploading')).length, 0, 'no room stays claimed');
  assert.equal((await bring(alice, tinyCapture())).status, 201);
});

test('a refused body that stands still or breaks off ends nobody', async (t) => {
  const rig = await started(t, {
    pace: { bytes: 100, within: 200 },
    limits: { fileBytes: 100_000, accountBytes: 1_000_000, waiting: 5 },
  });
  const alice = await rig.account();
  const uncaught: unknown[] = [];
  const count = (error: unknown): number => uncaught.push(error);
  process.on('uncaughtException', count);
  t.after(() => process.off('uncaughtException', count));
  const lines = [
    `POST ${API}/uploads HTTP/1.1`,
    `Host: 127.0.0.1:${alice.port}`,
    `Origin: ${alice.origin}`,
    `Cookie: ${alice.cookie}`,
    `${CSRF_HEADER}: ${alice.csrf}`,
    'Content-Type: application/octet-stream',
    'Content-Length: 3000000',
  ];
  for (const stays of [0, 20, 700])
    for (const first of ['', 'x'.repeat(50), 'x'.repeat(50_000)]) {
      const socket = connect(alice.port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n${first}`));
      socket.on('error', () => undefined);
      socket.resume();
      await pause(stays);
      socket.destroy();
    }
  await pause(500);
  assert.deepEqual(uncaught, []);
  assert.equal((await alice.get('/me')).status, 200);
  assert.deepEqual(held(rig), []);
});

test('uploads at once get no more room than one after the other', async (t) => {
  const rig = await started(t, { limits: { fileBytes: 50_000, accountBytes: 100_000, waiting: 5 } });
  const alice = await rig.account();
  const one = pcap(packetsOf(Array.from({ length: 500 }, () => tcp('10.0.0.1:1000', '10.0.0.2:80', { flags: 'A' }))));
  const bytes = Buffer.from(one);
  assert.ok(bytes.length > 30_000 && bytes.length < 50_000, `${bytes.length}`);
  const codes = (await Promise.all(Array.from({ length: 8 }, () => bring(alice, bytes)))).map(codeOf);
  const taken = codes.filter((code) => code === '201').length;
  assert.ok(taken >= 1 && taken * bytes.length <= 100_000, codes.join());
  assert.ok(
    codes.every((code) => code === '201' || code === 'over-quota'),
    codes.join(),
  );
  assert.equal(bodyOf<Me>(await alice.get('/me')).usedBytes, taken * bytes.length);
  const [first] = bodyOf<Page<Capture>>(await alice.get('/captures')).items;
  assert.equal((await alice.ask('DELETE', `/captures/${first!.id}`)).status, 204);
  assert.equal((await bring(alice, bytes)).status, 201);
});

test('too many requests of one address are refused, those that are refused for another reason too', async (t) => {
  const rig = await started(t, { perMinute: 30 });
  const browser = rig.browser();
  const codes: string[] = [];
  for (let i = 0; i < 33; i++) {
    const headers = { 'x-forwarded-for': `203.0.113.${i}` };
    codes.push(codeOf(await browser.get(i % 2 === 0 ? '/captures' : '/nothing', headers)));
  }
  assert.deepEqual(codes.slice(28), ['not-signed-in', 'not-found', 'too-many', 'too-many', 'too-many']);
  const last = await browser.get('/me');
  assert.ok(Number(last.headers['retry-after']) > 0);
});

test('with TLS the cookie is this host’s alone and never goes without it', async (t) => {
  const made = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
  ];
  const done = spawnSync('openssl', ['req', '-x509', ...made, '-keyout', '-', '-out', '-'], { encoding: 'utf8' });
  if (done.status !== 0) return t.skip('openssl is not installed');
  const rig = await started(t, { tls: { cert: done.stdout, key: done.stdout } });
  const alice = rig.browser();
  const got = await alice.post('/register', { name: 'alice', password: PASSWORD });
  assert.match(
    String(got.headers['set-cookie']),
    /^__Host-sightline=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  );
  assert.match(String(got.headers['strict-transport-security']), /max-age=\d{8}/);
  bodyOf(await alice.get('/captures'));
  assert.match(rig.server.address, /^https:\/\/127\.0\.0\.1:\d+$/);
});

test('without TLS the cookie is HttpOnly and SameSite, and named after its port', async (t) => {
  const rig = await started(t);
  const got = await rig.browser().post('/register', { name: 'alice', password: PASSWORD });
  assert.match(
    String(got.headers['set-cookie']),
    /^sightline-\d+=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/,
  );
});

test('behind a proxy addresses are those that the proxy saw, and not what a client says', async (t) => {
  const rig = await started(t, { behindProxy: true, names: ['ids.example.org'] });
  const through = (client: string, name: string): ReturnType<Browser['raw']> =>
    rig
      .browser()
      .raw(`${API}/login`, {
        method: 'POST',
        headers: {
          host: 'ids.example.org',
          origin: 'https://ids.example.org',
          'content-type': 'application/json',
          'x-forwarded-for': client,
        },
        body: JSON.stringify({ name, password: 'guess' }),
      });
  const codes: string[] = [];
  for (let i = 0; i < 61; i++) codes.push(codeOf(await through(`198.51.100.${i}, 203.0.113.9`, `name${i}`)));
  assert.equal(codes.at(-1), 'locked-out', 'what stands before is the client’s own word');
  assert.equal(codeOf(await through('203.0.113.9, 203.0.113.10', 'name1')), 'wrong-name-or-password');
});

async function judged(browser: Browser, bytes: Buffer): Promise<string> {
  const { id } = bodyOf<Capture>(await bring(browser, bytes));
  bodyOf<CaptureState>(await browser.post(`/uploads/${id}/confirm`, { analyse: true }));
  for (;;) {
    const { state } = bodyOf<Capture>(await browser.get(`/captures/${id}`));
    if (state.at === 'done') return id;
    assert.notEqual(state.at, 'failed', JSON.stringify(state));
    await pause(100);
  }
}

test('CSV injection: no cell of a download begins a formula', { timeout: 120_000 }, async (t) => {
  const rig = await started(t);
  const alice = await rig.account();
  const client = '10.0.0.1:40000';
  const server = '203.0.113.5:443';
  const hello = clientHello('=cmd|calc!a0,"x".example');
  const packets = packetsOf([
    tcp(client, server, { flags: 'S' }),
    tcp(server, client, { flags: 'SA' }),
    tcp(client, server, { flags: 'A' }),
    tcp(client, server, { flags: 'PA', data: hello }),
  ]);
  const id = await judged(alice, Buffer.from(pcap(packets)));
  bodyOf(await alice.get(`/captures/${id}/flows`));
  assert.equal((await alice.ask('PUT', `/captures/${id}/labels`, { flow: 1, label: 'malicious' })).status, 204);
  assert.equal(codeOf(await alice.ask('PUT', `/captures/${id}/labels`, { flow: 9, label: 'benign' })), 'not-found');
  const csv = await alice.get(`/captures/${id}/download?as=csv`);
  assert.equal(csv.status, 200);
  assert.match(String(csv.headers['content-type']), /^text\/csv/);
  assert.match(String(csv.headers['content-disposition']), /^attachment; filename\*=UTF-8''[\w.%-]+$/);
  assert.match(csv.text, /"'=cmd\|calc!a0,""x""\.example"/);
  assert.doesNotMatch(csv.text, /(^|,)"?[=+@]/m);
  assert.match(csv.text, /malicious/);
  const json = await alice.get(`/captures/${id}/download?as=json`);
  assert.match(json.text, /"=cmd\|calc!a0,\\"x\\"\.example"/);
  const charts = bodyOf<{ verdicts: unknown[]; protocols: unknown[] }>(await alice.get('/charts'));
  assert.equal(charts.verdicts.length, 1);
  assert.ok(charts.protocols.length > 0);
});

test('news of captures reach their account and no other', { timeout: 60_000 }, async (t) => {
  const rig = await started(t);
  const [alice, mallory] = [await rig.account(), await rig.account()];
  const listen = (browser: Browser): { heard: () => string; end: () => void } => {
    let heard = '';
    const asked = request(
      { port: rig.server.port, host: '127.0.0.1', path: `${API}/events`, headers: { cookie: browser.cookie! } },
      (response) => response.on('data', (piece: Buffer) => (heard += piece.toString())),
    );
    asked.on('error', () => undefined);
    asked.end();
    return { heard: () => heard, end: () => asked.destroy() };
  };
  const [hers, theirs] = [listen(alice), listen(mallory)];
  while (hers.heard() === '' || theirs.heard() === '') await pause(20);
  const { id } = bodyOf<Capture>(await bring(alice, tinyCapture()));
  while (!hers.heard().includes(id)) await pause(20);
  await alice.ask('DELETE', `/captures/${id}`);
  while (!hers.heard().includes(`{"id":"${id}","state":null}`)) await pause(20);
  assert.ok(!theirs.heard().includes(id));
  hers.end();
  theirs.end();
  const { key } = bodyOf<NewKey>(await alice.post('/account/keys', { name: 'k' }));
  const got = await alice.raw(`${API}/events`, { headers: { authorization: `Bearer ${key}` } });
  assert.equal(codeOf(got), 'not-allowed');
});

test('an account that goes takes its bytes, notes and keys along; the last administrator stays', async (t) => {
  const rig = await started(t);
  const [admin, alice] = [await rig.admin(), await rig.account()];
  const { id } = bodyOf<Capture>(await bring(alice, tinyCapture()));
  await alice.post(`/captures/${id}/notes`, { text: 'x' });
  await alice.post('/board', { text: 'hello' });
  assert.ok(held(rig).length > 0);
  assert.equal(codeOf(await alice.ask('DELETE', '/account', { password: 'not it' })), 'wrong-name-or-password');
  assert.equal((await alice.ask('DELETE', '/account', { password: PASSWORD })).status, 204);
  assert.deepEqual(held(rig), []);
  assert.equal(codeOf(await alice.get('/captures')), 'not-signed-in');
  assert.equal(bodyOf<Page<unknown>>(await admin.get('/board')).total, 0);
  assert.equal(codeOf(await admin.ask('DELETE', '/account', { password: PASSWORD })), 'conflict');
  const bob = await rig.account();
  bodyOf(await bring(bob, tinyCapture()));
  const bobs = bodyOf<Me>(await bob.get('/me')).account!.id;
  assert.equal((await admin.ask('DELETE', `/admin/accounts/${bobs}`)).status, 204);
  assert.deepEqual(held(rig), []);
  assert.match(readFileSync(join(rig.folder, 'store.sqlite')).subarray(0, 15).toString(), /SQLite format 3/);
});
