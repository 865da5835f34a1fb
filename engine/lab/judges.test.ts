// Who judges: models that never saw a source, rules alone where no such model can be made, and two side by side.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { english, SaidError } from '../../contract/index.ts';
import { packetsOf, pcap, tcp } from '../testing/packets.ts';
import { labelledCaptures } from './evaluate.ts';
import { asItIs, byLeftOut, byRulesAlone, type LeftOutJudges } from './judges.ts';
import { measure } from './measure.ts';
import { reportLines } from './report-text.ts';
import type { Told } from './thread.ts';

const MODEL = fileURLToPath(new URL('../../models/default.json', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'sightline-judges-'));
after(() => rmSync(home, { recursive: true }));

/** Malicious flows answer at length, benign ones ask at length; no two are alike. */
function flows(count: number, malicious: boolean): Uint8Array {
  const frames = Array.from({ length: count }, (_, i): number[][] => {
    const ends = ['10.0.0.1:' + (40_000 + i), '93.184.216.34:' + (malicious ? 4_444 : 8_080)] as const;
    const long = 'x'.repeat(200 + 37 * i);
    return [
      tcp(ends[0], ends[1], { flags: 'S' }),
      tcp(ends[1], ends[0], { flags: 'SA' }),
      tcp(ends[0], ends[1], { data: malicious ? 'q' : long }),
      tcp(ends[1], ends[0], { data: malicious ? long : 'a' }),
    ];
  });
  return pcap(packetsOf(frames.flat()));
}

/** @param labels of the captures of each source */
function corpus(name: string, labels: Readonly<Record<string, readonly ('malicious' | 'benign')[]>>): string {
  const folder = join(home, name);
  const rows = ['path,source,label,family'];
  for (const [source, of] of Object.entries(labels)) {
    mkdirSync(join(folder, source), { recursive: true });
    for (const [i, label] of of.entries()) {
      writeFileSync(join(folder, source, `${i}.pcap`), flows(14 + i, label === 'malicious'));
      rows.push(`${source}/${i}.pcap,${source},${label},${label === 'malicious' ? 'spider' : ''}`);
    }
  }
  writeFileSync(join(folder, 'labels.csv'), rows.join('\n'));
  return folder;
}

const done: string[] = [];
const TOLD: Told = { progress: (doing, n, all) => done.push(`${doing} ${n} ${all}`) };
const BOTH = ['malicious', 'benign'] as const;

function leftOut(folder: string, o: { own?: boolean; told?: Told } = {}): Promise<LeftOutJudges | null> {
  const labelled = labelledCaptures(folder);
  assert.ok(labelled.ok);
  const asked = { folder, captures: labelled.captures, cacheFolder: home, threads: 1, own: o.own ?? false };
  return byLeftOut(asked, MODEL, o.told ?? TOLD);
}

test('each source is judged by a model that never saw it; the same captures give the kept models', async () => {
  const folder = corpus('three', { a: BOTH, b: BOTH, c: BOTH });
  done.length = 0;
  const judges = (await leftOut(folder))!;
  assert.equal(judges.told.say, 'lab-point-left-out');
  assert.match(english(judges.lesson), /^\d+ flows, \d+ after merging near-duplicates/);
  assert.deepEqual(
    ['reading 6 6', 'training 6 6'].map((d) => done.includes(d)),
    [true, true],
  );
  const labelled = labelledCaptures(folder);
  assert.ok(labelled.ok);
  const files = new Map(labelled.captures.map((c) => [c.source, judges.of(c).model]));
  assert.equal(new Set(files.values()).size, 3, 'three sources, three models');
  assert.ok(labelled.captures.every((c) => judges.of(c).witness));
  const kept = (): string[] => readdirSync(join(home, 'lab')).toSorted();
  const before = kept();
  done.length = 0;
  const again = (await leftOut(folder, { own: true }))!;
  assert.ok(!done.some((d) => d.startsWith('training')), 'nothing is trained twice');
  assert.deepEqual(kept(), before);
  assert.equal(again.told.say, 'lab-point-own');
  assert.equal(again.of(labelled.captures[0]!).model, files.get('a'));
});

