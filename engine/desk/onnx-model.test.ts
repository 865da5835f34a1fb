// ONNX models in the window: adopted, judging, explained, and gone back from.
import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { english, flowRow, type Replies, type Request, type RequestKind } from '../../contract/index.ts';
import { loadModel, sigmoid, treesOnnx } from '../detect/index.ts';
import { handled, refusal } from '../testing/handled.ts';
import { testDesk } from '../testing/desks.ts';
import { madeCard, madeModel } from '../testing/onnx-files.ts';
import type { Asker } from './asker.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const home = mkdtempSync(join(tmpdir(), 'sightline-onnx-'));
const folders = { dataFolder: join(home, 'data'), cacheFolder: join(home, 'cache') };
const desk = testDesk(folders);
after(async () => {
  await desk.close();
  rmSync(home, { recursive: true, force: true });
});

const asker: Asker = { client: 'one', jobs: new Map(), files: new Map() };

function ask<K extends RequestKind>(kind: K, body: Request<K>, at = desk): Promise<Replies[K]> {
  return handled(at, asker, kind, body);
}

/** The sample judged by the model in use: what each flow has. */
async function judged(): Promise<{ points: number[]; scores: (number | null)[]; model: string[] }> {
  await ask('sample', {});
  await desk.session!.done;
  const { count } = desk.session!.analysis.flows.columns;
  const points: number[] = [];
  const scores: (number | null)[] = [];
  const model: string[] = [];
  for (let row = 0; row < count; row++) {
    const detail = await ask('flow', { flow: flowRow(row) });
    points.push(detail.points);
    scores.push(detail.score);
    for (const i of detail.incidents) for (const e of i.evidence) if (e.kind === 'model') model.push(english(e.said));
  }
  return { points, scores, model };
}

test('an ONNX model is adopted with what is said of it, used by the next start, and rolled back', async () => {
  const models = join(folders.dataFolder, 'models');
  const own = join(home, 'own.onnx');
  writeFileSync(own, madeModel({ card: null }));
  assert.match(await refusal(ask('model', { path: own })), /own\.onnx cannot be used: it does not name its features/);
  writeFileSync(`${own}.json`, madeCard());
  assert.match(await refusal(ask('model', { path: own })), /own\.onnx cannot be used: it answers no number/);
  assert.deepEqual(existsSync(models) ? readdirSync(models) : [], []);
  const asJson = join(home, 'before.json');
  copyFileSync(join(ROOT, 'models', 'default.json'), asJson);
  await ask('model', { path: asJson });
  writeFileSync(`${own}.json`, madeCard({ name: 'mine', missing: 0.9 }));
  const info = await ask('model', { path: own });
  assert.equal(info.name, 'mine');
  assert.deepEqual(readdirSync(models), ['adopted.onnx'], 'one model is adopted');
  rmSync(own);
  rmSync(`${own}.json`);
  const later = testDesk(folders);
  assert.deepEqual([later.model.name, later.model.sha256], ['mine', info.sha256]);
  await later.close();
  writeFileSync(join(models, 'adopted.onnx'), 'damaged');
  const broken = testDesk(folders);
  assert.ok(broken.notes.some((n) => n.say === 'model-not-used'));
  await broken.close();
  const back = await ask('model', { path: null });
  assert.notEqual(back.sha256, info.sha256);
  assert.equal((await ask('lab', { reports: false })).model.shipped, true);
});

test('an adopted model that the runtime refuses is told, the shipped one judges, and what was opened says why', async () => {
  const broken = madeModel({ nodes: [{ operator: 'Nonsense', inputs: ['x'], outputs: ['y'] }] });
  const other = { dataFolder: join(home, 'other'), cacheFolder: folders.cacheFolder };
  mkdirSync(join(other.dataFolder, 'models'), { recursive: true });
  writeFileSync(join(other.dataFolder, 'models', 'adopted.onnx'), broken);
  const later = testDesk(other);
  assert.equal(later.model.name, 'made');
  await ask('sample', {}, later);
  const { session } = later;
  await session!.done;
  assert.equal(session!.phase, 'failed');
  assert.match(english(session!.message!), /^The model made gives no scores: the runtime refuses it: .*Nonsense/);
  assert.ok(later.notes.some((n) => /adopted\.onnx cannot be used: the runtime refuses it/.test(english(n))));
  assert.notEqual(later.model.name, 'made');
  await ask('sample', {}, later);
  await later.session!.done;
  assert.equal(later.session!.phase, 'done');
  await later.close();
});

test('the shipped model as ONNX gives the same points and ranks, and says that it tells no contributions', async () => {
  const shipped = await judged();
  const before = await ask('reasons', { flow: flowRow(3) });
  const loaded = loadModel(readFileSync(join(ROOT, 'models', 'default.json'), 'utf8'));
  assert.ok(loaded.ok);
  const path = join(home, 'shipped.onnx');
  writeFileSync(path, treesOnnx(loaded.model));
  await ask('model', { path });
  const onnx = await judged();
  assert.deepEqual(onnx.points, shipped.points);
  assert.deepEqual(onnx.model, shipped.model);
  const apart = onnx.scores.map((s, i) => Math.abs((s ?? NaN) - (shipped.scores[i] ?? NaN)));
  assert.ok(Math.max(...apart) < 0.002, `ranks differ by ${Math.max(...apart)}`);
  const reasons = await ask('reasons', { flow: flowRow(3) });
  assert.deepEqual([before.contributions, reasons.contributions], [true, false]);
  assert.ok(Math.abs(reasons.raw - sigmoid(before.raw)) < 1e-6);
  assert.deepEqual([reasons.groups, reasons.reasons, reasons.flip], [[], [], null]);
  assert.equal(reasons.threshold.measured, true);
});

test('the point of a model that nobody measured says so', async () => {
  const path = join(home, 'bold.onnx');
  writeFileSync(path, madeModel({ card: madeCard({ name: 'bold', missing: 0.95 }) }));
  writeFileSync(
    path,
    madeModel({
      nodes: [
        { operator: 'Greater', inputs: ['x', 'x'], outputs: ['no'] },
        { operator: 'Not', inputs: ['no'], outputs: ['yes'] },
        {
          operator: 'Cast',
          inputs: ['yes'],
          outputs: ['y'],
          attributes: [(w) => w.text(1, 'to').int(3, 1).int(20, 2)],
        },
      ],
      outputs: [{ name: 'y', type: 1, shape: [null, 2] }],
      card: madeCard({ name: 'bold', missing: 0, column: 0 }),
    }),
  );
  await ask('model', { path });
  const { model, scores } = await judged();
  assert.ok(model.length > 0 && scores.every((s) => s === null));
  assert.deepEqual(
    [...new Set(model)],
    ['The model scores a flow above its threshold; how many ordinary flows are above it, nobody has measured.'],
  );
  const reasons = await ask('reasons', { flow: flowRow(3) });
  assert.deepEqual([reasons.raw, reasons.rank, reasons.witness, reasons.threshold.measured], [1, null, 1, false]);
});
