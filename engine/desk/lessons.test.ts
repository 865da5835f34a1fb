// 'Learn this network' as the window asks for it: reviewed first, kept only then, by the name of a network, used for
// what is opened afterwards; of a live capture its first hours.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type LearnState, type Request, SETTING_SHAPES, UNCHANGED } from '../../contract/index.ts';
import { loadBaseline } from '../detect/index.ts';
import { baselinePath, keepBaseline, learnedNetworks, storedBaseline } from '../exchange/index.ts';
import { testDesk } from '../testing/desks.ts';
import { threeHours } from '../testing/hours.ts';
import { noPipes, until } from '../testing/waiting.ts';
import { TimeSlices } from '../view/index.ts';
import { plainCapture } from './capture-source.ts';
import type { Desk } from './desk.ts';
import { judgingOf, judgingOn } from './judging.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SAMPLE = join(ROOT, 'assets', 'sample.pcapng');
const HOUR = 3_600;
/** Milliseconds. */
const SOON = 20_000;
const home = mkdtempSync(join(tmpdir(), 'sightline-lessons-'));
const skip = noPipes(home);
after(() => rmSync(home, { recursive: true, force: true }));

let desks = 0;

async function withDesk(work: (desk: Desk, data: string) => Promise<void>): Promise<void> {
  const dataFolder = join(home, `data-${++desks}`);
  const desk = testDesk({ dataFolder, cacheFolder: join(home, 'cache') });
  try {
    await work(desk, dataFolder);
  } finally {
    await desk.close();
  }
}

type Asked = Partial<Omit<Request<'learn'>, 'act'>>;

function learn(desk: Desk, act: Request<'learn'>['act'], o: Asked = {}, turns = new TimeSlices()): Promise<LearnState> {
  return desk.learn({ act, network: '', hours: null, replace: false, ...o }, turns);
}

async function openSample(desk: Desk): Promise<void> {
  await desk.openFile(SAMPLE, 'file');
  await desk.open().done;
}

test('a network is learned from the open capture, after a look at what is left out; and forgotten', async () => {
  await withDesk(async (desk, data) => {
    const path = baselinePath(data);
    await assert.rejects(learn(desk, 'review'), /capture/i);
    await assert.rejects(learn(desk, 'keep'), /reviewed/);
    await openSample(desk);
    await assert.rejects(learn(desk, 'wait', { hours: 1 }), /live capture/);
    const { review, networks } = await learn(desk, 'review');
    assert.ok(review !== null && networks.length === 0);
    assert.ok(review.flows > 0 && review.leftOut > 0);
    assert.ok(review.incidents.some((i) => i.what === 'left-out' && i.points >= 3));
    assert.equal(existsSync(path), false, 'a review keeps nothing');
    const kept = await learn(desk, 'keep');
    assert.deepEqual(
      kept.networks.map(({ name, flows, usable }) => [name, flows, usable]),
      [['', review.flows, true]],
    );
    assert.equal(kept.moved, null, 'there was nothing before');
    assert.equal(desk.baseline.learned, true);
    assert.equal(loadBaseline(readFileSync(path, 'utf8'))?.version, 2);
    await assert.rejects(learn(desk, 'keep'), /reviewed/, 'it is kept once');
    assert.deepEqual((await learn(desk, 'look')).networks, kept.networks);
    await openSample(desk);
    assert.deepEqual(desk.state()!.judged, { learned: true, network: '' });
    assert.deepEqual((await learn(desk, 'forget')).networks, []);
    assert.equal(desk.baseline.learned, false);
    assert.equal(existsSync(path), false);
    const cancelled = new TimeSlices();
    cancelled.cancel();
    await assert.rejects(learn(desk, 'review', {}, cancelled), /given up/);
  });
});

test('by name: kept apart, chosen, put beside or in the place of what was there, exported, forgotten', async () => {
  await withDesk(async (desk, data) => {
    await openSample(desk);
    const { review } = await learn(desk, 'review');
    const flows = review!.flows;
    await learn(desk, 'keep', { network: 'office' });
    assert.deepEqual(learnedNetworks(data), ['office']);
    assert.equal(desk.baseline.learned, false, 'nothing is learned of the network without a name');
    desk.changeSettings({ ...UNCHANGED, network: 'office' });
    assert.equal(desk.baseline.learned, true);
    await openSample(desk);
    assert.deepEqual(desk.state()!.judged, { learned: true, network: 'office' });
    await learn(desk, 'review');
    const beside = await learn(desk, 'keep', { network: 'office' });
    assert.equal(beside.networks[0]!.flows, 2 * flows);
    assert.equal(beside.moved?.flows, 2 * flows);
    assert.deepEqual([beside.moved.newPeers, beside.moved.newNames, beside.moved.peers], [0, 0, []]);
    assert.ok(beside.moved.groups.some((g) => g.group === 'all' && g.suspicious.length === 2));
    await learn(desk, 'review');
    const instead = await learn(desk, 'keep', { network: 'office', replace: true });
    assert.deepEqual([instead.networks[0]!.flows, instead.moved], [flows, null]);
    const file = join(home, 'office.json');
    await desk.exportLearned(file, 'office');
    assert.deepEqual(loadBaseline(readFileSync(file, 'utf8')), storedBaseline(data, 'office').document);
    await assert.rejects(desk.exportLearned(file, 'other'), /Nothing is learned of the network other/);
    await learn(desk, 'forget', { network: 'office' });
    assert.deepEqual([desk.settings.network, desk.baseline.learned], ['', false]);
  });
});

