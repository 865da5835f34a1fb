// A live capture as a ring of segments, fed through a named pipe with the bundled sample: what goes, what stays, and
// that reading the segments again gives what the live run gave.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { english, flowRow, MAX_PAGE, packetRow, type PacketRow } from '../../contract/index.ts';
import { beginRecord, interruptedCaptures, LiveCapture, mendCapture, NEVER, type StopAt } from '../capture/index.ts';
import { FEATURE_COUNT } from '../features/index.ts';
import { DEFAULT_TIMEOUTS } from '../flow/index.ts';
import { captureFiles, openCapture } from '../read/index.ts';
import { baselineFrom, scoreFile, shippedFile, usableModel } from '../session/index.ts';
import { assertSameVectors } from '../testing/vectors.ts';
import { noPipes, until } from '../testing/waiting.ts';
import { ListView, packetPage, TimeSlices } from '../view/index.ts';
import { handlers } from './handlers.ts';
import { GONE } from './session-types.ts';
import { CaptureSession } from './session.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SAMPLE = join(ROOT, 'assets', 'sample.pcapng');
const model = usableModel(shippedFile(ROOT));
const baseline = baselineFrom(model, null);
const home = mkdtempSync(join(tmpdir(), 'sightline-ring-'));
const skip = noPipes(home);
after(() => rmSync(home, { recursive: true, force: true }));

let runs = 0;

function cat(pipe: string): void {
  spawn('sh', ['-c', 'cat "$0" > "$1"', SAMPLE, pipe], { stdio: 'ignore' });
}

/** The sample in two pieces: the second one comes when the first one has made an incident. */
async function untilAlert(pipe: string, session: CaptureSession): Promise<void> {
  const bytes = readFileSync(SAMPLE);
  const to = await open(pipe, 'w');
  try {
    await to.writeFile(bytes.subarray(0, 262_144));
    await until(() => session.alerts.length > 0, 30_000);
    await to.writeFile(bytes.subarray(262_144));
  } finally {
    // Else the capture would wait for more where no incident came.
    await to.close();
  }
}

/**
 * The sample through a pipe, at the speed of the disk.
 * @param vectors takes a copy of each flow's vector, by the packet that began it
 */
async function live(
  segmentBytes: number,
  segments: number,
  vectors: Map<number, Float32Array> | null,
  stop: StopAt = NEVER,
  feed: (pipe: string, session: CaptureSession) => Promise<void> | void = cat,
): Promise<{ readonly session: CaptureSession; readonly folder: string }> {
  const pipe = join(home, `pipe-${++runs}`);
  spawnSync('mkfifo', [pipe]);
  const folder = join(home, `ring-${runs}`);
  const started = await LiveCapture.start({
    source: { kind: 'pipe', path: pipe },
    files: { kind: 'ring', folder, prefix: 'sample', segmentBytes, segmentSeconds: 0, segments },
    stop,
    application: 'test',
    helper: '',
  });
  assert.ok(started.ok);
  beginRecord(folder, 'sample', '');
  const session: CaptureSession = new CaptureSession({
    number: 1,
    path: folder,
    name: 'sample',
    source: 'live',
    interface: 'pipe',
    captureFilter: '',
    live: started.live,
    model,
    baseline,
    cacheFolder: home,
    timeouts: DEFAULT_TIMEOUTS,
    changed: () => undefined,
    alerted: () => undefined,
    completed: (f) =>
      vectors?.set(session.analysis.flows.columns.firstPacket[f.row]!, f.vector.slice(f.at, f.at + FEATURE_COUNT)),
  });
  session.start();
  await feed(pipe, session);
  await session.done;
  assert.equal(session.phase, 'done');
  return { session, folder };
}

test('segments read again give the flows, vectors and verdicts of the live run', { skip }, async () => {
  const vectors = new Map<number, Float32Array>();
  const { session, folder } = await live(70_000, 0, vectors);
  const files = captureFiles(folder)!;
  assert.ok(files.length >= 4, `${files.length} segments`);
  assert.ok(files.slice(0, -1).every((f) => statSync(f).size <= 70_000));
  const again = new Map<number, Float32Array>();
  const verdicts = new Map<number, string>();
  const result = await scoreFile(
    folder,
    { model, baseline, threads: 1, cacheFolder: home, keepPackets: true },
    {
      flow: (a, f) => {
        again.set(a.flows.columns.firstPacket[f.row]!, f.vector.slice(f.at, f.at + FEATURE_COUNT));
        verdicts.set(f.row, f.verdict);
      },
    },
  );
  assert.equal(result.ending.kind, 'ok');
  assert.equal(result.analysis.packetCount, session.analysis.packetCount);
  assertSameVectors(again, vectors, 'flow that begins with packet row');
  const whole = await scoreFile(SAMPLE, { model, baseline, threads: 1, cacheFolder: home }, {});
  assert.deepEqual(whole.verdicts, result.verdicts);
  await session.close();
});

