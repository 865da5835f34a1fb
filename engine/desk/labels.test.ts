// Labels that are answered while a capture runs are there afterwards, whatever ends the capture and the process.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { english, flowRow, type FlowRow, LABELS } from '../../contract/index.ts';
import { flowRecord } from '../session/index.ts';
import { Store } from '../store/index.ts';
import { TimeSlices } from '../view/index.ts';
import { testDesk } from '../testing/desks.ts';
import { noPipes, until } from '../testing/waiting.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SAMPLE = join(ROOT, 'assets', 'sample.pcapng');
const HOST = fileURLToPath(new URL('../testing/live-host.ts', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'sightline-labels-'));
const skip = noPipes(home);
after(() => rmSync(home, { recursive: true, force: true }));

/** Milliseconds. */
const SOON = 5_000;
let runs = 0;

class Host {
  readonly data: string;
  folder = '';
  readonly labelled = new Map<number, string>();
  readonly lines: string[] = [];
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;
  private readonly writer: ChildProcess;

  constructor() {
    const n = ++runs;
    this.data = join(home, `data-${n}`);
    mkdirSync(this.data);
    const pipe = join(home, `pipe-${n}`);
    spawnSync('mkfifo', [pipe]);
    // The pipe stays open when all is written, as one does whose capture goes on.
    this.writer = spawn('sh', ['-c', 'exec 3>"$1"; cat "$0" >&3; sleep 30', SAMPLE, pipe], { stdio: 'ignore' });
    this.process = spawn(process.execPath, [HOST, ROOT, this.data, join(home, 'cache'), pipe], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let rest = '';
    this.process.stdout!.on('data', (piece: Buffer) => {
      const lines = (rest + piece.toString()).split('\n');
      rest = lines.pop()!;
      for (const line of lines) this.hear(line);
    });
    this.ended = new Promise((resolve) => {
      this.process.on('exit', (code) => {
        this.writer.kill('SIGKILL');
        resolve(code);
      });
    });
  }

  async until(ready: () => boolean): Promise<void> {
    await until(ready, 20_000, () => `never: ${this.lines.slice(-5).join(' | ')}`);
  }

  private hear(line: string): void {
    this.lines.push(line);
    const [word, packet, label] = line.split(' ');
    if (word === 'labelled') this.labelled.set(Number(packet), label!);
    if (word === 'capturing') this.folder = line.slice(10);
  }
}

/** Opens the capture as a person would and compares. @returns labels that are shown */
async function shown(host: Host): Promise<Map<number, string>> {
  const desk = testDesk({ dataFolder: host.data, cacheFolder: join(home, 'cache') });
  try {
    await desk.openFile(host.folder, 'file');
    const s = desk.session!;
    await s.done;
    const there = (): number => s.labelCounts.benign + s.labelCounts.malicious + s.labelCounts.unsure;
    await until(
      () => there() >= host.labelled.size,
      SOON,
      () => `${there()} labels of ${host.labelled.size}`,
    );
    const labels = new Map<number, string>();
    for (let row = 0; row < s.analysis.flows.columns.count; row++) {
      const label = LABELS[s.label[row]!];
      if (label !== undefined) labels.set(s.analysis.flows.columns.firstPacket[row]!, label);
    }
    return labels;
  } finally {
    await desk.close();
  }
}

function same(host: Host, labels: Map<number, string>, atMostMore: number): void {
  for (const [packet, label] of host.labelled)
    assert.equal(labels.get(packet), label, `the label of the flow of packet ${packet + 1}`);
  assert.ok(labels.size <= host.labelled.size + atMostMore, `${labels.size} of ${host.labelled.size}`);
}

for (const [how, end] of [
  ['closed', (h: Host) => h.process.stdin!.write('close\n')],
  ['another file is opened', (h: Host) => h.process.stdin!.write(`open ${SAMPLE}\n`)],
  ['SIGTERM', (h: Host) => h.process.kill('SIGTERM')],
] as const) {
  test(`labels of a running capture are there after it: ${how}`, { skip }, async () => {
    const host = new Host();
    await host.until(() => host.labelled.size >= 20);
    end(host);
    if (how === 'SIGTERM') assert.equal(await host.ended, 0);
    else {
      await host.until(() => host.lines.includes('done'));
      host.process.stdin!.write('end\n');
      await host.ended;
    }
    same(host, await shown(host), 1);
  });
}

test('labels of a running capture are there after kill -9, again and again', { skip }, async () => {
  for (let round = 0; round < 5; round++) {
    const host = new Host();
    await host.until(() => host.labelled.size >= 3 + round * 17);
    host.process.kill('SIGKILL');
    await host.ended;
    same(host, await shown(host), 1);
  }
});

test('labels come back for a flow that an earlier stamp joined after it was labelled (random)', async () => {
  const desk = testDesk({ dataFolder: join(home, 'moved'), cacheFolder: join(home, 'cache') });
  try {
    await desk.openFile(SAMPLE, 'file');
    await desk.session!.done;
    const s = desk.session!;
    const c = s.analysis.flows.columns;
    const before = new Map<FlowRow, number>();
    for (let k = 0; k < 30; k++) {
      const row = flowRow((k * 7919) % c.count);
      before.set(row, c.startSeconds[row]!);
      // As if a packet with an earlier stamp had come since the label was given.
      await desk.setLabels([row], 'unsure', new TimeSlices());
      c.startSeconds[row]! -= 1 + (k % 5);
    }
    for (const row of before.keys()) s.setLabels([row], null);
    const { takeLabels } = await import('./labels.ts');
    await takeLabels(desk.store, s);
    for (const row of before.keys())
      assert.equal(LABELS[s.label[row]!], 'unsure', flowRecord(s.analysis, '', flowRow(row)).start);
    // Taken away under both names.
    await desk.setLabels([...before.keys()], null, new TimeSlices());
    await takeLabels(desk.store, s);
    assert.equal(s.labelCounts.unsure, 0);
  } finally {
    await desk.close();
  }
});

test('a label that cannot be stored is not shown as if it were', async () => {
  const desk = testDesk({ dataFolder: join(home, 'refused'), cacheFolder: join(home, 'cache') });
  try {
    await desk.openFile(SAMPLE, 'file');
    await desk.session!.done;
    const held = new (await import('node:sqlite')).DatabaseSync(join(home, 'refused', 'sightline.sqlite'));
    held.exec('BEGIN IMMEDIATE');
    const begin = performance.now();
    let answered = 0;
    const waiting = desk.setLabels([1, 2].map(flowRow), 'benign', new TimeSlices());
    const ticker = setInterval(() => answered++, 20);
    await assert.rejects(waiting, /held by another program\. No flow was labelled\./);
    clearInterval(ticker);
    assert.ok(performance.now() - begin > 3000, 'it was waited for');
    assert.ok(answered > 20, 'others had their turns');
    assert.equal(desk.session!.labelCounts.benign, 0);
    held.exec('COMMIT');
    held.close();
    assert.equal(await desk.setLabels([1, 2].map(flowRow), 'benign', new TimeSlices()), 2);
  } finally {
    await desk.close();
  }
});

test('what was labelled in the window by what a compressed file inflates to is found, and moves to the file that was opened', async () => {
  const { gzipSync } = await import('node:zlib');
  const { writeFileSync } = await import('node:fs');
  const { captureIdentity, flowKey } = await import('../store/index.ts');
  const packed = join(home, 'sample.pcapng.gz');
  writeFileSync(packed, gzipSync(readFileSync(SAMPLE)));
  const data = join(home, 'packed');
  const desk = testDesk({ dataFolder: data, cacheFolder: join(home, 'cache') });
  try {
    await desk.openFile(packed, 'file');
    await desk.session!.done;
    const key = flowKey(flowRecord(desk.session!.analysis, '', flowRow(3)));
    await desk.setLabels([5].map(flowRow), 'malicious', new TimeSlices());
    desk.store.setLabel(captureIdentity(SAMPLE), key, 'benign');
    await desk.openFile(packed, 'file');
    const s = desk.session!;
    await s.done;
    await until(() => s.labelCounts.benign > 0, SOON);
    assert.deepEqual([LABELS[s.label[3]!], LABELS[s.label[5]!]], ['benign', 'malicious']);
    assert.equal(desk.store.labels(captureIdentity(packed)).size, 2);
  } finally {
    await desk.close();
  }
});

test('a store that is damaged does not keep the window from starting, and the window hears of it', async () => {
  const data = join(home, 'damaged');
  mkdirSync(data);
  const store = new Store(data);
  store.setLabel('c', 'f', 'benign');
  store.close();
  const other = join(home, 'damaged-copy');
  cpSync(data, other, { recursive: true });
  const { writeFileSync } = await import('node:fs');
  const bad = readFileSync(join(other, 'sightline.sqlite'));
  bad.fill(0x33, 4096, 8192);
  writeFileSync(join(other, 'sightline.sqlite'), bad);
  const desk = testDesk({ dataFolder: other, cacheFolder: join(home, 'cache') });
  assert.equal(desk.notes.length, 1);
  assert.match(english(desk.notes[0]!), /^The label store was damaged and is set aside as .*1 labels/);
  await desk.close();
});