test('a name is no path, in settings and in requests', () => {
  for (const name of ['../x', 'a/b', '.hidden', 'x'.repeat(65), ' '])
    assert.notEqual(SETTING_SHAPES.network.check(name, 'network'), null, name);
  for (const name of ['', 'eth0', 'Office-2.floor_3'])
    assert.equal(SETTING_SHAPES.network.check(name, 'network'), null);
});

test('a live capture is judged by the network of its interface where one is learned with the same model', async () => {
  await withDesk(async (desk, data) => {
    await openSample(desk);
    await learn(desk, 'review');
    await learn(desk, 'keep', { network: 'eth0' });
    const { model } = desk;
    const chosen = judgingOf(data, model, '');
    assert.equal(chosen.baseline.learned, false);
    assert.deepEqual(judgingOn(data, model, 'eth1', chosen), chosen);
    const own = judgingOn(data, model, 'eth0', chosen);
    assert.deepEqual([own.network, own.baseline.learned, own.known === null], ['eth0', true, false]);
    const other = { ...storedBaseline(data, 'eth0').document!, model: 'another' };
    await keepBaseline(data, 'eth0', other, false);
    assert.deepEqual(judgingOn(data, model, 'eth0', chosen), chosen, 'learned with another model');
    await openSample(desk);
    await learn(desk, 'review');
    const kept = await learn(desk, 'keep', { network: 'eth0' });
    assert.deepEqual([kept.moved, kept.networks[0]!.usable], [null, true], 'what another model learned goes');
  });
});

test('the first hours of a live capture: waited for, reviewed while it goes on', { skip }, async () => {
  await withDesk(async (desk, data) => {
    const pipe = join(home, 'live');
    spawnSync('mkfifo', [pipe]);
    const bytes = threeHours();
    const starting = desk.capture({ ...plainCapture(['-'], ''), path: pipe });
    const to = await open(pipe, 'w');
    await starting;
    const session = desk.open();
    // A sixth is half an hour.
    const cut = Math.floor(bytes.length / 6);
    await to.writeFile(bytes.subarray(0, cut));
    await until(() => session.analysis.packets.count > 300, SOON);
    await learn(desk, 'wait', { hours: 1 });
    const { learning } = desk.state()!;
    assert.ok(learning !== null && learning.hours === 1 && !learning.ready);
    assert.ok(learning.lasted > 1_000 && learning.lasted < HOUR, `${learning.lasted} s`);
    await learn(desk, 'wait');
    assert.equal(desk.state()!.learning, null, 'given up');
    await learn(desk, 'wait', { hours: 1 });
    await to.writeFile(bytes.subarray(cut));
    await until(() => desk.state()!.learning?.ready === true, SOON);
    await until(() => session.alerts.length === 2, SOON);
    assert.equal(session.phase, 'live');
    const { review } = await learn(desk, 'review', { hours: 1 });
    assert.deepEqual([review!.flows, review!.leftOut], [180, 20]);
    assert.deepEqual(
      review!.incidents.map((i) => [i.what, i.points]),
      [['left-out', 3]],
      'the scan of the third hour is none of the first one',
    );
    const all = await learn(desk, 'review');
    assert.ok(all.review!.flows > 180 && all.review!.incidents.length === 2);
    await learn(desk, 'review', { hours: 1 });
    await learn(desk, 'keep', { network: 'pipe' });
    assert.equal(desk.state()!.learning, null);
    await to.close();
    await session.done;
    await learn(desk, 'review');
    await learn(desk, 'keep', { network: 'whole' });
    // What a live capture teaches is what its file does.
    const path = session.options.path;
    await desk.closeCapture();
    await desk.openFile(path, 'file');
    await desk.open().done;
    await learn(desk, 'review');
    await learn(desk, 'keep', { network: 'file' });
    const [live, file] = ['whole', 'file'].map((name) => storedBaseline(data, name).document!);
    assert.deepEqual([live!.groups, live!.network], [file!.groups, file!.network]);
    assert.equal(live!.groups['all']!.flows, 540);
  });
});
