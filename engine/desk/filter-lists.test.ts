// Filters that the user keeps, and filters that are asked again because what answers them has changed.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import {
  english,
  type FilterLists as Lists,
  type Notice,
  type Replies,
  type Request,
  type RequestKind,
  SaidError,
} from '../../contract/index.ts';
import { handled } from '../testing/handled.ts';
import { testDesk } from '../testing/desks.ts';
import { httpAnswer, talk, talks } from '../testing/talk.ts';
import { until } from '../testing/waiting.ts';
import type { Asker } from './asker.ts';
import type { Desk } from './desk.ts';
import { FilterLists } from './filter-lists.ts';

const LIMIT = 60_000;
const home = mkdtempSync(join(tmpdir(), 'sightline-filter-lists-'));
after(() => rmSync(home, { recursive: true, force: true }));

function folderOf(name: string): string {
  const folder = join(home, name);
  mkdirSync(folder);
  return folder;
}

test('the last filters of each list outlive the process, each once, the newest first', () => {
  const folder = folderOf('kept');
  const { value: lists, notes } = FilterLists.read(folder);
  assert.deepEqual(notes, []);
  for (let i = 0; i < 30; i++) assert.deepEqual(lists.applied({ which: 'packets', filter: `tcp.port == ${i}` }), []);
  lists.applied({ which: 'flows', filter: 'tcp' });
  lists.applied({ which: 'packets', filter: 'tcp.port == 20' });
  const { history } = FilterLists.read(folder).value.now;
  assert.deepEqual(history[0], { which: 'packets', filter: 'tcp.port == 20' });
  assert.deepEqual(history[1], { which: 'flows', filter: 'tcp' });
  assert.equal(history.filter((h) => h.which === 'packets').length, 20);
  assert.equal(new Set(history.map((h) => h.filter)).size, history.length);
  assert.equal(history.at(-1)!.filter, 'tcp.port == 10');
  assert.equal(statSync(join(folder, 'filters.json')).mode & 0o777, 0o600);
});

test('a damaged file is set aside and said; an entry that does not fit is left out alone', () => {
  const folder = folderOf('odd');
  writeFileSync(join(folder, 'filters.json'), '{"half":');
  const { value, notes } = FilterLists.read(folder);
  assert.deepEqual(value.now, { history: [], saved: [], macros: [] });
  assert.match(english(notes[0]!), /^The list of filters and macros in .* cannot be read: it is damaged/);
  const odd = {
    history: [{ which: 'nowhere', filter: 'tcp' }, { which: 'packets', filter: 'udp' }, 7],
    saved: 'tcp',
    macros: [
      { name: 'a-b', text: 'tcp' },
      { name: 'good', text: 'tcp' },
      { name: 'good', text: 'udp' },
    ],
  };
  writeFileSync(join(folder, 'filters.json'), JSON.stringify(odd));
  assert.deepEqual(FilterLists.read(folder).value.now, {
    history: [{ which: 'packets', filter: 'udp' }],
    saved: [],
    macros: [{ name: 'good', text: 'tcp' }],
  } satisfies Lists);
});

test('where it cannot be written, that is said, and the lists hold until the end', () => {
  const folder = folderOf('in-the-way');
  const { value } = FilterLists.read(folder);
  mkdirSync(join(folder, 'filters.json', 'x'), { recursive: true });
  const notes = value.applied({ which: 'packets', filter: 'tcp' });
  assert.match(english(notes[0]!), /^Filters and macros could not be written/);
  assert.equal(value.now.history.length, 1);
});

