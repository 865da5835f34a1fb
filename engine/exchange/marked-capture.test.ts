// Captures with verdicts and labels as comments: tshark reads them, they come back as labels, and the capture is the same.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type FlowRecord, flowRow, type Label, packetRow } from '../../contract/index.ts';
import { FEATURE_COUNT } from '../features/index.ts';
import { packetBytes } from '../read/index.ts';
import { Analysis, flowRecord, VectorMaker } from '../session/index.ts';
import { feed } from '../testing/captures.ts';
import { packetsOf, pcap } from '../testing/packets.ts';
import { httpAnswer, talk } from '../testing/talk.ts';
import { WITHOUT_TSHARK } from '../testing/tshark-tables.ts';
import { commentsAt, flowComment, labelIn, writeMarked } from './marked-capture.ts';
import { WholeFile } from './whole-file.ts';

const SAMPLE = new URL('../../assets/sample.pcapng', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'sightline-marked-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const PCAP = join(folder, 'web.pcap');
const WEB = talk('10.0.0.1:40000', '192.0.2.5:80', [
  [0, 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  [1, httpAnswer([], Buffer.from('hello'))],
]);
writeFileSync(PCAP, pcap(packetsOf(WEB)));

interface Read {
  readonly analysis: Analysis;
  readonly records: readonly FlowRecord[];
  readonly vectors: readonly (readonly number[])[];
}

async function read(path: string): Promise<Read> {
  const vectors: number[][] = [];
  let maker: VectorMaker | null = null;
  const analysis: Analysis = new Analysis({
    completed: (a, slot, row) => {
      const vector = new Float32Array(FEATURE_COUNT);
      (maker ??= new VectorMaker(a)).fill(slot, row, vector, 0);
      vectors[row] = [...vector];
    },
  });
  await feed(path, analysis);
  analysis.finish();
  const records = Array.from({ length: analysis.flows.columns.count }, (_, row) =>
    flowRecord(analysis, 'a', flowRow(row)),
  );
  return { analysis, records, vectors };
}

const LABELS: readonly (Label | undefined)[] = ['malicious', undefined, 'benign', 'unsure'];

/** Writes a capture with labels of its flows in turn. */
async function marked(path: string, to: string): Promise<Read> {
  const { analysis, records, vectors } = await read(path);
  const comments = new Map(
    records.map((r, i) => {
      const label = LABELS[i % LABELS.length];
      const told = { ...r, verdict: 'benign', points: 2, tags: ['a "b" label=malicious', 'c\n'] } as const;
      return [r.first_packet, flowComment(label === undefined ? told : { ...told, label })];
    }),
  );
  const bytes = packetBytes(path);
  const file = new WholeFile(to);
  assert.equal(
    writeMarked(file, analysis, bytes, (row) => comments.get(row + 1) ?? null),
    analysis.packetCount,
  );
  bytes.close();
  await file.commit();
  return { analysis, records, vectors };
}

describe('captures with what was said of their flows', () => {
  for (const path of [SAMPLE, PCAP])
    test(`${path.endsWith('ng') ? 'pcapng' : 'pcap'}: the same packets, flows, vectors, and labels that come back`, async () => {
      const to = join(folder, 'marked.pcapng');
      const before = await marked(path, to);
      const now = await read(to);
      assert.deepEqual(now.records, before.records);
      assert.deepEqual(now.vectors, before.vectors);
      const bytes = packetBytes(to);
      const labels = now.records.map((r) => labelIn(commentsAt(now.analysis, bytes, packetRow(r.first_packet - 1))));
      bytes.close();
      assert.deepEqual(
        labels,
        now.records.map((_, i) => LABELS[i % LABELS.length] ?? null),
      );
      // Said again, it is said once.
      const again = join(folder, 'again.pcapng');
      await marked(to, again);
      const second = packetBytes(again);
      const first = packetRow(now.records[0]!.first_packet - 1);
      assert.equal(
        commentsAt((await read(again)).analysis, second, first).filter((c) => c.startsWith('sightline ')).length,
        1,
      );
      second.close();
    });

  test('tshark reads a comment at the first packet of every flow', { skip: WITHOUT_TSHARK }, async () => {
    const to = join(folder, 'shark.pcapng');
    const { records } = await marked(SAMPLE, to);
    const text = execFileSync(
      'tshark',
      ['-r', to, '-Y', 'frame.comment', '-T', 'fields', '-e', 'frame.number', '-e', 'frame.comment'],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const rows = text
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    assert.deepEqual(
      rows.map(([no]) => Number(no)),
      records.map((r) => r.first_packet).sort((a, b) => a - b),
    );
    const one = rows.find(([no]) => Number(no) === records[0]!.first_packet)!;
    assert.match(one[1]!, /^sightline flow=\d+ app=\S+ verdict=benign points=2 label=malicious tags=/);
  });
});

test('only our own comments say labels, and tags say none', () => {
  assert.equal(labelIn(['label=malicious', 'sightline flow=1 app=TLS']), null);
  assert.equal(labelIn(['sightline flow=1 label=benign', 'somebody else label=malicious']), 'benign');
  assert.equal(labelIn(['sightline flow=1 tags="x label=malicious y"']), null);
  assert.equal(labelIn(['sightline label=bad']), null);
  assert.equal(labelIn(['sightline flow=1 label=benign', 'sightline flow=1 label=unsure']), 'unsure');
});
