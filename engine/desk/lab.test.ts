// The Lab as a window uses it: a folder is measured and its report kept beside the one before, reports become files, a
// model is adopted and rolled back, and incidents that lack a point wait for a label.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { english, type LabState, type Replies, type Request, type RequestKind } from '../../contract/index.ts';
import { SUSPICIOUS_POINTS } from '../evidence/index.ts';
import { handled, refusal } from '../testing/handled.ts';
import { testDesk } from '../testing/desks.ts';
import { MadeCapture } from '../testing/evidence-kit.ts';
import { Cancelled, TimeSlices } from '../view/index.ts';
import type { Asker } from './asker.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const home = mkdtempSync(join(tmpdir(), 'sightline-lab-'));
const folder = join(home, 'captures');
const folders = { dataFolder: join(home, 'data'), cacheFolder: join(home, 'cache') };
const desk = testDesk(folders);
after(async () => {
  await desk.close();
  rmSync(home, { recursive: true, force: true });
});

const asker: Asker = { client: 'one', jobs: new Map(), files: new Map() };

function ask<K extends RequestKind>(kind: K, body: Request<K>, turns = new TimeSlices()): Promise<Replies[K]> {
  return handled(desk, asker, kind, body, turns);
}

const program = `MZ${'\0'.repeat(76)}This program cannot be run in DOS mode`;

function made(malicious: boolean): Uint8Array {
  const request = malicious
    ? { target: '/a.exe', host: '45.79.10.20', agent: '', response: { type: 'image/png', body: program } }
    : { target: '/', host: 'www.somewhere.test' };
  return new MadeCapture().http([request]).bytes();
}

type Judge = Request<'evaluate'>['judge'];
const RULES = { judge: { by: 'rules', path: null }, against: null } as const;
const IN_USE = { judge: { by: 'in-use', path: null }, against: null } as const;

