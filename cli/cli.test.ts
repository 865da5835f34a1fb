import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { table } from './table.ts';
import { packetsOf, pcap, udp } from '../engine/testing/packets.ts';
import type {
  AlertRecord,
  EvaluationReport,
  FileRecord,
  FlowRecord,
  IncidentRecord,
  OutputRecord,
  PacketRecord,
} from '../contract/index.ts';
import { PROGRAM } from '../engine/testing/program.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SAMPLE = join(ROOT, 'assets', 'sample.pcapng');
const home = mkdtempSync(join(tmpdir(), 'sightline-cli-'));
const env = {
  ...process.env,
  SIGHTLINE_CACHE: join(home, 'cache'),
  SIGHTLINE_DATA_HOME: join(home, 'data'),
  NO_COLOR: '1',
};

function sightline(...args: string[]): { code: number | null; out: string; err: string; records: OutputRecord[] } {
  const done = spawnSync(process.execPath, [PROGRAM, ...args], { cwd: ROOT, env, encoding: 'utf8', maxBuffer: 1e9 });
  const lines = done.stdout.split('\n').filter((l) => l.startsWith('{'));
  return {
    code: done.status,
    out: done.stdout,
    err: done.stderr,
    records: lines.flatMap((l) => {
      try {
        return [JSON.parse(l) as OutputRecord];
      } catch {
        return [];
      }
    }),
  };
}

test('score prints flow, alert, incident and file records; its code says whether something is malicious', () => {
  const { code, records, err } = sightline('score', SAMPLE, '--foreign');
  const file = records.at(-1) as FileRecord;
  assert.deepEqual([file.type, file.status, file.error], ['file', 'ok', null]);
  const flows = records.filter((r): r is FlowRecord => r.type === 'flow');
  assert.equal(flows.length, file.flows);
  assert.equal(flows.filter((f) => f.verdict === 'malicious').length, file.malicious);
  assert.equal(code, file.malicious > 0 ? 1 : 0);
  assert.equal(err, '');
  for (const f of flows) {
    assert.match(f.start, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    assert.ok(f.score === null || (f.score! >= 0 && f.score! <= 1));
    assert.equal(f.baseline, 'foreign');
  }
  assert.ok(flows.filter((f) => f.score !== null).length > 100, 'most flows have a rank');
  const alerts = records.filter((r): r is AlertRecord => r.type === 'alert');
  assert.deepEqual(
    alerts.map((a) => [a.incident, a.verdict, a.points, a.reasons[0]!.feature]),
    [
      [1, 'suspicious', 2, 'http-poll'],
      [2, 'malicious', 3, 'port-scan'],
    ],
  );
  const incidents = records.filter((r): r is IncidentRecord => r.type === 'incident');
  assert.equal(incidents.length, file.incidents);
  const incidentOf = new Map(incidents.map((i) => [i.id, i]));
  for (const a of alerts) {
    const i = incidentOf.get(a.incident)!;
    assert.deepEqual([i.verdict, i.points, i.title], [a.verdict, a.points, a.title]);
    assert.equal(
      i.evidence.filter((e) => e.counts).reduce((sum, e) => sum + e.points, 0),
      i.points,
    );
    assert.ok(i.evidence.some((e) => e.flows.includes(a.flow)));
    const own = flows.filter((f) => f.incidents!.includes(i.id));
    assert.equal(own.length, i.flows);
    // Its times are those of the flows that it counts: a request that is judged when its connection ends was earlier.
    const micros = (stamp: string | undefined): string => stamp!.slice(0, 26);
    assert.equal(micros(own.map((f) => f.start).sort()[0]), micros(i.first));
    const ends = own.map((f) => f.end).sort();
    assert.equal(micros(ends.at(-1)), micros(i.last));
  }
  // A flow's verdict is its gravest incident's; without one it is none of the two grave ones.
  for (const f of flows) {
    const own = f.incidents!.map((id) => incidentOf.get(id)!);
    const gravest = own.reduce((most, i) => Math.max(most, i.points), 0);
    if (own.length === 0) assert.ok(f.verdict === 'benign' || f.verdict === 'unfamiliar');
    else assert.deepEqual([f.points, f.verdict], [gravest, own.find((i) => i.points === gravest)!.verdict]);
    if (f.verdict === 'malicious' || f.verdict === 'suspicious') assert.ok(f.reasons!.length > 0);
  }
});

test('many files: each gets its record, a bad one stops nobody, the code is 2', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-'));
  mkdirSync(join(folder, 'in'));
  writeFileSync(join(folder, 'in', 'a.pcap'), 'nonsense');
  writeFileSync(join(folder, 'in', 'b.pcapng'), readFileSync(SAMPLE).subarray(0, 20_000));
  const { code, records, err } = sightline('flows', join(folder, 'in'), join(folder, 'missing.pcap'));
  assert.deepEqual(
    records.filter((r): r is FileRecord => r.type === 'file').map((f) => f.status),
    ['unreadable', 'partial', 'unreadable'],
  );
  assert.equal(code, 2);
  assert.match(err, /all before it is shown/);
});

