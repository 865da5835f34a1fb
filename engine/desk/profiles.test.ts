// Profiles: what is kept under a name, what comes from elsewhere, and what other windows hear.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  type HostMessage,
  type Layout,
  type Notice,
  type Replies,
  type Request,
  UNCHANGED,
} from '../../contract/index.ts';
import { testDesk } from '../testing/desks.ts';
import type { Asker } from './asker.ts';
import { rememberApplied } from './filter-list-handlers.ts';
import { handlers } from './handlers.ts';
import { serve } from './serve.ts';
import { TimeSlices } from '../view/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-profiles-'));
const data = join(folder, 'data');
const open = (): ReturnType<typeof testDesk> => testDesk({ dataFolder: data, cacheFolder: join(folder, 'cache') });
let desk = open();
after(async () => {
  await desk.close();
  rmSync(folder, { recursive: true, force: true });
});
const asker: Asker = { client: 'one', jobs: new Map(), files: new Map() };
const LAYOUT: Layout = { detail: 200, inspector: 300, tree: 0.5, bytes: 0.25, hidden: ['flow'] };

async function profile(b: Partial<Request<'profile'>>): Promise<Replies['profile']> {
  return handlers.profile(desk, asker, { act: 'look', name: '', to: '', layout: null, ...b }, new TimeSlices());
}
const saved = (): string[] => desk.filterLists.now.saved.map(({ name }) => name);
const refused = async (b: Partial<Request<'profile'>>, key: string): Promise<void> => {
  await assert.rejects(profile(b), (error: { said?: { say: string } }) => error.said?.say === key);
};

test('a profile is made, and holds settings, filters, preferences and layout of its own', async () => {
  const heard: Notice[] = [];
  const window = serve(desk, {
    send: (m: HostMessage) => {
      if ('notice' in m) heard.push(m);
    },
  });
  desk.changeSettings({ ...UNCHANGED, time: 'utc', tcpTimeout: 77 });
  await handlers.keepFilters(
    desk,
    asker,
    { history: null, macros: null, profile: null, saved: [{ name: 'a', filter: 'arp' }] },
    new TimeSlices(),
  );
  await profile({ act: 'create', to: 'Voice over IP' });
  assert.deepEqual((await profile({})).names, ['Voice over IP']);
  const used = await profile({ act: 'use', name: 'Voice over IP', layout: LAYOUT });
  assert.deepEqual(
    [used.now, used.settings.time, used.filters.saved, used.layout],
    ['Voice over IP', 'relative', [], null],
  );
  assert.equal(desk.settings.tcpTimeout === 77, false);
  const told = heard.find((n) => n.notice === 'profile')!;
  assert.equal(heard.findLast((n) => n.notice === 'profile')!.now, 'Voice over IP');
  assert.equal(told.notice, 'profile');
  desk.changeSettings({ ...UNCHANGED, time: 'epoch' });
  desk.packetWork.setup.change({});
  const mixed = {
    preferences: [['tcp', 'check_checksum', 'TRUE']],
    decodeAs: [{ table: 'tcp.port', port: 25, module: 'http' }],
  };
  writeFileSync(join(data, 'profiles', 'Voice over IP', 'dissectors.json'), JSON.stringify(mixed));
  const back = await profile({ act: 'use', name: '' });
  assert.deepEqual([back.settings.time, back.settings.tcpTimeout, saved(), back.layout], ['utc', 77, ['a'], LAYOUT]);
  assert.deepEqual(desk.packetWork.setup.preferences, []);
  const again = await profile({ act: 'use', name: 'Voice over IP' });
  assert.equal(again.settings.time, 'epoch');
  assert.deepEqual(desk.packetWork.setup.preferences, mixed.preferences);
  assert.equal(desk.packetWork.setup.decodeAs[0]!.module, 'http');
  window.close();
});

