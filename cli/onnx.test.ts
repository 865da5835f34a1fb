// ONNX models on the command line.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { FileRecord, FlowRecord, IncidentRecord, OutputRecord } from '../contract/index.ts';
import { makeModel } from '../engine/host.ts';
import { testModel } from '../engine/testing/models.ts';
import { int, madeCard, madeModel } from '../engine/testing/onnx-files.ts';
import { PROGRAM } from '../engine/testing/program.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SAMPLE = join(ROOT, 'assets', 'sample.pcapng');
const folder = mkdtempSync(join(tmpdir(), 'sightline-cli-onnx-'));
after(() => rmSync(folder, { recursive: true }));
const env = {
  ...process.env,
  SIGHTLINE_CACHE: join(folder, 'cache'),
  SIGHTLINE_DATA_HOME: join(folder, 'data'),
  NO_COLOR: '1',
};

function sightline(...args: string[]): { code: number | null; out: string; err: string; records: OutputRecord[] } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  const lines = stdout.split('\n').filter((l) => l.startsWith('{"'));
  return { code: status, out: stdout, err: stderr, records: lines.map((l) => JSON.parse(l) as OutputRecord) };
}

test('an ONNX model judges as one piece of evidence, says that it was not measured, and is refused by its reason', () => {
  const file = join(folder, 'mine.onnx');
  const one = {
    nodes: [
      { operator: 'IsNaN', inputs: ['x'], outputs: ['nan'] },
      { operator: 'Or', inputs: ['nan', 'nan'], outputs: ['either'] },
      { operator: 'Not', inputs: ['either'], outputs: ['no'] },
      { operator: 'Cast', inputs: ['no'], outputs: ['y'], attributes: [int('to', 1)] },
    ],
    outputs: [{ name: 'y', type: 1, shape: [null, 2] }],
  };
  writeFileSync(file, madeModel({ ...one, card: null }));
  const without = sightline('score', SAMPLE, '--foreign', '--model', file);
  assert.deepEqual([without.code, without.out], [2, '']);
  assert.match(without.err, /mine\.onnx cannot be used: it does not name its features: .*mine\.onnx\.json/);
  writeFileSync(`${file}.json`, madeCard({ name: 'mine', column: 0 }));
  const scored = sightline('score', SAMPLE, '--foreign', '--model', file);
  assert.match(scored.err, /^Nobody measured how the model mine scores ordinary flows: it adds its point over 0\.5\./);
  const last = scored.records.at(-1) as FileRecord;
  assert.equal(last.model, 'mine');
  const incidents = scored.records.filter((r) => r.type === 'incident') as IncidentRecord[];
  const said = incidents.flatMap((i) => i.evidence.filter((e) => e.kind === 'model'));
  assert.ok(said.length > 0 && said.every((e) => e.points === 1 && /nobody has measured/.test(e.text)));
  const rules = sightline('score', SAMPLE, '--foreign', '--model', 'shipped').records.at(-1) as FileRecord;
  assert.equal(last.flows, rules.flows);
  const threads = sightline('score', SAMPLE, '--foreign', '--model', file, '--threads', '3');
  assert.deepEqual(threads.records, scored.records, 'results do not depend on threads');
  writeFileSync(`${file}.json`, '{"features":["packets_fwd","no_such"]}');
  assert.match(sightline('score', SAMPLE, '--model', file).err, /1 of its features are not in this schema: no_such/);
  writeFileSync(file, 'MZ no model');
  assert.match(sightline('score', SAMPLE, '--model', file).err, /this is no ONNX model, or a damaged one/);
});

test('model says what a model is and writes trees as ONNX, which judge as they did', () => {
  const out = join(folder, 'shipped.onnx');
  const told = sightline('model', 'shipped', '--onnx', out);
  assert.equal(told.code, 0, told.err);
  assert.match(told.out, /, as shipped: boosting, \d+ features/);
  assert.match(told.out, /Written as ONNX: .*shipped\.onnx/);
  const again = sightline('model', out, '--json');
  const { method, calibrated } = JSON.parse(again.out) as { method: string; calibrated: boolean };
  assert.deepEqual([method, calibrated], ['onnx', true]);
  assert.match(sightline('model', out, '--onnx', join(folder, 'twice.onnx')).err, /the model is ONNX already/);
  const forest = join(folder, 'forest.json');
  assert.match(sightline('model', 'shipped', '--ml-random-forest', forest).err, /only a forest is written/);
  const test = join(folder, 'test.json');
  writeFileSync(test, makeModel(testModel()).text);
  assert.match(
    sightline('model', test, '--ml-random-forest', forest).out,
    /Written for ml-random-forest: .*forest\.json/,
  );
  assert.match(sightline('model', forest).out, /ml-random-forest, 341 features/);
  const points = (model: string): number[] =>
    sightline('score', SAMPLE, '--foreign', '--model', model).records.flatMap((r) =>
      r.type === 'flow' ? [(r as FlowRecord).points ?? 0] : [],
    );
  assert.deepEqual(points(out), points('shipped'));
});
