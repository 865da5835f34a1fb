import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { builtKernel } from '../testing/kernels.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-planted-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const COMPARING = fileURLToPath(new URL('state-part.test.ts', import.meta.url));

/** One error of each kind: in a group's kernel file, what is written instead, and the features that tell. */
const PLANTED = {
  'another order of operations': [
    'features-shape.ts',
    'squares / n - mean * mean',
    '(squares - mean * mean * n) / n',
    /_dev: [\d.e-]+, expected [\d.e-]+/,
  ],
  'a rank too far': ['quantile.ts', '<f64>(total - 1)', '<f64>total', /_p\d\d: [\d.e-]+, expected [\d.e-]+/],
  "another feature's place": [
    'features-transport.ts',
    'REV_SYN - F',
    'REV_SYN + 4 - F',
    /hop_limit_rev: NaN, expected/,
  ],
  'a logarithm with another sign': ['samples.ts', '<< 3)) - sum /', '<< 3)) + sum /', /entropy_\w+: [\d.]+, expected/],
  'a value where one is missing': ['features.ts', 'store<f32>(to, NaN)', 'store<f32>(to, 0)', /: 0, expected NaN/],
} as const;

for (const [what, [file, from, to, tells]] of Object.entries(PLANTED)) {
  test(`comparing the kernel with its twin finds ${what}`, () => {
    const own = mkdtempSync(join(folder, 'kernel-'));
    const hook = builtKernel(own, [], { file, from, to });
    const args = ['--import', hook, '--test-name-pattern', 'any state', COMPARING];
    // A test that runs another one as a file: what tells the runner that it is inside of one must go.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const run = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000, env });
    assert.notEqual(run.status, 0);
    assert.match(run.stdout, tells);
  });
}
