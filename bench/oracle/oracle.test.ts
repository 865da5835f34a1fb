import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FlowRow } from '../../contract/index.ts';
import { flowRecord } from '../../engine/session/index.ts';
import { campaign, captureFiles, DATA, knownDifferences } from './campaign.ts';
import { readWhole } from './compare.ts';

const absent = !existsSync(join(DATA, 'corpus')) ? 'shared data is absent' : spawnSync('tshark', ['--version']).error ? 'tshark is not installed' : false;

/** Every 14th capture: the same ones each time, from all folders. */
const SPREAD = 14;

test('a fixed spread of captures beside tshark', { skip: absent }, async () => {
  const files = [...captureFiles()].filter((_, i) => i % SPREAD === 3);
  assert.ok(files.length >= 150);
  const c = await campaign(files, process.env['SIGHTLINE_ORACLE_CACHE']);
  const known = new Set(knownDifferences().map((d) => `${d.file} ${d.key}`));
  assert.deepEqual(c.differences.filter((d) => !known.has(`${d.file} ${d.key}`)), []);
  const share = (n: number): number => n / c.packets;
  assert.ok(share(c.wrong.source) <= 0.005, `source: ${share(c.wrong.source)}`);
  assert.ok(share(c.wrong.destination) <= 0.005, `destination: ${share(c.wrong.destination)}`);
  assert.ok(share(c.wrong.length) <= 0.005, `length: ${share(c.wrong.length)}`);
  assert.ok(c.protocolMean >= 0.95, `protocol: ${c.protocolMean}`);
  console.log(`  ${c.files} captures, ${c.packets} packets, ${c.conversations} conversations of which ${c.differences.length} differ as listed; protocol ${(c.protocolMean * 100).toFixed(1)} %, ${c.helloDifferences.length} of ${c.hellos} handshake values differ`);
});

/** Expected client JA4 values by capture: those of TCP and DTLS; QUIC's are inside encrypted Initials. */
test('client JA4 equals the expected values', { skip: existsSync(join(DATA, 'ja4')) ? false : 'shared data is absent' }, async () => {
  let compared = 0;
  const missing: string[] = [];
  for (const name of readdirSync(join(DATA, 'ja4', 'expected')).sort()) {
    const capture = join(DATA, 'ja4', 'captures', name.replace(/\.json$/, ''));
    if (!existsSync(capture)) continue;
    const expected = (JSON.parse(readFileSync(join(DATA, 'ja4', 'expected', name), 'utf8')) as Record<string, string>[]).flatMap((s) => Object.entries(s).filter(([k]) => /^JA4(\.\d+)?$/.test(k)).map(([, v]) => ({ ja4: v, sport: s['srcport'], dport: s['dstport'] })));
    if (expected.length === 0) continue;
    const { analysis } = await readWhole(capture);
    const ours = new Set<string>();
    for (let row = 0; row < analysis.flows.columns.count; row++) {
      const f = flowRecord(analysis, capture, row as FlowRow);
      if (f.ja4) ours.add(f.ja4);
    }
    for (const e of expected) {
      compared++;
      if (!ours.has(e.ja4)) missing.push(`${name}: ${e.ja4}`);
    }
  }
  assert.ok(compared > 50, `${compared} compared`);
  const known = new Set(KNOWN_JA4);
  assert.deepEqual(missing.filter((m) => !known.has(m)), []);
});

/** Expected values that we do not give, each with its reason. */
const KNOWN_JA4: readonly string[] = [];
