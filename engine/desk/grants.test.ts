// A window that is not believed: every request that can name a file is asked with a path of the machine, and refused.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  type Answer,
  type HostMessage,
  type PathUse,
  type RequestKind,
  REQUESTS,
  UNCHANGED,
} from '../../contract/index.ts';
import { testDesk } from '../testing/desks.ts';
import { plainCapture } from './capture-source.ts';
import { Grants, MAX_GRANTS } from './grants.ts';
import { serve } from './serve.ts';

const SAMPLE = new URL('../../assets/sample.pcapng', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'sightline-grants-'));
const desk = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') });
const grants = new Grants();
const heard = new Map<number, (answer: Answer<RequestKind>) => void>();
const served = serve(
  desk,
  {
    send: (message: HostMessage) => {
      if ('id' in message) heard.get(message.id)?.(message.answer);
    },
  },
  grants,
);
after(async () => {
  served.close();
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});

let requests = 0;
function ask(kind: RequestKind, body: unknown): Promise<Answer<RequestKind>> {
  const id = ++requests;
  return new Promise((resolve) => {
    heard.set(id, resolve);
    served.receive({ id, kind, body });
  });
}

async function refusedWith(kind: RequestKind, body: unknown): Promise<string> {
  const said = await ask(kind, body);
  return said.ok ? 'done' : said.message.say;
}

let granted = 0;
function grant(path: string, use: PathUse): string {
  const id = `grant:${++granted}`;
  grants.add(id, path, use);
  return id;
}

const OUT = join(folder, 'out');
const CHOICE = { which: 'all', displayed: false, withoutIgnored: false, range: '', selected: [], generation: 0 };
/** One request of each kind that names files, with a path of the machine in each place. */
function named(path: string): Readonly<Partial<Record<RequestKind, readonly object[]>>> {
  const judge = { by: 'in-use', path: null };
  const file = { by: 'file', path };
  const shot = { choice: CHOICE, as: 'text', summary: true, details: 'none', bytes: false, columns: [], unfolded: [] };
  const wish = { rules: [], indicators: [], allow: [], variables: [] };
  return {
    settings: (['hostsFile', 'placesFile', 'networksFile'] as const).map((key) => ({ ...UNCHANGED, [key]: path })),
    open: [{ path }],
    discard: [{ path }],
    capture: [{ ...plainCapture([], ''), source: 'pipe', path }],
    save: [{ what: 'capture', path }],
    evaluate: [
      { folder: path, judge, against: null },
      { folder: grant(folder, 'folder'), judge: file, against: null },
      { folder: grant(folder, 'folder'), judge, against: file },
    ],
    report: [{ as: 'json', path }],
    model: [{ path }],
    exportLearned: [{ network: '', path }],
    savePage: [{ name: 'x', page: 'x', path }],
    incidentExport: [{ alerts: [], as: 'stix', path }],
    saveStream: [{ flow: 0, kind: 'tcp', substream: null, side: null, as: 'raw', path }],
    saveField: [{ row: 0, source: 0, from: 0, to: 4, path }],
    saveObjects: [{ kind: 'http', search: '', picks: null, as: 'one', path }],
    keys: [{ text: null, path }],
    exportPackets: [{ choice: CHOICE, as: 'pcapng', secrets: 'keep', compression: 'none', path }],
    exportKeys: [{ path }],
    exportDissections: [{ ...shot, folded: [], path }],
    exportProfile: [{ name: '', layout: null, path }],
    importProfile: [{ path }],
    merge: [
      { paths: [path], path: grant(join(folder, 'merged.pcapng'), 'save') },
      { paths: [grant(SAMPLE, 'open')], path },
    ],
    appLog: [{ path }],
    setThreat: (['rules', 'indicators', 'allow'] as const).map((key) => ({ wish: { ...wish, [key]: [path] } })),
    exportEve: [{ path }],
  };
}

test('every request that can name a file is refused with a path of the machine, and nothing is written', async () => {
  await ask('sample', {});
  const kinds = Object.keys(REQUESTS).filter((k) => REQUESTS[k as RequestKind].paths !== undefined);
  const asked = named(OUT);
  assert.deepEqual(Object.keys(asked).sort(), kinds.sort(), 'a kind that names files is not asked here');
  for (const [kind, bodies] of Object.entries(asked))
    for (const body of bodies)
      assert.equal(await refusedWith(kind as RequestKind, body), 'path-without-grant', JSON.stringify({ kind, body }));
  assert.equal(existsSync(OUT), false);
});