test('a folder is measured; the report stays beside the one before it, also for the next start', async () => {
  assert.match(await refusal(ask('evaluate', { folder: 'captures', ...RULES })), /captures/);
  mkdirSync(folder);
  assert.match(await refusal(ask('evaluate', { folder, ...RULES })), /cannot be measured: .*labels\.csv/);
  assert.match(
    await refusal(ask('report', { as: 'html', path: join(home, 'none.html') })),
    /Nothing has been measured/,
  );
  for (const name of ['goodx', 'badx']) {
    mkdirSync(join(folder, name));
    for (const n of [1, 2]) writeFileSync(join(folder, name, `${n}.pcap`), made(name === 'badx'));
  }
  const first = await ask('evaluate', { folder, ...RULES });
  const heads = (state: LabState, id: string): (string | null)[] =>
    state.report!.tables.find((t) => t.id === id)!.columns.map((c) => c.title?.say ?? null);
  assert.ok(!heads(first, 'groups').includes('lab-change'), 'there is nothing to compare the first one with');
  assert.equal(first.running, null);
  const groups = first.report!.tables.find((t) => t.id === 'groups')!;
  assert.match(english(groups.note!), /^4 captures, 4 flows; the model's point: none\./);
  const three = first.report!.sums.find((s) => s.points === 3)!;
  assert.deepEqual([three.malicious, three.raised, three.benign, three.falseCaptures], [2, 2, 2, 0]);
  const second = await ask('evaluate', { folder, ...IN_USE });
  assert.ok(heads(second, 'groups').includes('lab-change'), 'the first one stands beside the second');
  assert.notEqual(second.report!.witness, first.report!.witness);
  const later = testDesk(folders);
  assert.deepEqual(later.lab.state(later.model, true).report, second.report);
  await later.close();
  const file = join(folders.dataFolder, 'lab', 'reports.json');
  const kept = readFileSync(file, 'utf8');
  writeFileSync(file, kept.replace(/"format":\d+/, '"format":1'));
  const other = testDesk(folders);
  assert.equal(other.lab.state(other.model, true).report, null, 'a report of another shape is not shown');
  await other.close();
  writeFileSync(file, kept);
  assert.equal((await ask('lab', { reports: false })).report, null);
});

test('who judges is chosen: a file, models without the source, two of them side by side', async () => {
  const file = join(home, 'other.json');
  copyFileSync(join(ROOT, 'models', 'default.json'), file);
  const by = (kind: Judge['by'], path: string | null = null): Judge => ({ by: kind, path });
  const side = await ask('evaluate', { folder, judge: by('rules'), against: by('file', file) });
  const table = side.report!.tables.find((t) => t.id === 'compared')!;
  assert.deepEqual(
    table.columns.map((c) => (c.title === null ? '' : english(c.title))),
    ['what', 'rules alone', desk.model.name, 'difference'],
  );
  assert.equal(side.report!.comparedSums!.length, side.report!.sums.length);
  const refused = (judge: Judge): Promise<string> => refusal(ask('evaluate', { folder, judge, against: null }));
  assert.match(await refused(by('left-out')), /^Fewer than three sources/);
  assert.match(await refused(by('file', 'other.json')), /whole path/);
  assert.match(await refused(by('file')), /whole path/);
  assert.match(
    await refused(by('file', join(folder, 'goodx', '1.pcap'))),
    /cannot be used: the model file is not JSON/,
  );
  assert.equal((await ask('lab', { reports: false })).running, null, 'a refused measurement is over');
});

test('one measurement at a time, and it can be given up: the report before it stays', async () => {
  const { report } = await ask('lab', { reports: true });
  const turns = new TimeSlices();
  const under = ask('evaluate', { folder, ...RULES }, turns);
  assert.equal((await ask('lab', { reports: false })).running?.all, 4);
  assert.match(await refusal(ask('evaluate', { folder, ...RULES })), /under way/);
  turns.cancel();
  await assert.rejects(under, Cancelled);
  const now = await ask('lab', { reports: true });
  assert.equal(now.running, null);
  assert.deepEqual(now.report, report);
});

test('the report becomes a page and Markdown, where the user says', async () => {
  const begins = { html: /^<!doctype html/, markdown: /^# Evaluation/, json: /^\{"folder"/ };
  for (const as of ['html', 'markdown', 'json'] as const) {
    const path = join(home, 'out', `report.${as}`);
    const { file } = await ask('report', { as, path });
    assert.equal(file.path, path);
    assert.equal(asker.files.get(file.id), path);
    assert.match(readFileSync(path, 'utf8'), begins[as]);
  }
});

test('a model is adopted as a copy, used by the next start, and rolled back; no model is refused', async () => {
  const shipped = (await ask('lab', { reports: false })).model;
  assert.equal(shipped.shipped, true);
  const bad = join(home, 'bad.json');
  writeFileSync(bad, '{}');
  assert.match(await refusal(ask('model', { path: bad })), /bad\.json cannot be used/);
  assert.match(await refusal(ask('model', { path: join(home, 'nowhere.json') })), /There is no file .*nowhere/);
  assert.equal((await ask('lab', { reports: false })).model.shipped, true);
  const own = join(home, 'own.json');
  copyFileSync(join(ROOT, 'models', 'default.json'), own);
  await ask('model', { path: own });
  rmSync(own);
  assert.equal((await ask('lab', { reports: false })).model.shipped, false);
  assert.deepEqual(readdirSync(join(folders.dataFolder, 'models')), ['adopted.json']);
  writeFileSync(join(folders.dataFolder, 'models', 'adopted.json'), 'damaged');
  const later = testDesk(folders);
  assert.ok(later.notes.some((n) => n.say === 'model-not-used'));
  assert.equal(later.model.sha256, shipped.sha256);
  const [aside, ...more] = readdirSync(join(folders.dataFolder, 'models'));
  assert.match(aside!, /^adopted\.json\./, 'it is set aside and not lost');
  assert.deepEqual(more, []);
  await later.close();
  const back = await ask('model', { path: null });
  assert.equal(back.sha256, shipped.sha256);
  assert.equal((await ask('lab', { reports: false })).model.shipped, true);
});

test('incidents of two points wait for a label until they have one', async () => {
  assert.deepEqual((await ask('queue', {})).alerts, []);
  const path = join(home, 'two.pcap');
  const capture = new MadeCapture()
    .http([{ target: '/first', host: 'one.test', agent: '' }], { to: '45.79.10.21' })
    .http([{ target: '/a.exe', host: '45.79.10.20', agent: '', response: { body: program } }], { at: 50 });
  writeFileSync(path, capture.bytes());
  await desk.openFile(path, 'file');
  await desk.session!.done;
  await desk.labelled;
  const { alerts } = await ask('queue', {});
  const two = desk.session!.alerts.filter((a) => a.of.points === SUSPICIOUS_POINTS);
  assert.deepEqual(
    alerts.map((a) => a.number),
    two.map((a) => a.number),
  );
  assert.ok(alerts.length > 0 && alerts.length < desk.session!.alerts.length);
  await ask('label', { flows: [alerts[0]!.flow], label: 'benign' });
  assert.equal((await ask('queue', {})).alerts.length, alerts.length - 1);
});