test('packets are printed in order with their flow, and --limit and a closed pipe end cleanly', async () => {
  const { records, code } = sightline('packets', SAMPLE, '--limit', '10');
  const rows = records.filter((r): r is PacketRecord => r.type === 'packet');
  assert.deepEqual(
    rows.map((r) => r.no),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  );
  assert.equal(code, 0);
  const child = spawn(process.execPath, [PROGRAM, 'packets', SAMPLE], {
    env,
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let err = '';
  child.stderr.on('data', (d: Buffer) => {
    err += d.toString();
  });
  child.stdout.once('data', () => child.stdout.destroy());
  await new Promise((resolve) => child.on('close', resolve));
  assert.equal(err, '');
});

test('a capture is read from stdin', () => {
  const done = spawnSync(process.execPath, [PROGRAM, 'flows', '-'], {
    env,
    cwd: ROOT,
    input: readFileSync(SAMPLE),
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  assert.equal(done.status, 0);
  assert.match(done.stdout, /"status":"ok"/);
});

test('label, list, export, import, learn, show, forget: the whole round', () => {
  const ids = sightline('flows', SAMPLE)
    .records.filter((r): r is FlowRecord => r.type === 'flow')
    .map((f) => f.id)
    .sort((a, b) => a - b);
  assert.match(
    sightline('label', SAMPLE, '--flows', `${ids[0]},${ids[1]}-${ids[4]}`, '--as', 'malicious').out,
    /5 flows labelled malicious/,
  );
  assert.match(
    sightline('label', SAMPLE, '--flows', `${ids[5]}-${ids[30]}`, '--as', 'benign').out,
    /26 flows labelled benign/,
  );
  assert.equal(sightline('label', SAMPLE).out.trim().split('\n').length, 32);
  const to = join(home, 'export');
  assert.equal(sightline('export', SAMPLE, '--to', to).code, 0);
  assert.match(sightline('import', to, '--dataset', 'again').out, /rows imported as 'again'/);
  assert.match(sightline('train', '--methods', 'all', to).out, /random forest/);
  assert.match(sightline('learn', '--show').out, /Nothing is learned/);
  assert.equal(sightline('learn', SAMPLE).code, 0);
  assert.match(sightline('learn', '--show').out, /Baseline learned/);
  const own = sightline('score', SAMPLE).records.find((r): r is FlowRecord => r.type === 'flow')!;
  assert.match(own.baseline!, /^own:/);
  assert.equal(sightline('learn', '--forget').code, 0);
  assert.equal(sightline('score', SAMPLE).records.find((r): r is FlowRecord => r.type === 'flow')!.baseline, 'foreign');
});

test('networks are learned by name, put together, moved and used', () => {
  const learned = sightline('learn', SAMPLE, '--name', 'office');
  assert.equal(learned.code, 0);
  assert.match(learned.out, /Baseline of 'office' learned/);
  assert.match(learned.out, /left out since they would have been raised/);
  assert.match(learned.out, /Look at these:\n.*points\): left out/s);
  const merged = sightline('learn', SAMPLE, '--name', 'office', '--merge').out;
  assert.match(merged, /all: suspicious over .* → .*, malicious over .* → /);
  assert.match(merged, /New since: 0 peers and 0 server names/);
  assert.match(sightline('learn', '--list').out, /^office: 96 flows, learned /m);
  const file = join(home, 'office.json');
  assert.equal(sightline('learn', '--name', 'office', '--export', file).code, 0);
  assert.equal(sightline('learn', '--name', 'other', '--import', file).code, 0);
  const of = (...args: string[]): string | undefined =>
    sightline('score', SAMPLE, ...args).records.find((r): r is FlowRecord => r.type === 'flow')!.baseline;
  assert.match(of('--network', 'other')!, /^own:/);
  assert.equal(of(), 'foreign', 'a network with a name is used only by its name');
  assert.equal(sightline('learn', '--name', 'other', '--forget').code, 0);
  const none = sightline('score', SAMPLE, '--network', 'other');
  assert.equal(none.code, 2);
  assert.match(none.err, /nothing is learned by the name 'other'/);
  assert.equal(sightline('learn', SAMPLE, '--name', '../x').code, 2);
  assert.equal(sightline('learn', '--import', SAMPLE).code, 2);
  assert.equal(sightline('learn', '--list', SAMPLE).code, 2);
});

test('mistakes are one sentence and code 2; help has examples', () => {
  for (const args of [
    ['nonsense'],
    ['score'],
    ['score', '--threads', 'x', SAMPLE],
    ['label', SAMPLE, '--as', 'evil'],
    ['score', '--no-such-option'],
    ['packets', SAMPLE, '--seed', '9'],
    ['packets', SAMPLE, '--limit=abc'],
    ['flows', SAMPLE, '--keep-going'],
    ['help', 'packets', 'flows'],
    ['--version', '--json'],
    ['score', '--model', '/nonexistent', SAMPLE],
    ['export', SAMPLE],
  ]) {
    const { code, err } = sightline(...args);
    assert.equal(code, 2, args.join(' '));
    assert.equal(err.trim().split('\n').length, 1, err);
  }
  for (const name of ['score', 'flows', 'packets', 'learn', 'train', 'label', 'import', 'export', 'features'])
    assert.match(sightline('help', name).out, /Examples:/);
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  assert.match(
    sightline('--version').out,
    new RegExp(`^sightline ${version}\nNode 24[^\\n]+\nFeatures: \\d+, schema `),
  );
  assert.equal(sightline('packets', '--help').out, sightline('help', 'packets').out);
});

test('train works on folders that the user names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-'));
  for (const kind of ['good', 'bad']) {
    mkdirSync(join(folder, kind));
    writeFileSync(join(folder, kind, 'one.pcapng'), readFileSync(SAMPLE));
    writeFileSync(join(folder, kind, 'two.pcapng'), readFileSync(SAMPLE).subarray(0, 150_000));
  }
  const output = join(folder, 'model.json');
  const { code, out, err } = sightline(
    'train',
    '--benign',
    join(folder, 'good'),
    '--malicious',
    join(folder, 'bad'),
    '--output',
    output,
    '--method',
    'extra-trees',
    '--no-evaluate',
  );
  assert.equal(code, 0, err);
  assert.match(out, /Model .*model\.json/);
  assert.notEqual(sightline('score', SAMPLE, '--model', output, '--foreign').records.length, 0);
  assert.match(
    readFileSync(join(folder, 'model.md'), 'utf8'),
    /This model detects little by itself, and says nothing alone/,
  );
});

