import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { english, type FlowRecord, type IncidentRecord, type OutputRecord } from '../../contract/index.ts';
import { packetsOf, pcap, tcp } from '../../engine/testing/packets.ts';

import type { DownloadForm } from '../contract.ts';
import { PCAP_HEAD, zeroBomb } from '../testing/bombs.ts';
import {
  type AnalysisSummary,
  type Answer,
  type FlowSearch,
  LOOK_LIMITS,
  type Look,
  ResultFile,
  SCORE_LIMITS,
  Worker,
  type WorkerLimits,
} from './index.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sightline-analysis-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const scratch = join(folder, 'scratch');
mkdirSync(scratch);
const SAMPLE = join(ROOT, 'assets', 'sample.pcapng');
const inflating = { ratio: 10, floorBytes: 64 * 1024 * 1024 };
const judging = { root: ROOT, dataFolder: join(folder, 'data'), model: null, foreign: false, network: null };

function put(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** @returns what a capture's beginning tells */
async function looked(path: string, limits: WorkerLimits = LOOK_LIMITS): Promise<Look> {
  const worker = new Worker(limits);
  const answer = await worker.ask({ kind: 'look', path, scratch, inflating });
  worker.end();
  assert.equal(answer.kind, 'answer');
  return answer.kind === 'answer' ? answer.said.look : assert.fail();
}

function score(path: string, result: string, limits: WorkerLimits = SCORE_LIMITS): Promise<Answer<'scored'>> {
  const worker = new Worker(limits);
  return worker
    .ask({ kind: 'score', path, name: 'sample.pcapng', result, scratch, inflating, judging, reasons: 5 })
    .finally(() => worker.end());
}

async function scored(path: string, result: string): Promise<AnalysisSummary> {
  const answer = await score(path, result);
  return answer.kind === 'answer' ? answer.said.summary : assert.fail(JSON.stringify(answer));
}

function open(path: string): ResultFile {
  return ResultFile.open(path) ?? assert.fail('no result');
}

/** An incident as the command line tells it: without keys for other languages. */
function untranslated(incident: IncidentRecord): IncidentRecord {
  const { said: _, ...rest } = incident;
  return { ...rest, evidence: incident.evidence.map(({ said: __, ...piece }) => piece) };
}

test('a result has the records of sightline score, to the letter, and their texts as keys', async () => {
  const result = join(folder, 'sample.result');
  const summary = await scored(SAMPLE, result);
  const { SIGHTLINE_CACHE: _, ...env } = process.env;
  const called = spawnSync(process.execPath, [join(ROOT, 'cli', 'entry.ts'), 'score', SAMPLE, '--json'], {
    encoding: 'utf8',
    maxBuffer: 1e9,
    env: { ...env, SIGHTLINE_CACHE: scratch, SIGHTLINE_DATA_HOME: judging.dataFolder },
  });
  const told = called.stdout
    .trim()
    .split('\n')
    .map((line) => ({ ...(JSON.parse(line) as OutputRecord), file: 'sample.pcapng' }));
  const file = open(result);
  assert.ok(file.count('flows') > 100);
  assert.deepEqual(
    file.page('flows', 0, 1_000).records,
    told.filter((r) => r.type === 'flow'),
  );
  const incidents = told.filter((r) => r.type === 'incident').sort((x, y) => y.points - x.points);
  const kept = file.page('incidents', 0, 1_000).records;
  assert.ok(kept.length > 0);
  assert.deepEqual(kept.map(untranslated), incidents);
  for (const { title, corrections, said, evidence } of kept) {
    assert.deepEqual([title, corrections], [english(said!.title), said!.corrections.map(english)]);
    assert.deepEqual(
      evidence.map((e) => e.text),
      evidence.map((e) => english(e.said!)),
    );
  }
  const pieces = incidents.flatMap((i) =>
    i.evidence.map((e) => ({ ...e, incident: i.id, initiator: i.initiator, peer: i.peer })),
  );
  assert.deepEqual(
    file.page('evidence', 0, 1_000).records.map(({ said: __, ...piece }) => piece),
    pieces.sort((x, y) => y.points - x.points),
  );
  assert.deepEqual(
    file.page('alerts', 0, 1_000).records,
    told.filter((r) => r.type === 'alert'),
  );
  const closing = told.find((r) => r.type === 'file') ?? assert.fail();
  assert.equal(summary.packets, closing.packets);
  assert.equal(summary.flows, closing.flows);
  assert.equal(summary.incidents.malicious + summary.incidents.suspicious, closing.incidents);
  assert.equal(summary.model_sha256, closing.model_sha256);
  assert.equal(summary.verdict, 'dangerous');
  assert.deepEqual(file.summary, summary);
  file.close();
});

test('pages of flows in every order are those of all flows sorted', async () => {
  const file = open(join(folder, 'sample.result'));
  const all = file.page('flows', 0, 1_000).records;
  const keys: Record<string, (r: FlowRecord) => number> = {
    start: (r) => Date.parse(r.start),
    packets: (r) => r.packets_fwd + r.packets_rev,
    bytes: (r) => r.bytes_fwd + r.bytes_rev,
    duration: (r) => Date.parse(r.end) - Date.parse(r.start),
  };
  for (const order of ['start', 'packets', 'bytes', 'duration'] as const) {
    const key = keys[order]!;
    const wanted = all
      .map((r, i) => ({ r, i }))
      .sort((x, y) => key(x.r) - key(y.r) || Date.parse(x.r.start) - Date.parse(y.r.start) || x.i - y.i)
      .map(({ r }) => r.id);
    const got: number[] = [];
    for (let from = 0; from < all.length; from += 37)
      got.push(...(await file.flows({}, order, from, 37)).records.map((r) => r.id));
    assert.deepEqual(got, wanted, order);
    const down: number[] = [];
    for (let from = 0; from < all.length; from += 41)
      down.push(...(await file.flows({}, order, from, 41, true)).records.map((r) => r.id));
    assert.deepEqual(down, wanted.toReversed(), order);
  }
  const { records } = await file.flows({}, 'bytes', 5_000, 10);
  assert.deepEqual(records, []);
  assert.deepEqual(file.page('incidents', -4, 0).records, []);
  file.close();
});

test('a search of flows finds those that a look at each finds', async () => {
  const file = open(join(folder, 'sample.result'));
  const all = file.page('flows', 0, 1_000).records;
  const text = (r: FlowRecord): string =>
    [r.src, r.sport, r.dst, r.dport, r.proto, r.app, r.sni ?? ''].join(' ').toLowerCase();
  const port = String(all[0]!.dport);
  const searches: FlowSearch[] = [
    { verdict: 'malicious' },
    { verdict: 'benign', text: 'udp' },
    { text: 'TCP' },
    { text: port },
    { text: all[40]!.dst },
    { text: 'nobody-has-this' },
    ...file
      .page('incidents', 0, 50)
      .records.flatMap(({ id }) => [
        { incident: id },
        { incident: id, text: all[1]!.dst, verdict: 'malicious' as const },
      ]),
    { incident: 99_999 },
  ];
  for (const search of searches) {
    const wanted = all
      .filter(
        (r) =>
          (search.verdict === undefined || r.verdict === search.verdict) &&
          (search.incident === undefined || r.incidents!.includes(search.incident)) &&
          text(r).includes((search.text ?? '').toLowerCase()),
      )
      .map((r) => r.id);
    const got = await file.flows(search, 'start', 0, 1_000);
    assert.equal(got.total, wanted.length, JSON.stringify(search));
    assert.deepEqual(got.records.map((r) => r.id).toSorted(), wanted.toSorted(), JSON.stringify(search));
    const some = await file.flows(search, 'start', 3, 4, true);
    assert.deepEqual(some.records, got.records.toReversed().slice(3, 7));
  }
  file.close();
});

test('what is no whole result is none', () => {
  const whole = readFileSync(join(folder, 'sample.result'));
  assert.equal(ResultFile.open(join(folder, 'nothing')), null);
  for (const cut of [0, 1, 15, 16, 100, whole.length - 1])
    assert.equal(ResultFile.open(put('cut.result', whole.subarray(0, cut))), null, `${cut} bytes`);
  const changed = Uint8Array.from(whole);
  changed[whole.length - 16] = changed[whole.length - 16]! ^ 1;
  assert.equal(ResultFile.open(put('changed.result', changed)), null);
});

test('a look tells format, compression and the first packets', async () => {
  const look = await looked(SAMPLE);
  assert.equal(look.format, 'pcapng');
  assert.equal(look.compression, 'none');
  assert.equal(look.packets.length, 10);
  assert.equal(look.packets[0]!.no, 1);
  assert.equal(look.trouble, null);
  assert.ok(look.protocols.length > 2);
  const { gzipSync, zstdCompressSync } = await import('node:zlib');
  const bytes = readFileSync(SAMPLE);
  for (const [name, packed] of [
    ['gzip', gzipSync(bytes)],
    ['zstd', zstdCompressSync(bytes)],
  ] as const) {
    const inside = await looked(put(`sample.${name}`, packed));
    assert.equal(inside.compression, name);
    assert.deepEqual({ ...inside, compression: 'none' }, look);
  }
});

test('odd captures: empty, another type, cut, a header alone', async () => {
  const empty = await looked(put('empty', ''));
  assert.equal(empty.trouble?.kind, 'unreadable');
  assert.match(english(empty.trouble!.message), /empty/);
  const pdf = await looked(put('paper.pcap', '%PDF-1.7 and so on'));
  assert.match(english(pdf.trouble!.message), /PDF/);
  const whole = pcap(packetsOf([tcp('10.0.0.1:1', '10.0.0.2:2')]));
  const cut = await looked(put('cut.pcap', whole.subarray(0, whole.length - 3)));
  assert.equal(cut.looked, 0);
  assert.equal(cut.trouble?.kind, 'unreadable');
  const header = await looked(put('header.pcap', whole.subarray(0, 24)));
  assert.equal(header.looked, 0);
  assert.equal(header.trouble, null);
  const summary = await scored(join(folder, 'header.pcap'), join(folder, 'header.result'));
  assert.equal(summary.verdict, 'nothing');
  const odd = await scored(join(folder, 'paper.pcap'), join(folder, 'paper.result'));
  assert.equal(odd.trouble?.kind, 'unreadable');
  assert.equal(odd.verdict, 'nothing');
});

test(
  'ten GB of zeros in gzip and zstd are looked at and scored in little memory and disk',
  { timeout: 120_000 },
  async () => {
    for (const how of ['gzip', 'zstd'] as const) {
      const path = join(folder, `zeros.${how}`);
      await zeroBomb(path, how, 10e9);
      assert.ok(statSync(path).size < 11e6, `${statSync(path).size} bytes on disk`);
      const look = await looked(path);
      assert.equal(look.trouble?.kind, 'unreadable');
      const summary = await scored(path, join(folder, `zeros-${how}.result`));
      assert.equal(summary.packets, 0);
      assert.equal(summary.trouble?.kind, 'unreadable');
      // Zeros behind a header are packets of no bytes: inflating is what stops it.
      const packets = join(folder, `packets.${how}`);
      await zeroBomb(packets, how, 10e9, PCAP_HEAD);
      const answer = await score(packets, join(folder, `packets-${how}.result`));
      assert.equal(answer.kind, 'answer', JSON.stringify(answer));
      const { trouble } = answer.kind === 'answer' ? answer.said.summary : assert.fail();
      assert.equal(trouble?.kind, 'refused', JSON.stringify(trouble));
      assert.deepEqual(readdirSync(join(scratch, 'inflated')), []);
    }
  },
);

test('a capture that takes too much ends its worker and nothing else', { timeout: 120_000 }, async () => {
  const path = join(folder, 'packets.zstd');
  const memory = await score(path, join(folder, 'm.result'), { ...SCORE_LIMITS, memory: 120e6 });
  assert.deepEqual({ ...memory, how: '' }, { kind: 'fault', fault: 'memory', how: '' });
  const time = await score(path, join(folder, 't.result'), { ...SCORE_LIMITS, time: 700 });
  assert.deepEqual({ ...time, how: '' }, { kind: 'fault', fault: 'time', how: '' });
  for (const name of ['m.result', 't.result']) assert.equal(ResultFile.open(join(folder, name)), null);
});

test('a worker that somebody kills is told as that', async () => {
  const worker = new Worker(SCORE_LIMITS);
  const asked = worker.ask({ kind: 'look', path: SAMPLE, scratch, inflating });
  process.kill(worker.pid!, 'SIGKILL');
  const answer = await asked;
  assert.deepEqual(answer, { kind: 'fault', fault: 'ended', how: 'SIGKILL' });
  assert.equal(worker.alive, false);
});

test('a worker without its server ends', async () => {
  const code = `
    import { Worker, SCORE_LIMITS } from ${JSON.stringify(join(ROOT, 'platform/analysis/index.ts'))};
    const worker = new Worker(SCORE_LIMITS);
    await worker.ask({ kind: 'look', path: ${JSON.stringify(SAMPLE)}, scratch: ${JSON.stringify(scratch)},
      inflating: ${JSON.stringify(inflating)} });
    console.log(worker.pid);
    process.kill(process.pid, 'SIGKILL');
  `;
  const server = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  const pid = Number(server.stdout);
  assert.ok(pid > 1, server.stderr);
  for (let i = 0; i < 100 && alive(pid); i++)
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  assert.equal(alive(pid), false);
});

function alive(pid: number): boolean {
  try {
    // A process that has ended and that nobody has waited for has no memory.
    return readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[0] !== '0';
  } catch {
    return false;
  }
}

async function exported(form: DownloadForm, path = SAMPLE): Promise<string> {
  const to = join(folder, `out.${form}`);
  const worker = new Worker(SCORE_LIMITS);
  const result = join(folder, 'sample.result');
  const answer = await worker.ask({
    kind: 'export',
    form,
    path,
    name: 'sample.pcapng',
    result,
    labels: [[1, 'benign']],
    to,
    scratch,
    inflating,
  });
  worker.end();
  assert.deepEqual(answer, { kind: 'answer', said: { kind: 'exported' } });
  return to;
}

test('a result as CSV, Parquet, JSON lines and pcapng', async () => {
  const file = open(join(folder, 'sample.result'));
  const flows = file.page('flows', 0, 1_000).records;
  const lines = readFileSync(await exported('csv'), 'utf8')
    .trim()
    .split('\r\n');
  assert.equal(lines.length, flows.length + 1);
  const at = lines[0]!.split(',').indexOf('verdict');
  assert.deepEqual(
    lines.slice(1).map((line) => [Number(line.split(',')[0]), line.split(',')[at]]),
    flows.map((r) => [r.id, r.verdict]),
  );
  const { parquetReadObjects, asyncBufferFromFile } = await import('hyparquet');
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(await exported('parquet')) });
  assert.deepEqual(
    rows.map((r) => [Number(r['id']), r['verdict']]),
    flows.map((r) => [r.id, r.verdict]),
  );
  assert.ok(rows.every((r) => typeof r['packets_fwd'] === 'number' || typeof r['bytes_fwd'] === 'number'));
  const told = readFileSync(await exported('json'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });
  assert.equal(told.filter((r) => r.type === 'flow').length, flows.length);
  assert.equal(told.at(-1)!.type, 'summary');
  assert.deepEqual(
    told.filter((r) => r.type === 'flow' && 'label' in r).map((r) => (r as FlowRecord).id),
    [1],
  );
  const incidents = told.filter((r): r is IncidentRecord => r.type === 'incident');
  assert.deepEqual(incidents, file.page('incidents', 0, 1_000).records);
  file.close();
});