test('without its source a class lacks: such captures are judged by rules alone, and the report says how many', async () => {
  const folder = corpus('one-bad', { a: ['malicious'], b: ['benign'], c: ['benign', 'benign'] });
  const judges = (await leftOut(folder))!;
  const labelled = labelledCaptures(folder);
  assert.ok(labelled.ok);
  assert.deepEqual(
    labelled.captures.map((c) => judges.of(c).witness),
    [false, true, true, true],
  );
  assert.match(english(judges.told), /^its source left out; 1 capture by rules alone/);
});

test('too few sources or flows are refused, and it can be given up', async () => {
  assert.equal(await leftOut(corpus('two', { a: BOTH, b: BOTH })), null);
  const folder = corpus('few', { a: BOTH, b: BOTH, c: BOTH });
  const gone = new Error('gone');
  const stop = new AbortController();
  const told: Told = { progress: () => stop.abort(gone), signal: stop.signal };
  await assert.rejects(leftOut(folder, { told }), gone);
  for (const source of ['a', 'b', 'c'])
    for (const n of [0, 1]) writeFileSync(join(folder, source, `${n}.pcap`), flows(1, n === 0));
  await assert.rejects(leftOut(folder), (e) => e instanceof SaidError && e.said.say === 'lab-too-little');
});

test('the report tells whether features tell the source, and not where rules alone judge', async () => {
  const three = ['malicious', 'benign', 'benign'] as const;
  const folder = corpus('audited', { a: three, b: three, c: ['benign'] });
  const labelled = labelledCaptures(folder);
  assert.ok(labelled.ok);
  const o = { folder, captures: labelled.captures, cacheFolder: home, threads: 1, against: null };
  done.length = 0;
  const places = Int32Array.from({ length: 20 }, (_, i) => i);
  const judges = asItIs(MODEL, { name: 'm', places }, 'lab-point-as-is');
  const report = await measure({ ...o, judges }, TOLD);
  assert.ok(done.includes('auditing 0 1'));
  const audit = report.audit!;
  assert.deepEqual([audit.features, audit.sources, audit.left, audit.captures], [20, 2, 1, 6]);
  assert.ok(audit.right < 0.75, 'the flows of both are the same');
  const text = new Map(reportLines(report).map((t) => [t.title, t]));
  assert.match(
    text.get('Whether features tell the source')!.note,
    /^What tells .* the model's 20 features .* 2 sources/,
  );
  assert.deepEqual(
    text.get('Features that tell the source most')!.rows[0]![0],
    audit.byFeature[0]!.feature,
    'features by name',
  );
  assert.equal((await measure({ ...o, judges: byRulesAlone(MODEL) }, TOLD)).audit, null);
});

test('two models side by side: shares of both, their difference, and the captures that only one raises', async () => {
  const folder = corpus('compared', { a: BOTH, b: BOTH, c: BOTH });
  const labelled = labelledCaptures(folder);
  assert.ok(labelled.ok);
  const o = { folder, captures: labelled.captures, cacheFolder: home, threads: 1 };
  done.length = 0;
  const against = asItIs(MODEL, { name: 'the other', places: Int32Array.of(0) }, 'lab-point-shipped');
  const report = await measure({ ...o, judges: byRulesAlone(MODEL), against }, TOLD);
  assert.ok(done.includes('judging 6 6') && done.includes('comparing 6 6'));
  assert.deepEqual([report.model, report.compared!.model], [null, 'the other']);
  const alone = await measure({ ...o, judges: against, against: null }, TOLD);
  assert.deepEqual(report.compared!.groups, alone.groups, 'the other side is what it would be alone');
  const tables = reportLines(report);
  const table = tables.find((t) => t.title === 'Two models side by side')!;
  assert.deepEqual(table.heads, ['what', 'rules alone', 'the other', 'difference']);
  assert.match(table.rows[0]!.join('|'), /^sources of before: malicious captures raised\|\d of 3 .*\|\d of 3 /);
  assert.ok(!reportLines(alone).some((t) => t.title === table.title));
  await assert.rejects(measure({ ...o, captures: [], judges: against, against: null }, TOLD), SaidError);
});