test('what is written needs a person who chose where, also where a browser would have a folder of its own', async () => {
  for (const [kind, bodies] of Object.entries(named('')))
    for (const body of bodies as readonly Record<string, unknown>[]) {
      const writes: unknown[] = [];
      REQUESTS[kind as RequestKind].paths!(body, (said, uses) => {
        if (said === '' && uses.includes('save')) writes.push(said);
        return said;
      });
      if (writes.length === 0) continue;
      assert.equal(await refusedWith(kind as RequestKind, body), 'place-not-chosen', kind);
      assert.equal(await refusedWith(kind as RequestKind, { ...body, path: null }), 'place-not-chosen', kind);
    }
});

test('a grant is for one purpose: to write once, to read as often as one likes', async () => {
  await ask('sample', {});
  const out = join(folder, 'saved.pcapng');
  const id = grant(out, 'save');
  for (const other of ['open', 'folder', 'pipe', 'save-folder'] as const)
    assert.equal(await refusedWith('appLog', { path: grant(out, other) }), 'grant-gone', other);
  assert.equal(await refusedWith('open', { path: id }), 'grant-gone');
  assert.equal(existsSync(out), false);
  assert.equal((await ask('save', { what: 'capture', path: id })).ok, true);
  assert.ok(readFileSync(out).length > 1_000);
  assert.equal(await refusedWith('save', { what: 'capture', path: id }), 'grant-gone');
  const reads = grant(SAMPLE, 'open');
  for (let i = 0; i < 2; i++) assert.equal((await ask('open', { path: reads })).ok, true);
  assert.equal(await refusedWith('appLog', { path: reads }), 'grant-gone');
  assert.equal(await refusedWith('open', { path: 'grant:none' }), 'grant-gone');
});

test('what the host remembers is opened without a grant: recent captures, tabs, what this window saved', async () => {
  const mine = join(folder, 'mine.pcapng');
  copyFileSync(SAMPLE, mine);
  assert.equal(await refusedWith('open', { path: mine }), 'path-without-grant');
  assert.equal((await ask('open', { path: grant(mine, 'open') })).ok, true);
  assert.equal((await ask('open', { path: mine })).ok, true, 'of a tab');
  await desk.session?.done;
  await ask('close', {});
  while (!desk.shared.recent.some(({ path }) => path === mine))
    await new Promise((resolve) => {
      setTimeout(resolve, 10);
    });
  assert.equal((await ask('open', { path: mine })).ok, true, 'recent');
  const merged = join(folder, 'both.pcapng');
  const paths = [grant(mine, 'open'), grant(SAMPLE, 'open')];
  assert.equal((await ask('merge', { paths, path: grant(merged, 'save') })).ok, true);
  assert.equal((await ask('open', { path: merged })).ok, true, 'what it saved itself');
  // What is remembered is opened, never written.
  assert.equal(await refusedWith('appLog', { path: mine }), 'path-without-grant');
});

test('lists of rules and files of settings stay as they are without a new grant', async () => {
  const rules = join(folder, 'a.rules');
  writeFileSync(rules, 'alert tcp any any -> any any (msg:"x"; sid:1;)\n');
  const wish = { rules: [grant(rules, 'open')], indicators: [], allow: [], variables: [] };
  assert.equal((await ask('setThreat', { wish })).ok, true);
  assert.deepEqual(desk.shared.threats.wish.rules, [rules]);
  assert.equal((await ask('setThreat', { wish: { ...wish, rules: [rules] } })).ok, true);
  assert.equal(
    await refusedWith('setThreat', { wish: { ...wish, rules: [rules, '/etc/passwd'] } }),
    'path-without-grant',
  );
  assert.equal((await ask('settings', { ...UNCHANGED, hostsFile: grant('/etc/hosts', 'open') })).ok, true);
  assert.equal((await ask('settings', { ...UNCHANGED, hostsFile: '/etc/hosts' })).ok, true);
  assert.equal((await ask('settings', { ...UNCHANGED, hostsFile: '' })).ok, true);
  assert.equal(await refusedWith('settings', { ...UNCHANGED, hostsFile: '/etc/hosts' }), 'path-without-grant');
});

test('grants are bounded, and name whole paths', () => {
  const many = new Grants();
  for (let i = 0; i <= MAX_GRANTS; i++) many.add(`grant:${i}`, `/f${i}`, 'open');
  assert.equal(many.take('grant:0', ['open']), null);
  assert.equal(many.take('grant:1', ['open']), '/f1');
  many.add('grant:x', 'relative', 'open');
  many.add('/etc/passwd', '/etc/passwd', 'open');
  assert.deepEqual([many.take('grant:x', ['open']), many.take('/etc/passwd', ['open'])], [null, null]);
});
