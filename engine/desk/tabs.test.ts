// Captures beside each other: each tab has its own session, each window shows its own tab.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  type Answer,
  type HostMessage,
  type Notice,
  packetRow,
  type Replies,
  type Request,
  type RequestKind,
} from '../../contract/index.ts';
import { testDesk } from '../testing/desks.ts';
import { plainCapture } from './capture-source.ts';
import type { Desk } from './desk.ts';
import { serve, type Served } from './serve.ts';
import { MAX_FULL } from './tabs.ts';

const SAMPLE = new URL('../../assets/sample.pcapng', import.meta.url).pathname;
const SAMPLE_PACKETS = 1066;
const folder = mkdtempSync(join(tmpdir(), 'sightline-tabs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function desk(name: string): Desk {
  return testDesk({ dataFolder: join(folder, name, 'data'), cacheFolder: join(folder, name, 'cache') });
}

/** A capture of its own path. */
function capture(name: string): string {
  const path = join(folder, `${name}.pcapng`);
  copyFileSync(SAMPLE, path);
  return path;
}

/** A window; `tab` is what its requests say that they mean. */
class Window {
  readonly notices: Notice[] = [];
  tab: number | null = null;
  private readonly client: string;
  private next = 1;
  private readonly waiting = new Map<number, (answer: Answer<RequestKind>) => void>();
  private readonly served: Served;

  constructor(to: Desk, client: string) {
    this.client = client;
    this.served = serve(to, { send: (message) => this.hear(message) });
  }

  async ask<K extends RequestKind>(kind: K, body: Request<K>): Promise<Replies[K]> {
    const answer = await this.raw(kind, body);
    assert.ok(answer.ok, answer.ok ? '' : `${kind}: ${JSON.stringify(answer.message)}`);
    return answer.value as Replies[K];
  }

  hello(): Promise<Replies['hello']> {
    return this.ask('hello', { client: this.client });
  }

  raw<K extends RequestKind>(kind: K, body: Request<K>): Promise<Answer<RequestKind>> {
    const id = this.next++;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.served.receive({ id, kind, body, tab: this.tab });
    });
  }

  async show(tab: number): Promise<Replies['showTab']> {
    const shown = await this.ask('showTab', { tab });
    this.tab = tab;
    return shown;
  }

  /** Opens a file in a tab of its own, and shows it. */
  async open(path: string): Promise<number> {
    const { tab } = await this.ask('newTab', {});
    await this.show(tab);
    await this.ask('open', { path });
    return tab;
  }

  close(): void {
    this.served.close();
  }

  private hear(message: HostMessage): void {
    if ('notice' in message) this.notices.push(message);
    else {
      this.waiting.get(message.id)?.(message.answer);
      this.waiting.delete(message.id);
    }
  }
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (holds()) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  assert.fail(`never: ${what}`);
}