test('a table of more rows than a call may have arguments is printed', () => {
  const rows = Array.from({ length: 300_000 }, (_, i) => [String(i)]);
  assert.equal(table([{ title: 'n', right: true }], rows).length, rows.length + 1);
});

test('--vlan keeps two tenants apart, in every command that follows flows, and the kept index knows which is which', () => {
  const file = join(home, 'tenants.pcap');
  const frame = (vlan: number, data: string): number[] => {
    const plain = udp('10.0.0.1:5000', '10.0.0.2:6000', data);
    return [...plain.slice(0, 12), 0x81, 0, 0, vlan, ...plain.slice(12)];
  };
  writeFileSync(file, pcap(packetsOf([frame(10, 'a'), frame(20, 'b'), frame(10, 'c'), frame(20, 'd')])));
  const vlans = (...args: string[]): unknown =>
    sightline(...args, file).records.flatMap((r) => (r.type === 'flow' ? [r.vlan] : []));
  assert.deepEqual(vlans('flows'), [[10, 20]]);
  assert.deepEqual(vlans('flows', '--vlan'), [[10], [20]]);
  assert.deepEqual(vlans('score', '--vlan', '--threads', '2'), [[10], [20]]);
  const owners = (...args: string[]): unknown =>
    sightline('packets', ...args, file).records.flatMap((r) => (r.type === 'packet' ? [r.flow] : []));
  for (let again = 0; again < 2; again++) {
    assert.deepEqual(owners(), [1, 1, 1, 1]);
    assert.deepEqual(owners('--vlan'), [1, 2, 1, 2]);
  }
  assert.match(sightline('label', file, '--vlan', '--all', '--as', 'benign').out, /2 flows labelled/);
});

