// Measuring on captures that the test makes: which count, how flows find their labels, what is a false incident.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { english, foreign, SaidError, say } from '../../contract/index.ts';
import type { LabelledCapture } from '../session/index.ts';
import { packetsOf, pcap, tcp, udp } from '../testing/packets.ts';
import { evaluateFolder, labelledCaptures } from './evaluate.ts';
import { measure } from './measure.ts';
import { headlineOf } from './headline.ts';
import { byRulesAlone } from './judges.ts';
import { cardWithRules, reportHtml, reportMarkdown } from './report-page.ts';
import { comparisonOf, reportOf } from './report.ts';
import type { CaptureResult, IncidentResult } from './result.ts';

const MODEL = fileURLToPath(new URL('../../models/default.json', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sightline-lab-'));
after(() => rmSync(folder, { recursive: true }));
const HEADS = 'capture,flow,src,sport,dst,dport,proto,label,confidence,evidence';

function connection(port: number): number[][] {
  const to = `93.184.216.34:${port}`;
  const from = `10.0.0.1:${40_000 + port}`;
  return [tcp(from, to, { flags: 'S' }), tcp(from, to, { data: 'hello' })];
}

function corpus(): void {
  for (const [source, name] of [
    ['one', 'bad'],
    ['one', 'good'],
    ['two', 'unlabelled'],
  ] as const) {
    mkdirSync(join(folder, source), { recursive: true });
    const frames = [...connection(81), ...connection(82), udp('10.0.0.1:5000', '10.0.0.2:6000', 'x')];
    writeFileSync(join(folder, source, `${name}.pcap`), pcap(packetsOf(frames)));
  }
  const rows = [
    'one/bad.pcap,one,malicious,spider',
    'one/good.pcap,one,benign,',
    'two/unlabelled.pcap,two,malicious,ant',
  ];
  writeFileSync(join(folder, 'labels.csv'), ['path,source,label,family', ...rows].join('\n'));
  // The second connection's number is wrong by one packet: its two ends, told the other way round, find it.
  const flows = [
    'one/bad.pcap,1,10.0.0.1,40081,93.184.216.34,81,TCP,c2,high,"polls, each minute"',
    'one/bad.pcap,4,93.184.216.34,82,10.0.0.1,40082,TCP,background,medium,',
    'one/bad.pcap,5,10.0.0.1,5000,10.0.0.2,6000,UDP,c2,low,',
  ];
  writeFileSync(join(folder, 'flow-labels.csv'), [HEADS, ...flows].join('\n'));
}

function judged(
  threads: number,
  wanted: (c: LabelledCapture) => boolean = () => true,
  of = folder,
  model = MODEL,
): Promise<CaptureResult[]> {
  const labelled = labelledCaptures(of);
  assert.ok(labelled.ok);
  return evaluateFolder({
    folder: of,
    captures: labelled.captures.filter(wanted),
    cacheFolder: folder,
    threads,
    judges: byRulesAlone(model),
    progress: () => undefined,
  });
}

test('flows find their labels, and results do not depend on threads', async () => {
  corpus();
  const [bad, good, unlabelled] = await judged(1);
  assert.deepEqual([bad!.flows, bad!.malicious, bad!.ordinary], [3, 1, 1], 'low confidence is not counted');
  assert.deepEqual([good!.flows, good!.malicious, good!.ordinary], [3, 0, 3], 'all of a benign capture is ordinary');
  assert.deepEqual([unlabelled!.malicious, unlabelled!.ordinary], [0, 0]);
  assert.deepEqual(await judged(2), [bad, good, unlabelled]);
  assert.equal((await judged(1, (c) => c.source === 'two')).length, 1);
});

test('the same flow in two sources is found', async () => {
  corpus();
  const report = reportOf(await judged(1), { folder, made: '', model: 'm', witness: say('lab-point-none') });
  assert.deepEqual(report.leaks, [{ a: 'one', b: 'two', flows: 3 }]);
});

function incident(over: Partial<IncidentResult>): IncidentResult {
  const rule = (name: string, kind: string, points: number): IncidentResult['rules'][number] => {
    return { rule: name, kind, points, said: foreign(`${name} was seen.`) };
  };
  return {
    initiator: '10.0.0.1',
    peer: '1.2.3.4',
    points: 3,
    inherited: false,
    rules: [rule('self-signed-young', 'certificate', 2), rule('tls-no-name-odd-port', 'port', 1)],
    malicious: 0,
    ordinary: 1,
    unknown: 0,
    ...over,
  };
}

function capture(over: Partial<CaptureResult>): CaptureResult {
  return {
    path: 'x/one.pcap',
    source: 'mta-2017',
    family: 'spider',
    label: 'malicious',
    problem: null,
    flows: 20,
    malicious: 1,
    ordinary: 1,
    seconds: 3_600,
    incidents: [],
    carried: [],
    seen: [],
    tlsPeers: [],
    tls: { c2Flows: 0, c2Over: 0, ordinaryFlows: 0, ordinaryOver: 0 },
    prints: [],
    sample: new Float32Array(),
    ...over,
  };
}

const TOLD = { folder: '', made: '', model: '', witness: say('lab-point-none') };

test('an incident raises its capture only where it holds a malicious flow; on ordinary ones alone it is background', () => {
  const report = reportOf(
    [
      capture({ incidents: [incident({ malicious: 1 })], carried: ['self-signed-young'] }),
      capture({ path: 'x/two.pcap', incidents: [incident({})] }),
      capture({ path: 'x/three.pcap', incidents: [incident({ unknown: 1 })] }),
      capture({ path: 'x/four.pcap', incidents: [incident({ malicious: 1, points: 2 })] }),
      capture({ path: 'x/five.pcap', malicious: 0, incidents: [incident({ ordinary: 0, unknown: 1 })] }),
    ],
    TOLD,
  );
  const group = report.groups.find((g) => english(g.name) === 'new sources')!;
  assert.deepEqual([group.raised, group.malicious], [1, 4], 'without a malicious flow a capture is not asked for');
  assert.deepEqual(
    report.missed.map((m) => [m.capture, m.points]),
    [
      ['x/two.pcap', 0],
      ['x/three.pcap', 0],
      ['x/four.pcap', 2],
    ],
  );
  assert.deepEqual(
    report.backgroundOnly.map((i) => i.capture),
    ['x/two.pcap'],
  );
  const needed = report.rules.find((r) => r.rule === 'self-signed-young')!;
  assert.deepEqual([needed.neededMalicious, needed.maliciousNew, needed.thin], [1, 1, 'one capture']);
});

test('false incidents are told with their sentences; a capture of two years counts as a day', () => {
  const benign = capture({
    path: 'x/<b>.pcap',
    source: 'iot-sentinel',
    label: 'benign',
    seconds: 7e7,
    incidents: [incident({}), incident({ peer: '5.6.7.8' }), incident({ points: 2 })],
  });
  const report = reportOf([benign, capture({})], TOLD);
  assert.equal(report.falseIncidents.length, 2);
  const { rules } = report.falseIncidents[0]!;
  assert.deepEqual(
    rules.map((r) => english(r.said)),
    ['self-signed-young was seen.', 'tls-no-name-odd-port was seen.'],
  );
  const devices = report.groups.find((g) => english(g.name) === 'devices')!;
  assert.deepEqual([devices.falseCaptures, devices.busyRaised, devices.hours], [1, 1, 24]);
  const markdown = reportMarkdown(report);
  assert.match(markdown, /1\.2\.3\.4 and 1 more \| 3 \| self-signed-young 2/);
  const html = reportHtml(report);
  assert.ok(html.includes('&#60;b&#62;.pcap') && !html.includes('<b>.pcap'), 'names are escaped');
});

test('captures that only one of two models raises are named, with the points of both', () => {
  const raised = (points: number): Partial<CaptureResult> => ({ incidents: [incident({ malicious: 1, points })] });
  const benign = { label: 'benign', path: 'x/good.pcap', malicious: 0 } as const;
  const unknown = { path: 'x/unknown.pcap', malicious: 0 };
  const own = [capture(raised(3)), capture({ path: 'x/two.pcap', ...raised(2) }), capture(benign), capture(unknown)];
  const other = [capture(raised(4)), capture({ path: 'x/two.pcap', ...raised(3) })];
  other.push(capture({ ...benign, incidents: [incident({})] }), capture({ ...unknown, ...raised(3) }));
  const report = { ...reportOf(own, TOLD), compared: comparisonOf(own, other, { ...TOLD, model: 'mine' }) };
  assert.deepEqual(
    report.compared.differing.map((d) => [d.capture, d.label, d.byOther, ...d.points]),
    [
      ['x/two.pcap', 'malicious', true, 2, 3],
      ['x/good.pcap', 'benign', true, 0, 3],
    ],
  );
  const markdown = reportMarkdown(report);
  assert.match(
    markdown,
    /new sources: malicious captures raised \| 1 of 2 \(50\.0 %\) \| 2 of 2 \(100\.0 %\) \| \+50\.0 \|/,
  );
  assert.match(markdown, /new sources: false incidents \| 0 \| 1 \| \+1 \|/);
  assert.match(markdown, /x\/two\.pcap \| malicious \| spider \| mine \| 2 \| 3 \|/);
});

test('the figures above the tables are of all captures, each once, beside what chance gives', () => {
  const benign = capture({ label: 'benign', malicious: 0, incidents: [incident({})], flows: 500, seconds: 1_800 });
  const all = [capture({ incidents: [incident({ malicious: 1 })] }), capture({ source: 'unit42' }), benign];
  const headline = headlineOf(reportOf(all, TOLD));
  assert.deepEqual(
    headline.map((f) => [f.title.say, f.value]),
    [
      ['lab-malicious-raised', { n: 1, of: 2, goal: null }],
      ['lab-benign-raised', { n: 1, of: 1, goal: null }],
      ['lab-false-per-thousand', '2.00'],
      ['lab-false-per-hour', '2.000'],
    ],
  );
  assert.match(english(headline[0]!.note!), /^by chance \d+\.\d %$/);
  const none = headlineOf(reportOf([capture({})], TOLD));
  assert.deepEqual(none.length, 2, 'no rate without benign flows');
});

test('goals are told for what this project knows, and not for data of others', () => {
  const raised = capture({ incidents: [incident({ malicious: 1 })] });
  const before = capture({ source: 'unit42' });
  const known = reportMarkdown(reportOf([raised, capture({ path: 'x/two.pcap' }), before], TOLD));
  assert.match(known, /new sources: malicious captures raised \| at least 76 % \| 1 of 2 \(50\.0 %\) \| ✗ \|/);
  assert.match(known, /incidents on background only \| at most 3 \| 0 \| ✓ \|/);
  const mine = [capture({ source: 'mine' }), capture({ source: 'mine', label: 'benign', malicious: 0 })];
  assert.doesNotMatch(reportMarkdown(reportOf(mine, TOLD)), /## Goals/);
});

test('folders goodx and badx do without labels; what is missing is said', async () => {
  const own = mkdtempSync(join(tmpdir(), 'sightline-own-'));
  after(() => rmSync(own, { recursive: true }));
  const why = (): string => {
    const labelled = labelledCaptures(own);
    return labelled.ok ? '' : english(labelled.message).replace(own, 'F');
  };
  assert.equal(why(), 'F has no labels.csv (path,source,label,family), and no folders goodx and badx of captures');
  mkdirSync(join(own, 'goodx'));
  writeFileSync(join(own, 'goodx', 'a.pcap'), pcap(packetsOf(connection(81))));
  assert.equal(why(), 'F has no labels.csv (path,source,label,family), and no folder badx beside the other one');
  mkdirSync(join(own, 'badx'));
  assert.equal(why(), 'no capture of F is labelled malicious: both are needed');
  writeFileSync(join(own, 'badx', 'b.pcap'), pcap(packetsOf([...connection(81), ...connection(82)])));
  const [good, bad] = await judged(1, () => true, own);
  assert.deepEqual([good!.malicious, good!.ordinary, bad!.malicious, bad!.ordinary], [0, 1, 2, 0]);
  writeFileSync(join(own, 'labels.csv'), 'path,source,label,family\ngoodx/a.pcap,x,benign,\nbadx/c.pcap,x,malicious,y');
  assert.match(why(), /c\.pcap is in labels\.csv, and not there$/);
  writeFileSync(join(own, 'labels.csv'), 'path,label\ngoodx/a.pcap,benign');
  assert.equal(why(), 'F/labels.csv has no column source, family');
  writeFileSync(join(own, 'labels.csv'), '\n,family');
  assert.equal(why(), 'F/labels.csv has no column path, source, label');
});

test('a damaged table of flow labels, and a file that is no model, are said as sentences of ours', async () => {
  const own = mkdtempSync(join(tmpdir(), 'sightline-own-'));
  after(() => rmSync(own, { recursive: true }));
  for (const name of ['goodx', 'badx']) {
    mkdirSync(join(own, name));
    writeFileSync(join(own, name, 'a.pcap'), pcap(packetsOf(connection(81))));
  }
  const said = async (model = MODEL): Promise<string> => {
    try {
      await judged(1, () => true, own, model);
    } catch (error) {
      assert.ok(error instanceof SaidError, String(error));
      return error.said.say;
    }
    return 'judged';
  };
  writeFileSync(join(own, 'flow-labels.csv'), `${HEADS}\nbadx/a.pcap,none,10.0.0.1,1,10.0.0.2,2,TCP,c2,high,`);
  assert.equal(await said(), 'lab-no-flow-label');
  writeFileSync(join(own, 'flow-labels.csv'), 'capture,flow');
  assert.equal(await said(), 'lab-no-column');
  rmSync(join(own, 'flow-labels.csv'));
  assert.equal(await said(), 'judged');
  assert.equal(await said(join(own, 'goodx', 'a.pcap')), 'model-not-used');
});

test('an inherited incident falls with the one that it inherits from', () => {
  const own = incident({
    malicious: 1,
    rules: [{ rule: 'dns-tunnel', kind: 'dns-tunnel', points: 3, said: foreign('') }],
  });
  const heir = incident({ malicious: 1, peer: '5.6.7.8', inherited: true, rules: [] });
  const stranger = incident({ initiator: '10.0.0.9' });
  const report = reportOf([capture({ incidents: [own, heir, stranger] })], TOLD);
  const needed = (rule: string): number => report.rules.find((r) => r.rule === rule)!.neededMalicious;
  assert.deepEqual([needed('dns-tunnel'), needed('self-signed-young')], [1, 0]);
});

test('fingerprints of malware only, and where they carried over', () => {
  const peer = (ja3: string, c2: number): CaptureResult['tlsPeers'][number] => {
    return { initiator: 'a', peer: 'b', ja3, ja4: null, c2, ordinary: c2 === 0 ? 1 : 0, points: 3, inherited: false };
  };
  const report = reportOf(
    [
      capture({ source: 'unit42', tlsPeers: [peer('one', 1), peer('two', 1)] }),
      capture({ source: 'mta-2017', tlsPeers: [peer('one', 2), peer('three', 1)] }),
      capture({ source: 'mine', label: 'benign', tlsPeers: [peer('two', 0)] }),
    ],
    TOLD,
  );
  assert.deepEqual(
    report.fingerprints.map((f) => [f.kind, f.value, f.captures, f.carriedOver]),
    [
      ['JA3', 'one', 2, 1],
      ['JA3', 'three', 1, 0],
    ],
  );
  const { channels, own, benignPeers, benignRaised } = report.tls;
  assert.deepEqual([channels, own, benignPeers, benignRaised], [4, 4, 1, 1]);
});

test('what threat rules add is told by source, and stands in a card in place of what it said before', async () => {
  corpus();
  const path = join(folder, 'sure.rules');
  const sure = 'classtype:trojan-activity; metadata:confidence High, signature_severity Critical;';
  writeFileSync(path, `alert tcp any any -> any [81,82] (msg:"hello"; flags:S; ${sure} sid:1;)\n`);
  const labelled = labelledCaptures(folder);
  assert.ok(labelled.ok);
  const { captures } = labelled;
  const options = { folder, captures, cacheFolder: folder, threads: 1, judges: byRulesAlone(MODEL), against: null };
  const asked = { paths: [path], asked: 1, refused: 0 };
  const { added } = await measure({ ...options, rules: asked }, { progress: () => undefined });
  const one = { malicious: 1, raised: [0, 1], benign: 1, falses: [0, 1], falseIncidents: [0, 1], matched: [1, 1] };
  assert.deepEqual(added, {
    files: 1,
    asked: 1,
    refused: 0,
    sources: [
      { source: '', ...one },
      { source: 'one', ...one },
    ],
  });
  const report = { ...reportOf([], { ...TOLD, made: '2026-01-02T00:00:00Z' }), added };
  const card = cardWithRules('# Card\n\n## Limits\n\n- few\n', report);
  assert.match(card, /\| one \| 0 → 1 \/ 1 \| 0 → 1 \/ 1 \| 0 → 1 \| 1, 1 \|\n\n## Limits/);
  const again = cardWithRules(card, { ...report, made: '2026-01-03T00:00:00Z' });
  assert.equal(again, card.replace('2026-01-02', '2026-01-03'));
  assert.match(reportMarkdown({ ...reportOf([], TOLD), added }), /## What threat rules add, by source/);
});