test('it is in use at the next start; copied, renamed and deleted', async () => {
  await desk.close();
  desk = open();
  assert.deepEqual([desk.shared.profiles.now, desk.settings.time], ['Voice over IP', 'epoch']);
  assert.deepEqual(desk.packetWork.setup.preferences, [['tcp', 'check_checksum', 'TRUE']]);
  await profile({ act: 'copy', name: '', to: 'Mine 2' });
  await profile({ act: 'rename', name: 'Voice over IP', to: 'Telephony' });
  assert.deepEqual([desk.shared.profiles.now, desk.settings.time], ['Telephony', 'epoch']);
  await profile({ act: 'use', name: 'Mine 2' });
  assert.deepEqual([desk.settings.time, saved()], ['utc', ['a']]);
  await profile({ act: 'delete', name: 'Mine 2' });
  assert.deepEqual(await profile({}).then(({ now, names }) => [now, names]), ['', ['Telephony']]);
  assert.equal(desk.settings.time, 'utc');
});

test('names that are no names of a folder, are there already, or are the default one are refused', async () => {
  for (const to of ['', ' ', '.', '..', '../x', 'a/b', 'a\\b', '.hidden', 'a\0b', 'x'.repeat(61), 'nul\n', 'end.'])
    await refused({ act: 'create', to }, 'profile-name');
  await refused({ act: 'create', to: 'telephony' }, 'profile-there');
  await refused({ act: 'create', to: 'Default' }, 'profile-there');
  for (const name of ['../data', '../profiles', 'Telephony/..']) await refused({ act: 'use', name }, 'no-such-profile');
  await refused({ act: 'copy', name: 'nothing', to: 'x' }, 'no-such-profile');
  await refused({ act: 'rename', name: '', to: 'x' }, 'profile-default');
  await refused({ act: 'delete', name: '' }, 'profile-default');
  assert.deepEqual(readdirSync(join(data, 'profiles')), ['Telephony']);
});

