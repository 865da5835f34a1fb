// Two servers on one PostgreSQL, behind one proxy: sessions, locks, settings and room are those of both.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { join } from 'node:path';
import { API, type Capture, type Me, type Page, type ServerSettings } from '../contract.ts';
import { postgresPrograms, TestPostgres } from '../testing/postgres.ts';
import { bodyOf, type Browser, codeOf, type Got, PASSWORD, Rig, tinyCapture } from '../testing/rig.ts';

const programs = postgresPrograms();
const skip = 'why' in programs ? programs.why : false;
const [one, two] = [new Rig(), new Rig()];
let postgres: TestPostgres | null = null;

before(async () => {
  if ('why' in programs) return;
  postgres = new TestPostgres(programs.folder);
  await postgres.start();
  const place = postgres.create();
  const options = { behindProxy: true, names: ['ids.example.org'] };
  const held = join(one.folder, 'captures');
  await one.start(options, place, held);
  await two.start(options, place, held);
});
after(async () => {
  if (postgres === null) return;
  await one.end();
  await two.end();
  await postgres.end();
});

/** What the proxy hands on to one of them, of a client. */
function through(rig: Rig, browser: Browser, method: string, path: string, body?: unknown): Promise<Got> {
  browser.port = rig.server.port;
  return browser.ask(method, path, body, {
    host: 'ids.example.org',
    origin: 'https://ids.example.org',
    'x-forwarded-for': '203.0.113.1',
  });
}

test('who signed in at one is signed in at the other, and out of both', { skip }, async () => {
  const browser = one.browser();
  const me = bodyOf<Me>(await through(one, browser, 'POST', '/register', { name: 'alice', password: PASSWORD }));
  assert.match(browser.cookie ?? '', /^__Host-sightline=/);
  assert.equal(bodyOf<Me>(await through(two, browser, 'GET', '/me')).account?.id, me.account?.id);
  const headers = {
    host: 'ids.example.org',
    origin: 'https://ids.example.org',
    cookie: browser.cookie!,
    'x-sightline-csrf': browser.csrf!,
    'content-type': 'application/octet-stream',
  };
  browser.port = two.server.port;
  const sent = await browser.raw(`${API}/uploads`, { method: 'POST', headers, body: tinyCapture() });
  const { id } = bodyOf<Capture>(sent);
  assert.equal(bodyOf<Page<Capture>>(await through(one, browser, 'GET', '/captures')).items[0]?.id, id);
  assert.equal((await through(one, browser, 'DELETE', `/captures/${id}`)).status, 204);
  assert.equal(codeOf(await through(two, browser, 'GET', `/captures/${id}`)), 'not-found');
  assert.equal((await through(two, browser, 'POST', '/logout')).status, 204);
  assert.equal(codeOf(await through(one, browser, 'GET', '/captures')), 'not-signed-in');
});

test('guesses at both are counted together, and what an administrator sets holds for both', { skip }, async () => {
  const codes: string[] = [];
  for (let i = 0; i < 12; i++) {
    const rig = i % 2 === 0 ? one : two;
    codes.push(codeOf(await through(rig, rig.browser(), 'POST', '/login', { name: 'alice', password: `guess ${i}` })));
  }
  assert.deepEqual(codes.slice(9), ['wrong-name-or-password', 'locked-out', 'locked-out']);
  const root = one.browser();
  bodyOf<Me>(await through(one, root, 'POST', '/register', { name: 'root', password: PASSWORD }));
  await one.sql.run('UPDATE accounts SET admin = 1 WHERE name = $1', ['root']);
  const body = { registration: 'off', limits: { fileBytes: 5 } };
  bodyOf<ServerSettings>(await through(one, root, 'PATCH', '/admin/settings', body));
  const me = bodyOf<Me>(await through(two, root, 'GET', '/me'));
  assert.deepEqual([me.registration, me.limits.fileBytes], ['off', 5]);
  const late = await through(two, two.browser(), 'POST', '/register', { name: 'late', password: PASSWORD });
  assert.equal(codeOf(late), 'not-allowed');
});