test(
  'rows of gone segments say so, packets of alerted flows are kept, features are made of what is there',
  { skip },
  async () => {
    const { session, folder } = await live(120_000, 2, null, NEVER, untilAlert);
    assert.ok(session.alerts.length > 0);
    assert.equal(captureFiles(folder)!.filter((f) => !f.endsWith('kept.pcapng')).length, 2);
    const first = session.firstOnDisk;
    assert.ok(first > 100, `first on disk ${first}`);
    const view = new ListView('packets', session);
    await view.apply('', null, []);
    let gone = 0;
    for (let from = 0; from < session.analysis.packets.count; from += MAX_PAGE) {
      const page = packetPage(session, view, from, MAX_PAGE, () => {
        throw new Error('no alert is asked for');
      });
      const text = Buffer.from(page.info.bytes).toString();
      gone += text.split(GONE).length - 1;
    }
    assert.ok(gone > 0 && gone <= first, `${gone} of ${first} rows say that their segment is gone`);
    // Of an incident's flow every packet since it was told is still there, whichever segment it was in.
    const { packets } = session.analysis;
    const told = (row: PacketRow): boolean => {
      const flow = packets.flowOf(row);
      return flow !== null && session.incidentsOf(flow).some((i) => session.incidentNumber(i) > 0);
    };
    let kept = 0;
    for (let row = packetRow(0); row < first; row++) if (told(row) && session.bytes(row).length > 0) kept++;
    const before = packets.count - (first - gone) - gone;
    assert.ok(
      kept > 0 && kept === first - gone && before >= 0,
      `${kept} kept packets, ${first - gone} rows before the ring with bytes`,
    );
    // What would be made of a flow's rest is not told as its reasons.
    const lost = Array.from({ length: session.analysis.flows.columns.count }, (_, i) => flowRow(i)).find(
      (row) => session.bytes(session.analysis.flows.columns.firstPacketOf(row)).length === 0,
    )!;
    const desk = { open: () => session, model } as never;
    const asker = { client: 'test', jobs: new Map(), files: new Map() };
    await assert.rejects(
      async () => handlers.reasons(desk, asker, { flow: lost }, new TimeSlices()),
      /began in a segment that is no longer on disk/,
    );
    await assert.rejects(
      async () =>
        handlers.bytes(desk, asker, { row: session.analysis.flows.columns.firstPacketOf(lost) }, new TimeSlices()),
      /no longer on disk: the ring/,
    );
    let flows = 0;
    await session.vectors((row, vector) => {
      assert.ok(row < session.analysis.flows.columns.count && vector.length === FEATURE_COUNT);
      flows++;
    }, new TimeSlices());
    const whole = Array.from({ length: session.analysis.flows.columns.count }, (_, i) => i).filter(
      (row) => session.analysis.flows.columns.firstPacket[row]! >= first,
    ).length;
    assert.equal(flows, whole);
    await session.close();
    const opened = openCapture(folder, { packet: () => undefined }, { cacheFolder: home });
    assert.ok(opened.ok);
    while (await opened.reader.step());
    assert.equal(opened.reader.ending().kind, 'ok');
    assert.equal(opened.reader.stream.packets, packets.count - gone);
    opened.reader.close();
  },
);

test('a capture whose host is gone is offered, and is whole after it was mended', { skip }, async () => {
  const { session, folder } = await live(200_000, 0, null);
  await session.close();
  assert.deepEqual(interruptedCaptures(home), []);
  const last = captureFiles(folder)!.at(-1)!;
  truncateSync(last, statSync(last).size - 101);
  const { writeFileSync } = process.getBuiltinModule('node:fs');
  const path = join(folder, 'session.json');
  writeFileSync(
    path,
    JSON.stringify({
      ...(JSON.parse(readFileSync(path, 'utf8')) as object),
      state: 'running',
      pid: 2 ** 22 - 7,
      born: 'never',
    }),
  );
  assert.deepEqual(
    interruptedCaptures(home).map((c) => c.path),
    [folder],
  );
  await mendCapture(folder, home);
  assert.deepEqual(interruptedCaptures(home), []);
  const result = await scoreFile(folder, { model, baseline, threads: 1, cacheFolder: home }, {});
  assert.equal(result.ending.kind, 'ok');
  assert.ok(readdirSync(folder).length >= 3);
});

test('it ends by itself after so many packets, to the packet', { skip }, async () => {
  const { session } = await live(0, 0, null, { ...NEVER, packets: 500 });
  assert.equal(session.analysis.packets.count, 500);
  assert.match(english(session.message!), /after 500 packets, as asked/);
  await session.close();
});