describe('a desk', () => {
  let desk: Desk;
  let folder: string;
  const heard: Notice[] = [];
  const window = (client: string): Asker => ({ client, jobs: new Map(), files: new Map() });
  const first = window('first');
  const second = window('second');
  function ask<K extends RequestKind>(asker: Asker, kind: K, body: Request<K>): Promise<Replies[K]> {
    return handled(desk, asker, kind, body);
  }
  const apply = async (asker: Asker, which: Request<'view'>['which'], filter: string): Promise<number> => {
    const { problem, view } = await ask(asker, 'view', { which, filter, sort: null });
    assert.equal(problem, null, JSON.stringify(problem));
    return view.matched;
  };
  const keep = (change: Partial<Lists>): Promise<Lists> =>
    ask(first, 'keepFilters', { history: null, saved: null, macros: null, profile: null, ...change });

  before(async () => {
    folder = folderOf('desk');
    desk = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') });
    desk.listen((notice) => {
      if (notice !== 'changed') heard.push(notice);
    });
    const path = join(folder, 'web.pcap');
    const ask1 = 'GET /a HTTP/1.1\r\nHost: example.test\r\n\r\n';
    const conversation = (client: string, server: string): number[][] =>
      talk(client, server, [
        [0, ask1],
        [1, httpAnswer(['Content-Type: text/plain'], Buffer.from('ok'))],
      ]);
    writeFileSync(
      path,
      talks(conversation('10.0.0.1:2000', '10.0.0.2:80'), conversation('10.0.0.3:2001', '10.0.0.4:9')),
    );
    await desk.openFile(path, 'file');
    await desk.session!.done;
  });
  after(async () => {
    await desk?.close();
  });

  test('macros that Wireshark comes with are there, and one of the user’s stands instead', async () => {
    const all = await apply(first, 'packets', 'ip');
    assert.equal(await apply(first, 'packets', '${private_ipv4:ip.src}'), all);
    assert.equal(await apply(first, 'packets', '$private_ethernet(eth.src)'), all);
    assert.equal(await apply(first, 'packets', '${private_ipv6;ipv6.src}'), 0);
    await keep({ macros: [{ name: 'private_ipv4', text: '$1 == 10.0.0.1' }] });
    assert.equal(await apply(first, 'packets', '${private_ipv4:ip.addr}'), all / 2);
    await keep({ macros: [], history: [] });
    await apply(first, 'packets', '');
    heard.length = 0;
  });

  test('remembers what windows apply, tells all of them, and forgets what it shall', async () => {
    await apply(first, 'packets', 'tcp.len > 0');
    await apply(first, 'flows', 'tcp.port == 80');
    assert.deepEqual(desk.filterLists.now.history, [
      { which: 'flows', filter: 'tcp.port == 80' },
      { which: 'packets', filter: 'tcp.len > 0' },
    ]);
    const told = heard.filter((n) => n.notice === 'filters');
    assert.deepEqual(told.at(-1)!.filters, desk.filterLists.now);
    const { problem } = await ask(first, 'view', { which: 'packets', filter: 'nothing.such == 1', sort: null });
    assert.notEqual(problem, null);
    assert.equal(desk.filterLists.now.history.length, 2, 'a mistake is not remembered');
    const lists = await keep({ history: [{ which: 'packets', filter: 'tcp.len > 0' }] });
    assert.equal(lists.history.length, 1);
    const kept = JSON.parse(readFileSync(join(folder, 'data', 'filters.json'), 'utf8')) as Lists;
    assert.deepEqual(kept, lists);
    await apply(first, 'packets', '');
    assert.equal(desk.filterLists.now.history.length, 1, 'no filter is no filter');
  });

  test('keeps saved filters and macros, and refuses what they cannot be', async () => {
    const saved = [{ name: 'Web', filter: 'tcp.port == 80' }];
    assert.deepEqual((await keep({ saved })).saved, saved);
    for (const [change, said] of [
      [{ saved: [...saved, { name: 'Web', filter: 'udp' }] }, /'Web' is there twice/],
      [{ saved: [{ name: ' ', filter: 'udp' }] }, /A name is missing/],
      [{ saved: [{ name: 'x', filter: '' }] }, /'x' has no filter/],
      [{ macros: [{ name: 'a b', text: 'tcp' }] }, /no name of a macro/],
    ] as const)
      await assert.rejects(keep(change), (e: unknown) => e instanceof SaidError && said.test(e.message));
    assert.deepEqual(desk.filterLists.now.saved, saved);
  });

  test('a macro that changes changes what a list shows; one that goes is said', async () => {
    await keep({ macros: [{ name: 'to', text: 'tcp.port == $1' }] });
    const all = await apply(first, 'packets', '');
    const web = await apply(first, 'packets', '${to:80}');
    assert.ok(web > 0 && web < all);
    const { suggestions } = await ask(first, 'complete', { which: 'packets', filter: 'tcp and ${t', caret: 11 });
    assert.deepEqual(
      suggestions.map((s) => [s.text, s.from, s.to]),
      [['${to:', 8, 11]],
    );
    const view = desk.views('first')!.packets;
    await keep({ macros: [{ name: 'to', text: 'not tcp.port == $1' }] });
    await until(() => view.state().matched === all - web, LIMIT);
    await keep({ macros: [] });
    await until(() => view.state().partial !== null, LIMIT);
    const { partial, matched } = view.state();
    assert.match(english(partial!), /found before .* macros changed: there is no macro 'to'/);
    assert.equal(matched, all - web);
    await apply(first, 'packets', '');
    assert.equal(view.state().partial, null);
  });

  test('what dissectors are told changes what every list of every window shows', async () => {
    const alone = await apply(first, 'packets', 'http');
    assert.equal(alone, 2);
    assert.equal(await apply(second, 'packets', 'http.request'), 1);
    assert.equal(await apply(second, 'flows', 'http'), 1);
    assert.equal(await apply(second, 'hosts', 'http'), 2);
    const views = desk.views('second')!;
    const matched = (): number[] => [
      desk.views('first')!.packets.state().matched,
      views.packets.state().matched,
      views.flows.state().matched,
      views.hosts.state().matched,
    ];
    const told = (wanted: readonly number[]): Promise<number> =>
      until(
        () => String(matched()) === String(wanted),
        LIMIT,
        () => `${matched()}, not ${wanted}`,
      );
    await ask(first, 'decodeAs', { table: 'tcp.port', port: 9, module: 'http' });
    await told([4, 2, 2, 4]);
    await ask(first, 'decodeAs', { table: 'tcp.port', port: 9, module: null });
    await told([2, 1, 1, 2]);
  });
});