test('evaluate judges by two models side by side, and refuses what cannot be measured in a sentence', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-'));
  const refused = sightline('evaluate', folder);
  assert.deepEqual([refused.code, refused.err.split('\n').length], [2, 2], refused.err);
  assert.match(refused.err, /^sightline: .* has no labels\.csv/);
  for (const name of ['goodx', 'badx']) {
    mkdirSync(join(folder, name));
    copyFileSync(SAMPLE, join(folder, name, 'sample.pcapng'));
  }
  const report = join(folder, 'report.md');
  const both = sightline('evaluate', folder, '--rules-only', '--compare', 'shipped', '--json', '--markdown', report);
  assert.equal(both.code, 0, both.err);
  const made = JSON.parse(both.out) as EvaluationReport;
  assert.equal(made.model, null);
  assert.equal(made.witness as unknown, 'none', 'records hold English texts');
  assert.equal(made.compared!.groups.length, made.groups.length);
  assert.match(readFileSync(report, 'utf8'), /## Two models side by side/);
  const own = sightline('evaluate', folder, '--rules-only', '--own');
  assert.deepEqual([own.code, own.out], [2, '']);
  assert.match(own.err, /--own goes with models that never saw the source/);
  const none = sightline('evaluate', folder, '--compare', join(folder, 'none.json'));
  assert.deepEqual([none.code, none.out], [2, ''], none.err);
  assert.match(none.err, /There is no file .*none\.json/);
});

test('the model that was adopted in the window judges on the command line too, and every output says which did', () => {
  const models = join(env.SIGHTLINE_DATA_HOME, 'models');
  const adopted = join(models, 'adopted.json');
  const shippedText = readFileSync(join(ROOT, 'models', 'default.json'), 'utf8');
  const forest = '{"name":"RFClassifier","baseModel":{"estimators":[{"root":{"distribution":[[1,0]]}}]}}';
  const file = (...args: string[]): { record: FileRecord; err: string } => {
    const { records, err } = sightline('score', SAMPLE, '--foreign', ...args);
    return { record: records.at(-1) as FileRecord, err };
  };
  const shipped = file();
  assert.equal(shipped.err, '');
  assert.equal(shipped.record.model_sha256, (JSON.parse(shippedText) as { sha256: string }).sha256);
  assert.match(
    sightline('score', SAMPLE, '--summary').out,
    new RegExp(`^Model: ${shipped.record.model}, as shipped\\.$`, 'm'),
  );
  assert.match(sightline('evaluate', ROOT, '--model', 'adopted').err, /labels\.csv/);
  assert.match(file('--model', 'adopted').err, /no model was adopted in the window/);
  mkdirSync(models, { recursive: true });
  writeFileSync(adopted, forest);
  try {
    const own = file();
    assert.equal(own.record.model, 'ml-random-forest');
    assert.notEqual(own.record.model_sha256, shipped.record.model_sha256);
    assert.match(own.err, /^Judged by the model ml-random-forest, which was adopted in the window/);
    assert.match(sightline('--version').out, /^Model: ml-random-forest, .*adopted in the window/m);
    assert.deepEqual(file('--model', 'shipped'), shipped, 'one word takes the shipped one');
    assert.equal(sightline('flows', SAMPLE).err, '', 'what judges nothing says nothing');
    writeFileSync(adopted, 'damaged');
    const fallen = file();
    assert.deepEqual(fallen.record, shipped.record);
    assert.match(fallen.err, /adopted\.json cannot be used: the model file is not JSON\. The shipped model is used\./);
    assert.equal(readFileSync(adopted, 'utf8'), 'damaged', 'the command line leaves it to the window');
  } finally {
    rmSync(adopted);
  }
});