async function read(window: Window): Promise<void> {
  for (;;) {
    const { session } = await window.hello();
    if (session?.phase === 'done') return;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

test('two windows of one Sightline show two captures, each with its lists and marks', async () => {
  const d = desk('two');
  const [left, right] = [new Window(d, 'left'), new Window(d, 'right')];
  try {
    const hello = await left.hello();
    left.tab = hello.tab;
    await left.ask('open', { path: capture('left') });
    const there = await right.hello();
    assert.equal(there.tab, hello.tab, 'a new window shows the tab in front');
    const second = await right.open(capture('right'));
    await d.tabs.get(second).session!.done;
    await d.tabs.get(hello.tab).session!.done;
    await left.ask('view', { which: 'packets', filter: 'udp', sort: null });
    await left.ask('mark', { row: packetRow(3), what: 'marked' });
    await right.ask('view', { which: 'packets', filter: 'tcp', sort: null });
    const [l, r] = [await left.hello(), await right.hello()];
    assert.deepEqual([l.session!.name, r.session!.name], ['left.pcapng', 'right.pcapng']);
    assert.deepEqual([l.views!.packets.filter, r.views!.packets.filter], ['udp', 'tcp']);
    assert.notEqual(l.session!.session, r.session!.session);
    assert.ok(d.tabs.get(hello.tab).session!.marked(packetRow(3)));
    assert.ok(!d.tabs.get(second).session!.marked(packetRow(3)));
    assert.deepEqual(
      r.tabs.map(({ content }) => (content.state === 'empty' ? '' : content.name)),
      ['left.pcapng', 'right.pcapng'],
    );
    // What a window is told of is the tab that it shows.
    left.notices.length = 0;
    d.tabs.get(second).session!.touch();
    d.tabs.get(hello.tab).session!.touch();
    await until('a state for the left window', () => left.notices.some((n) => n.notice === 'state'));
    for (const n of left.notices) if (n.notice === 'state') assert.equal(n.tab, hello.tab);
    // A window that loads its page again is where it was.
    right.tab = null;
    assert.equal((await right.hello()).tab, second);
  } finally {
    left.close();
    right.close();
    await d.close();
  }
});

test('a request means the tab that it names, also when the window shows another by then', async () => {
  const d = desk('meant');
  const window = new Window(d, 'w');
  try {
    const { tab: first } = await window.hello();
    window.tab = first;
    await window.ask('open', { path: capture('meant-a') });
    const second = await window.open(capture('meant-b'));
    await read(window);
    await d.tabs.get(first).session!.done;
    // Typed before the answer to showTab was there.
    window.tab = first;
    await window.ask('label', { flows: [2 as never], label: 'malicious' });
    const labels = (tab: number): number => d.tabs.get(tab).session!.labelCounts.malicious;
    assert.deepEqual([labels(first), labels(second)], [1, 0]);
    window.tab = second;
    await window.ask('closeTab', { tab: first });
    window.tab = first;
    const refused = await window.raw('label', { flows: [2 as never], label: 'malicious' });
    assert.deepEqual([refused.ok, refused.ok ? '' : refused.message.say], [false, 'no-such-tab']);
  } finally {
    window.close();
    await d.close();
  }
});

test('a closed tab takes its windows to the one beside it, and the last one leaves the start page', async () => {
  const d = desk('closed');
  const [window, other] = [new Window(d, 'w'), new Window(d, 'other')];
  try {
    const { tab: first } = await window.hello();
    window.tab = first;
    await window.ask('open', { path: capture('closed-a') });
    const second = await window.open(capture('closed-b'));
    const third = await window.open(capture('closed-c'));
    await other.hello();
    await other.show(second);
    await window.ask('moveTab', { tab: third, to: 0 });
    assert.deepEqual(
      d.tabs.desks.map(({ tab }) => tab),
      [third, first, second],
    );
    other.notices.length = 0;
    await window.ask('closeTab', { tab: second });
    await until('the other window shows the first', () =>
      other.notices.some((n) => n.notice === 'state' && n.tab === first),
    );
    await window.ask('closeTab', { tab: third });
    window.tab = null;
    await window.ask('closeTab', { tab: first });
    const { session, tabs } = await window.hello();
    assert.equal(session, null);
    assert.deepEqual(
      tabs.map(({ content }) => content.state),
      ['empty'],
    );
  } finally {
    window.close();
    other.close();
    await d.close();
  }
});

test('alerts of a tab that is not shown arrive as such', async () => {
  const d = desk('elsewhere');
  const [window, behind] = [new Window(d, 'w'), new Window(d, 'behind')];
  try {
    const { tab: first } = await window.hello();
    const { tab: second } = await window.ask('newTab', {});
    await window.show(second);
    await behind.hello();
    behind.tab = first;
    await behind.show(first);
    await behind.ask('open', { path: capture('elsewhere') });
    await d.tabs.get(first).session!.done;
    const heard = (w: Window, notice: 'alert' | 'elsewhere'): number =>
      w.notices.filter((n) => n.notice === notice).length;
    assert.deepEqual([heard(window, 'alert'), heard(behind, 'elsewhere')], [0, 0]);
    assert.equal(heard(window, 'elsewhere'), heard(behind, 'alert'));
    assert.ok(heard(window, 'elsewhere') > 0);
    const said = window.notices.find((n) => n.notice === 'elsewhere')!;
    assert.deepEqual([said.tab, said.name], [first, 'elsewhere.pcapng']);
    // How many there are is told with the tabs.
    const alerts = (): number => {
      const last = window.notices.findLast((n) => n.notice === 'tabs')?.tabs[0]?.content;
      return last !== undefined && 'alerts' in last ? last.alerts : 0;
    };
    await until('the tab tells its alerts', () => alerts() === d.tabs.get(first).session!.alerts.length);
  } finally {
    window.close();
    behind.close();
    await d.close();
  }
});

test('beyond what may be open captures rest, and are read again with their marks; a live one goes on', async () => {
  const d = desk('resting');
  const window = new Window(d, 'w');
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const closed: string[] = [];
  d.shared.onClosed = (path) => closed.push(path);
  try {
    const { tab: live } = await window.hello();
    window.tab = live;
    const feed = createWriteStream(pipe);
    const started = window.ask('capture', { ...plainCapture(['-'], ''), source: 'pipe', interfaces: [], path: pipe });
    feed.write(readFileSync(SAMPLE));
    await started;
    const first = await window.open(capture('rest-0'));
    await read(window);
    await window.ask('mark', { row: packetRow(7), what: 'marked' });
    const commented = await window.open(capture('rest-commented'));
    await read(window);
    await window.ask('comment', { row: packetRow(1), comments: ['mine'] });
    const path = d.tabs.get(first).session!.options.path;
    for (let i = 1; i < MAX_FULL; i++) {
      await window.open(capture(`rest-${i}`));
      await read(window);
    }
    const state = (tab: number): string => d.tabs.states().find((t) => t.tab === tab)!.content.state;
    await until('the first file rests', () => state(first) === 'resting');
    assert.equal(d.tabs.get(first).session, null);
    assert.equal(state(live), 'live', 'a live capture is never closed by that');
    assert.equal(state(commented), 'done', 'nor is one with comments that no file has');
    assert.ok(d.tabs.desks.filter((x) => x.session !== null).length <= MAX_FULL);
    assert.deepEqual(closed, [], 'a file that rests is not given up');
    const shown = await window.show(first);
    assert.equal(shown.again, true);
    await read(window);
    assert.equal(d.tabs.get(first).session!.analysis.packetCount, SAMPLE_PACKETS);
    await until('marks are there again', () => d.tabs.get(first).session!.marked(packetRow(7)));
    assert.equal((await window.show(first)).again, false);
    feed.end();
    await d.tabs.get(live).session!.done;
    assert.equal(d.tabs.get(live).session!.analysis.packetCount, SAMPLE_PACKETS);
    await window.ask('closeTab', { tab: first });
    assert.deepEqual(closed, [path]);
  } finally {
    window.close();
    await d.close();
  }
});

test('the next start has the tabs of the last one, and opens what was looked at', async () => {
  const before = desk('again');
  const window = new Window(before, 'w');
  const { tab } = await window.hello();
  window.tab = tab;
  await window.ask('open', { path: capture('again-a') });
  await window.open(capture('again-b'));
  const gone = capture('again-gone');
  await window.open(gone);
  await read(window);
  const { tab: first } = before.tabs.desks[0]!;
  await window.show(first);
  await before.tabs.get(first).session!.done;
  await before.labelled;
  await until('it is written', () =>
    /"shown": "[^"]*again-a/.test(readFileSync(join(folder, 'again/data/tabs.json'), 'utf8')),
  );
  window.close();
  await before.close();
  rmSync(gone);
  const now = desk('again');
  const next = new Window(now, 'w');
  try {
    assert.deepEqual(
      now.tabs.states().map(({ content }) => content.state),
      ['resting', 'resting'],
      'nothing is read before somebody looks',
    );
    const hello = await next.hello();
    assert.equal(hello.session!.name, 'again-a.pcapng');
    assert.deepEqual(
      hello.tabs.map(({ content }) => content.state === 'resting'),
      [false, true],
    );
    // A file that is opened from outside comes to the tab that has it.
    await now.tabs.open(join(folder, 'again-b.pcapng'));
    assert.equal((await next.hello()).session!.name, 'again-b.pcapng');
    assert.equal(now.tabs.desks.length, 2);
    await read(next);
  } finally {
    next.close();
    await now.close();
  }
});

test('one capture alone is no tab, and a file of tabs that is none is set aside', async () => {
  const d = desk('alone');
  await d.openFile(capture('alone'), 'file');
  await d.session!.done;
  await d.close();
  const again = desk('alone');
  assert.deepEqual(
    again.tabs.states().map(({ content }) => content.state),
    ['empty'],
  );
  await again.close();
  const path = join(folder, 'alone/data/tabs.json');
  writeFileSync(path, '[1, 2');
  const odd = desk('alone');
  assert.deepEqual(
    odd.notes.map(({ say }) => say),
    ['kept-file-set-aside'],
  );
  await odd.close();
  const entries = [{ path: 7 }, null, { path: '/nowhere.pcap', name: 'x' }, { path: SAMPLE, name: { a: 1 } }];
  writeFileSync(path, JSON.stringify({ tabs: entries, shown: 5 }));
  const hostile = desk('alone');
  assert.deepEqual(
    hostile.tabs.states().map(({ content }) => content.state),
    ['empty'],
  );
  await hostile.close();
});
