// Threat rules asked of a capture that grows: soon after the packet, over segments, and other ones while it goes on.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { beginRecord, LiveCapture, NEVER } from '../capture/index.ts';
import { DEFAULT_TIMEOUTS } from '../flow/index.ts';
import { baselineFrom, shippedFile, usableModel } from '../session/index.ts';
import { packetsOf, pcap, udp } from '../testing/packets.ts';
import { noPipes, until } from '../testing/waiting.ts';
import { Cancelled, TimeSlices } from '../view/index.ts';
import type { RuleWish } from '../workers/index.ts';
import { CaptureSession } from './session.ts';
import { saveEve } from './threat-eve.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const model = usableModel(shippedFile(ROOT));
const home = mkdtempSync(join(tmpdir(), 'sightline-rules-live-'));
const skip = noPipes(home);
after(() => rmSync(home, { recursive: true, force: true }));

const MARKED =
  'alert udp any any -> any any (msg:"marked"; content:"a marked packet"; classtype:trojan-activity; sid:1;)';
const OTHER = 'alert udp any any -> any 9 (msg:"other"; content:"a marked packet"; sid:2;)';
let runs = 0;

function wish(...rules: readonly string[]): RuleWish {
  const path = join(home, `live-${++runs}.rules`);
  writeFileSync(path, rules.join('\n'));
  return { paths: [path], variables: [] };
}

/** A capture that reads a pipe, and its end that is written to. */
async function started(
  rules: RuleWish,
  segmentBytes: number,
  segments: number,
): Promise<{ readonly session: CaptureSession; readonly to: FileHandle }> {
  const pipe = join(home, `pipe-${++runs}`);
  spawnSync('mkfifo', [pipe]);
  const folder = join(home, `ring-${runs}`);
  const began = await LiveCapture.start({
    source: { kind: 'pipe', path: pipe },
    files: { kind: 'ring', folder, prefix: 'live', segmentBytes, segmentSeconds: 0, segments },
    stop: NEVER,
    application: 'test',
    helper: '',
  });
  assert.ok(began.ok);
  beginRecord(folder, 'live', '');
  const session = new CaptureSession({
    number: 1,
    path: folder,
    name: 'live',
    source: 'live',
    interface: 'pipe',
    captureFilter: '',
    live: began.live,
    model,
    baseline: baselineFrom(model, null),
    rules,
    rulesKey: 'first',
    cacheFolder: home,
    timeouts: DEFAULT_TIMEOUTS,
    changed: () => undefined,
    alerted: () => undefined,
  });
  session.start();
  const to = await open(pipe, 'w');
  await to.writeFile(pcap([]));
  return { session, to };
}

/** Packets without the file's header: plain ones, and one that is marked. */
function burst(n: number, at: number): Uint8Array {
  const frames = Array.from({ length: n }, (_, i) =>
    udp(`10.0.0.${i % 200}:${1000 + (i % 50)}`, '10.1.0.1:7', 'plain'),
  );
  frames.push(udp(`10.0.1.${at % 250}:${2000 + at}`, '10.1.0.1:9', 'this is a marked packet'));
  return pcap(packetsOf(frames, Date.now() / 1000, 0.000_001)).subarray(24);
}

const BURST = 1_000;

/** @returns for each burst, after how long its match was known, ms */
async function bursts(session: CaptureSession, to: FileHandle, from: number, count: number): Promise<number[]> {
  const took: number[] = [];
  for (let at = from; at < from + count; at++) {
    const row = (at + 1) * (BURST + 1) - 1;
    const begun = performance.now();
    await to.writeFile(burst(BURST, at));
    await until(
      () => session.hits.ofPacket(row as never).length > 0,
      10_000,
      () => `burst ${at}, packet ${row}`,
    );
    took.push(performance.now() - begun);
  }
  return took;
}

test('a match is known soon after its packet, and is evidence', { skip }, async (t) => {
  const { session, to } = await started(wish(MARKED), 0, 0);
  await bursts(session, to, 0, 1);
  const took = await bursts(session, to, 1, 20);
  t.diagnostic(
    `known after ${Math.round(took.toSorted((a, b) => a - b)[10]!)} ms, at most ${Math.round(Math.max(...took))} ms`,
  );
  assert.ok(Math.max(...took) < 2_000);
  await until(
    () => session.alerts.length === 21,
    5_000,
    () => `${session.alerts.length} alerts`,
  );
  await to.close();
  await session.done;
  await session.standing.quiet();
  assert.equal(session.phase, 'done');
  assert.equal(session.alerts.length, 21);
  await session.close();
});

