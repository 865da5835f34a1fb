// `collect` and `train --methods all`: the original project's way, from captures to the table.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { httpAnswer, talk, talks } from '../engine/testing/talk.ts';
import { PROGRAM } from '../engine/testing/program.ts';

const home = mkdtempSync(join(tmpdir(), 'sightline-collect-'));
after(() => rmSync(home, { recursive: true, force: true }));

function sightline(...args: readonly string[]): {
  readonly out: string;
  readonly said: string;
  readonly code: number | null;
} {
  const env = { ...process.env, SIGHTLINE_CACHE: join(home, 'cache'), SIGHTLINE_DATA_HOME: join(home, 'data') };
  const done = spawnSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8', env });
  return { out: done.stdout, said: done.stderr, code: done.status };
}

/** So many pairs of hosts that talk, those of one network. */
function capture(network: number, pairs: number, body: number): Uint8Array {
  return talks(
    ...Array.from({ length: pairs }, (_, i) =>
      talk(`10.${network}.0.${i + 1}:${40_000 + i}`, `203.0.${network}.${i + 1}:80`, [
        [0, 'GET /a HTTP/1.1\r\nHost: h\r\n\r\n'],
        [1, httpAnswer([], Buffer.alloc(body + i * 3, 'x'))],
      ]),
    ),
  );
}

test('good and bad captures become the two files, and the table is printed of them', () => {
  const [good, bad, to] = ['good.pcap', 'bad.pcap', 'set'].map((name) => join(home, name)) as [string, string, string];
  writeFileSync(good, capture(1, 40, 10));
  writeFileSync(bad, capture(2, 30, 900));
  const collected = sightline('collect', to, '--good', good, '--bad', bad);
  assert.equal(collected.code, 0, collected.said);
  const rows = (name: string): string[] => readFileSync(join(to, name), 'utf8').trimEnd().split('\n');
  assert.ok(rows('goodx.csv').every((row) => row.endsWith(',good')));
  assert.ok(rows('badx.csv').every((row) => row.endsWith(',bad')));
  const packets = (file: string): number =>
    sightline('packets', file, '-e', 'frame.number').out.trimEnd().split('\n').length;
  assert.deepEqual([rows('goodx.csv').length, rows('badx.csv').length], [packets(good), packets(bad)]);
  const table = sightline('train', '--methods', 'all', to);
  assert.equal(table.code, 0, table.said);
  assert.match(table.out, /70 host pairs: 40 good, 30 bad/);
});

test('what cannot be collected is told, and nothing is left behind', () => {
  const to = join(home, 'none');
  for (const [args, message] of [
    [['collect'], /collect takes one folder/],
    [['collect', to], /say what is collected/],
    [['collect', to, '--good', join(home, 'absent.pcap')], /absent\.pcap/],
    [['collect', to, '-i', 'no-such-interface', '--rounds', '1', '--packets', '1'], /round 1 captured nothing/],
  ] as const) {
    const { code, said } = sightline(...args);
    assert.equal(code, 2, said);
    assert.match(said, message);
    assert.ok(!existsSync(join(to, 'goodx.csv')));
  }
});
