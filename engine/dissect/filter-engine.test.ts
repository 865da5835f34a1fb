// Several who ask one engine at once (packets and flows, two windows): each is told what it is told alone.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { packetBytes } from '../read/index.ts';
import { packetsOf, pcap, tcp } from '../testing/packets.ts';
import { subjectOf } from '../testing/subjects.ts';
import { TimeSlices } from '../view/index.ts';
import { FilterEngine } from './filter-engine.ts';
import { DissectProcess } from './process.ts';
import { DissectSetup } from './setup.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-filter-engine-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Of each of six servers as many packets as its number says and more, so that no two pieces are alike. */
const TALKS = [1, 2, 3, 4, 5, 6].flatMap((host) =>
  Array.from({ length: 4 + host }, (_, i) =>
    tcp('10.0.0.1:4000', `10.0.1.${host}:80`, { flags: 'PA', seq: i, data: (i + host) % 3 === 0 ? 'a' : 'bb' }),
  ),
);
const LIMITS = { packets: 5, bytes: 1e9, alonePackets: 1000, aloneBytes: 1e9 };

test('two who ask one process at once are told what they are told alone', async () => {
  const path = join(folder, 'talks.pcap');
  writeFileSync(path, pcap(packetsOf(TALKS)));
  const s = await subjectOf(path);
  const setup = new DissectSetup();
  const checker = new DissectProcess(() => undefined, setup);
  const source = { analysis: s.analysis, bytes: packetBytes(path), path, session: 1, wholeBytes: null, secrets: [] };
  const engine = new FilterEngine(
    () => source,
    () => checker,
    1,
    setup,
  );
  try {
    const { count } = s.analysis.packets;
    const half = (one: number): Uint8Array => Uint8Array.from({ length: count }, (_, row) => +(row < 24 === !one));
    const asked = async (filters: readonly string[], wanted: Uint8Array): Promise<number[][]> => {
      const { rows } = await engine.askPieces(filters, wanted, s, new TimeSlices(), undefined, LIMITS);
      return rows.map((found) => [...found.keys()].filter((row) => found[row] === 1));
    };
    const questions: readonly (readonly [readonly string[], Uint8Array])[] = [
      [['tcp.len == 1', 'tcp.len == 2'], half(0)],
      [['tcp.len == 2', 'ip.dst == 10.0.1.6'], half(1)],
      [['tcp.len == 1'], new Uint8Array(count).fill(1)],
    ];
    const alone: number[][][] = [];
    for (const question of questions) alone.push(await asked(...question));
    assert.ok(alone.flat().every((rows) => rows.length > 3));
    assert.deepEqual(await Promise.all(questions.map((question) => asked(...question))), alone);
  } finally {
    engine.end();
    checker.close();
  }
});
