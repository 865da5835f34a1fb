// Evidence does not depend on how a capture arrives: whole, as a file that grows, or read ahead by threads.
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { foreignBaseline } from '../detect/index.ts';
import { CaptureStream } from '../read/index.ts';
import { MadeCapture } from '../testing/evidence-kit.ts';
import { testModel } from '../testing/models.ts';
import { clientHello, testRandom } from '../testing/packets.ts';
import { smbOpen, treeConnect } from '../testing/remote-calls.ts';
import { scoreFile } from './score-file.ts';
import { Scorer, type ScoringOptions } from './scoring.ts';

const model = testModel();
const folder = mkdtempSync(join(tmpdir(), 'sightline-evidence-'));
const options = (threads: number): ScoringOptions => ({
  model,
  baseline: foreignBaseline(model),
  threads,
  cacheFolder: folder,
});

/** Requests that come again, a hello without a name, a service's program on an administrative share, odd names. */
function capture(): Uint8Array {
  const made = new MadeCapture();
  const share = treeConnect('ADMIN$');
  for (let i = 0; i < 12; i++) {
    const to = '45.79.10.21';
    const body = '\x01\x02\x03\x04'.repeat(400);
    const request = { method: 'POST', target: '/gate.php', host: to, agent: '', body, response: { body } };
    made.http([request, { target: `/p${i % 2}`, host: to, agent: '', after: 5 }], { to, at: i * 30 });
    made.dns(`a${i}q7xkz${i}wvbn3jq${i}.example-${i}.top`, '45.79.10.22', i * 20);
  }
  for (const at of [40, 90, 140])
    made.connection([{ dir: 0, data: clientHello(null) }], { to: `45.79.10.3${at % 7}`, port: 8_443, at });
  made.connection(
    [
      { dir: 0, data: share.asked },
      { dir: 1, data: share.given },
      { dir: 0, data: smbOpen('PSEXESVC.exe') },
    ],
    { to: '10.0.0.9', port: 445, at: 200 },
  );
  for (let port = 1; port <= 20; port++) made.refused({ to: '10.0.0.9', port, at: 220 + port });
  return made.bytes();
}

/** Every incident of a capture: what it is about, its points, and of each rule its sentence, flows and packets. */
function incidentsOf(scorer: Scorer): unknown {
  return [...scorer.incidents.incidents.values()].map((i) => ({
    key: i.key,
    points: i.points,
    counting: i.counting,
    packet: i.packet,
    names: i.names,
    span: [i.first, i.last],
    evidence: [...i.evidence.values()].map((e) => [e.rule.name, e.said, e.shows, e.rows, e.packets, e.first, e.last]),
  }));
}

test('incidents are the same read whole, in pieces of a growing file, and ahead with 1 and 3 threads', async () => {
  const bytes = capture();
  const file = join(folder, 'made.pcap');
  writeFileSync(file, bytes);
  const { scorer, verdicts } = await scoreFile(file, options(1), {});
  const whole = incidentsOf(scorer);
  const rules = new Set([...scorer.incidents.incidents.values()].flatMap((i) => [...i.evidence.keys()]));
  for (const rule of ['http-to-address', 'repeated-post', 'tls-no-name-odd-port', 'smb-program-to-admin-share'])
    assert.ok(rules.has(rule), `${rule} is in [${[...rules].join(', ')}]`);
  assert.ok(rules.has('cheap-tld') && rules.has('port-scan'), [...rules].join(', '));
  for (const threads of [1, 3]) {
    const ahead = await scoreFile(file, { ...options(threads), readAhead: true }, {});
    assert.deepEqual(incidentsOf(ahead.scorer), whole, `ahead with ${threads}`);
    assert.deepEqual(ahead.verdicts, verdicts);
  }
  for (let seed = 1; seed <= 4; seed++) {
    const random = testRandom(seed);
    const live = new Scorer(options(1 + (seed % 3)), {});
    const stream = new CaptureStream(live.analysis);
    for (let at = 0; at < bytes.length;) {
      const n = 1 + Math.floor(random() ** 4 * 9_000);
      stream.push(bytes.subarray(at, at + n));
      at += n;
      // What a live capture does between packets: it hands over what is done.
      if (random() < 0.3) live.flush();
      await live.relax();
    }
    await live.finish();
    assert.deepEqual(incidentsOf(live), whole, `pieces of seed ${seed}`);
    assert.deepEqual(live.verdicts(), verdicts);
    await live.close();
  }
});