test('a profile travels as one file; one from elsewhere is bounded and checked', async () => {
  const path = join(folder, 'telephony.json');
  await profile({ act: 'use', name: 'Telephony' });
  const here = {
    placesFile: '/home/me/places.mmdb',
    networksFile: '/home/me/networks.csv',
    hostsFile: '/home/me/hosts',
  };
  desk.changeSettings({ ...UNCHANGED, ...here, network: '10.77.0.0/16', columns: [] });
  rememberApplied(desk, { which: 'packets', filter: 'dns.qry.name == "secret.example"' });
  const lists = { rules: ['/home/me/r'], indicators: ['/home/me/i'], allow: ['/home/me/a'] };
  const threat = JSON.stringify({ ...lists, variables: [{ name: 'HOME_NET', value: '10.77.0.0/16' }] });
  writeFileSync(join(data, 'profiles', 'Telephony', 'threat.json'), threat);
  const colours = '@all of it@frame@[65535,0,0][0,0,0]\n';
  writeFileSync(join(data, 'profiles', 'Telephony', 'colorfilters'), colours);
  await handlers.exportProfile(desk, asker, { name: 'Telephony', layout: LAYOUT, path }, new TimeSlices());
  // Nothing of this machine, and nothing of what was looked for on it, leaves with it.
  const left = readFileSync(path, 'utf8');
  assert.doesNotMatch(left, /\/home\/me|10\.77\.|secret\.example|placesFile|hostsFile|networksFile|"history"/);
  assert.match(left, /"time": "epoch"/);
  const remembered = readFileSync(join(data, 'profiles', 'Telephony', 'filters.json'), 'utf8');
  assert.match(remembered, /secret\.example/, 'it stays here');
  const bring = (from: string): Promise<Replies['importProfile']> =>
    (async () => handlers.importProfile(desk, asker, { path: from }, new TimeSlices()))();
  const { added } = await bring(path);
  assert.equal(added, 'Telephony 2');
  const used = await profile({ act: 'use', name: added });
  assert.deepEqual([used.settings.time, used.settings.placesFile, used.layout], ['epoch', '', LAYOUT]);
  assert.ok(readFileSync(join(data, 'profiles', added, 'colorfilters'), 'utf8').includes(colours));
  // What does not fit costs itself only.
  const odd = join(folder, 'odd.json');
  const files = {
    'settings.json': { time: 'yesterday', theme: 'dark', tcpTimeout: -4, placesFile: '/etc/passwd', network: 'x' },
    'filters.json': { saved: [{ name: 'ok', filter: 'tcp' }, { name: 5 }], macros: 'none' },
    'dissectors.json': { preferences: [[1, 2]], decodeAs: [] },
    'threat.json': { rules: ['/of/others'], indicators: ['/of/others'], allow: ['//others/share'], variables: [] },
    'layout.json': { detail: 'high' },
    colorfilters: 'no rule\n',
    '../../evil.json': { a: 1 },
    'store.sqlite': { a: 1 },
  };
  writeFileSync(odd, JSON.stringify({ form: 'sightline-profile', version: 1, name: '../../up', files }));
  const hostile = await bring(odd);
  assert.equal(hostile.added, 'Profile');
  const now = await profile({ act: 'use', name: 'Profile' });
  assert.deepEqual(
    [now.settings.theme, now.settings.time, now.settings.placesFile, now.settings.network, saved(), now.layout],
    ['dark', 'relative', '', '', ['ok'], null],
  );
  assert.deepEqual(desk.packetWork.setup.preferences, []);
  const { wish } = desk.shared.threats;
  assert.deepEqual([wish.rules, wish.indicators, wish.allow], [[], [], []], 'no file that somebody else names');
  const kept = readdirSync(join(data, 'profiles', 'Profile'));
  assert.deepEqual(
    kept.filter((name) => /evil|store|color/.test(name)),
    [],
  );
  for (const [name, text] of [
    ['none.json', 'no JSON'],
    ['list.json', '[]'],
    ['other.json', '{"form":"other","version":1,"files":{}}'],
    ['later.json', '{"form":"sightline-profile","version":2,"files":{}}'],
  ] as const) {
    writeFileSync(join(folder, name), text);
    await assert.rejects(
      bring(join(folder, name)),
      (e: { said?: { say: string } }) => e.said?.say === 'no-profile-file',
    );
  }
  await assert.rejects(bring('/dev/zero'));
  assert.equal(readFileSync(join(data, 'profile.json'), 'utf8').includes('"Profile"'), true);
});

test('what a window has open of one profile is not written over another that is used by now', async () => {
  await profile({ act: 'use', name: '' });
  await profile({ act: 'create', to: 'Second' });
  const turns = new TimeSlices();
  const { profile: whose, rules } = await handlers.colouringRules(desk, asker, {}, turns);
  assert.equal(whose, '');
  await profile({ act: 'use', name: 'Second' });
  const lists = { history: [], macros: null, saved: [{ name: 'of the first', filter: 'arp' }] };
  const keep = async (of: string | null): Promise<unknown> =>
    handlers.keepFilters(desk, asker, { ...lists, profile: of }, turns);
  const colour = async (of: string): Promise<unknown> =>
    handlers.setColouringRules(desk, asker, { rules: rules.slice(0, 1), profile: of }, turns);
  const other = (error: { said?: { say: string } }): boolean => error.said?.say === 'profile-of-default';
  await assert.rejects(keep(''), other);
  await assert.rejects(colour(''), other);
  await assert.rejects(keep('Telephony'), (error: { said?: { say: string } }) => error.said?.say === 'profile-other');
  assert.deepEqual(saved(), []);
  const files = (): string[] => readdirSync(join(data, 'profiles', 'Second'));
  assert.ok(!files().includes('colorfilters'));
  await keep('Second');
  await colour('Second');
  assert.deepEqual(saved(), ['of the first']);
  assert.ok(files().includes('colorfilters'));
});
