// `npm start`, `npm run dev` and the served window refuse an option that there is not, before they build or open
// anything.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

function run(script: string, ...args: string[]): { code: number | null; out: string; err: string } {
  const done = spawnSync(process.execPath, [join(ROOT, script), ...args], { encoding: 'utf8', timeout: 60_000 });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

for (const [script, name] of [
  ['scripts/start.mjs', 'npm start'],
  ['scripts/dev.mjs', 'npm run dev'],
  ['web/main.ts', 'the served window'],
] as const) {
  test(`${name}: an option that there is not is one sentence with the nearest, and code 2`, () => {
    assert.deepEqual(run(script, '--smaple'), {
      code: 2,
      out: '',
      err: `${name} has no option --smaple; did you mean --sample?\n`,
    });
    const { code, err } = run(script, '--port', 'abc');
    assert.deepEqual([code, err], [2, "--port takes a whole number from 0 to 65535; 'abc' is none\n"]);
    const help = run(script, '--help');
    assert.equal(help.code, 0, help.err);
    assert.match(help.out, /--interface NAME +capture on NAME at once/);
  });
}