test('pcapng has every packet, and what was found at the packets that began judged flows', async () => {
  const file = open(join(folder, 'sample.result'));
  const judged = file.page('flows', 0, 1_000).records.filter((r) => r.verdict === 'malicious');
  const { gunzipSync, gzipSync } = await import('node:zlib');
  const plain = readFileSync(await exported('pcapng'));
  const again = await scored(join(folder, 'out.pcapng'), join(folder, 'again.result'));
  assert.deepEqual({ ...again, took: 0 }, { ...file.summary, took: 0 });
  for (const flow of judged)
    assert.ok(plain.includes(`Sightline: flow ${flow.id} is malicious, ${flow.points} points`), `${flow.id}`);
  const packed = put('packed.pcapng.gz', gzipSync(readFileSync(SAMPLE)));
  assert.ok(gunzipSync(readFileSync(packed)).length > 0);
  assert.deepEqual(readFileSync(await exported('pcapng', packed)), plain);
  file.close();
});

test('a capture that is no pcapng becomes one with the same verdict', async () => {
  const frames = packetsOf([
    tcp('10.0.0.1:1000', '10.0.0.2:80', { flags: 'S' }),
    tcp('10.0.0.2:80', '10.0.0.1:1000', { flags: 'SA' }),
    tcp('10.0.0.1:1000', '10.0.0.2:80', { flags: 'A' }),
  ]);
  const path = put('talk.pcap', pcap(frames));
  const before = await scored(path, join(folder, 'sample.result'));
  const to = await exported('pcapng', path);
  const afterwards = await scored(to, join(folder, 'talk-again.result'));
  assert.equal(before.packets, 3);
  assert.deepEqual({ ...afterwards, took: 0 }, { ...before, took: 0 });
  assert.equal(readFileSync(to).readUInt32LE(0), 0x0a0d0d0a);
});
