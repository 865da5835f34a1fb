// The document of the API: every route with what it answers, and only types that it has.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { API, type Capture } from '../contract.ts';
import { ROOT } from '../place.ts';
import { seen } from '../testing/answers.ts';
import { bodyOf, Rig, tinyCapture } from '../testing/rig.ts';
import { ANSWERS } from './answers.ts';

const rig = new Rig();
before(() => rig.start());
after(() => rig.end());

interface Described {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, unknown>> }>>>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

test('every route is described with its answers, and no other', async () => {
  const { openapi, paths, components } = bodyOf<Described>(await rig.browser().get('/openapi.json'));
  assert.match(openapi, /^3\.1/);
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => {
      return [`${method.toUpperCase()} ${path.slice(API.length)}`, Object.keys(responses)] as const;
    }),
  );
  const windowless = Object.entries(ANSWERS).filter(([route]) => !route.endsWith('/window'));
  assert.deepEqual(
    new Map(described.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    new Map(
      windowless
        .map(([route, byStatus]) => [route, [...Object.keys(byStatus), '4XX']] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
  );
  const wanted = JSON.stringify({ paths, components }).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g);
  for (const [, name] of wanted) assert.ok(Object.hasOwn(components.schemas, name!), name);
});

test('what it says of answers is made of the types as they are', () => {
  const [records, api] = ['records.json', 'api.json'].map((name) => join(rig.folder, name)) as [string, string];
  const made = spawnSync(process.execPath, [join(ROOT, 'scripts', 'record-schema.ts'), records, api]);
  assert.equal(made.status, 0, made.stderr.toString());
  const shipped = readFileSync(join(ROOT, 'assets', 'api.schema.json'), 'utf8');
  assert.equal(readFileSync(api, 'utf8'), shipped, 'npm run docs:schema');
});

test('answers are as the document says', async () => {
  const admin = await rig.admin();
  const headers = { 'content-type': 'application/octet-stream', 'x-sightline-name': 'a.pcap' };
  const { id } = bodyOf<Capture>(await admin.post('/uploads', tinyCapture(), headers));
  await admin.post(`/uploads/${id}/confirm`, { analyse: true });
  while (bodyOf<Capture>(await admin.get(`/captures/${id}`)).state.at !== 'done')
    await new Promise((resolve) => setTimeout(resolve, 50));
  const { token } = bodyOf<{ token: string }>(await admin.post(`/captures/${id}/shares`, { hours: 1 }));
  await admin.post(`/captures/${id}/notes`, { text: 'seen' });
  await admin.post('/board', { text: 'seen' });
  await admin.ask('PUT', `/captures/${id}/labels`, { flow: 1, label: 'benign' });
  await admin.post('/account/keys', { name: 'script' });
  await admin.post('/admin/invitations', { note: 'for bob' });
  await admin.ask('PATCH', '/admin/settings', { registration: 'off' });
  const { items } = bodyOf<{ items: { id: string }[] }>(await admin.get('/admin/accounts'));
  await admin.ask('PATCH', `/admin/accounts/${items[0]!.id}`, { limits: { waiting: 3 } });
  const lists = ['/me', '/captures', '/board', '/charts', '/account/keys', '/account/sessions'];
  const ofAdmins = ['invitations', 'settings', 'events'].map((name) => `/admin/${name}`);
  const results = ['', '/incidents', '/flows', '/evidence', '/protocols', '/download?as=csv'];
  const whole = [`/captures/${id}`, `/shared/${token}`].flatMap((at) => results.map((path) => at + path));
  const own = ['/notes', '/labels', '/shares'].map((path) => `/captures/${id}${path}`);
  for (const path of [...lists, ...ofAdmins, ...whole, ...own]) assert.equal((await admin.get(path)).status, 200, path);
  await admin.ask('DELETE', `/captures/${id}`);
  assert.ok(seen.size > 25, [...seen].join('\n'));
  assert.deepEqual(rig.faults, []);
});