test(
  'other rules are asked of what came before and of what comes, no packet is lost, segments turn over',
  { skip },
  async () => {
    const { session, to } = await started(wish(MARKED), 200_000, 0);
    await bursts(session, to, 0, 5);
    session.askRules(wish(MARKED, OTHER), 'second');
    await bursts(session, to, 5, 5);
    await until(() => !session.standing.isBusy, 10_000);
    await bursts(session, to, 10, 5);
    const count = (sid: number): number =>
      session.hits.matched(10, () => false).rules.find((rule) => rule.sid === sid)?.matches ?? 0;
    await until(
      () => count(2) === 15,
      5_000,
      () => `${count(2)} matches of the other rule`,
    );
    assert.equal(count(1), 15);
    session.askRules(null, '');
    await until(() => !session.standing.isBusy, 10_000);
    assert.deepEqual([session.hits.rowCount, session.alerts.length], [0, 0]);
    await to.close();
    await session.done;
    assert.equal(session.analysis.packetCount, 15 * (BURST + 1));
    await session.close();
  },
);

test('EVE of a live capture has all of its matches, also where more came than are kept', { skip }, async () => {
  const plain = 'alert udp any any -> any 7 (msg:"plain"; content:"plain"; sid:3;)';
  const rules = wish(plain, MARKED);
  const { session, to } = await started(rules, 2_000_000, 0);
  const many = 202;
  for (let at = 0; at < many; at++) await to.writeFile(burst(BURST, at));
  await until(
    () => session.hits.version === many * (BURST + 1),
    60_000,
    () => `${session.hits.version} matches`,
  );
  assert.ok(session.hits.all().length < session.hits.version, 'more than are kept');
  const path = join(home, 'eve.json');
  const written = await saveEve(session, rules, path, new TimeSlices());
  assert.deepEqual(written, { alerts: many * (BURST + 1), lost: 0 });
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  assert.equal(lines.length, many * (BURST + 1));
  assert.equal((JSON.parse(lines.at(-1)!) as { pcap_cnt: number }).pcap_cnt, many * (BURST + 1));
  assert.equal(session.phase, 'live');
  // What is given up leaves the file of before.
  const turns = new TimeSlices();
  const given = saveEve(session, rules, path, turns);
  turns.cancel();
  await assert.rejects(given, Cancelled);
  assert.equal(readFileSync(path, 'utf8').trimEnd().split('\n').length, lines.length);
  await to.close();
  await session.done;
  await session.close();
});

test('EVE of a ring tells how many matches went with their packets', { skip }, async () => {
  const rules = wish('alert udp any any -> any any (msg:"all"; content:"pla"; sid:3;)');
  const { session, to } = await started(rules, 500_000, 2);
  const many = 240;
  for (let at = 0; at < many; at++) {
    await to.writeFile(burst(BURST, at));
    // Segments turn over no faster than rules read them.
    if (at % 5 === 4) await until(() => session.hits.version === (at + 1) * BURST, 20_000);
  }
  await until(
    () => session.hits.version === many * BURST,
    60_000,
    () => `${session.hits.version} matches`,
  );
  await until(() => session.firstOnDisk > 201_000, 10_000);
  const { alerts, lost } = await saveEve(session, rules, join(home, 'ring.json'), new TimeSlices());
  assert.equal(alerts + lost, many * BURST);
  assert.ok(lost > 0 && alerts > 200_000, `${alerts} written, ${lost} lost`);
  await to.close();
  await session.done;
  await session.close();
});

test('of a ring, rules that are asked later see what is left, at the rows that it has', { skip }, async () => {
  const { session, to } = await started(wish(OTHER), 100_000, 2);
  await bursts(session, to, 0, 10);
  await until(() => session.firstOnDisk > 0, 5_000);
  session.askRules(wish(MARKED, OTHER), 'second');
  await until(() => !session.standing.isBusy, 10_000);
  await bursts(session, to, 10, 3);
  // What matched before and cannot be read any more is not forgotten.
  const matches = (sid: number): number =>
    session.hits.matched(10, () => false).rules.find((rule) => rule.sid === sid)?.matches ?? 0;
  await until(
    () => matches(2) === 13,
    5_000,
    () => `${matches(2)} matches of the rule that stayed`,
  );
  session.askRules(wish(MARKED), 'third');
  await until(() => !session.standing.isBusy, 10_000);
  const marked = Array.from({ length: 13 }, (_, at) => (at + 1) * (BURST + 1) - 1).filter(
    (row) => session.hits.ofPacket(row as never).length > 0,
  );
  const all = session.hits.matched(10, () => false).rules[0]!;
  assert.equal(all.matches, marked.length, 'a match stands at a packet that is marked');
  assert.ok(marked.length >= 3 && marked.length < 13, `${marked.length} matches`);
  await to.close();
  await session.done;
  await session.close();
});
