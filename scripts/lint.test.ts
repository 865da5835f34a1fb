// Lint in a copy of the sources with faults planted: each is found, and nothing else is.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LEFT_OUT = /^(node_modules|dist|\.git|bench\/\.cache)$/;
const folder = mkdtempSync(join(tmpdir(), 'sightline-lint-'));
after(() => rmSync(folder, { recursive: true, force: true }));
before(() => {
  cpSync(ROOT, folder, { recursive: true, filter: (from) => !LEFT_OUT.test(relative(ROOT, from)) });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});

function lint(): { readonly status: number | null; readonly said: string } {
  const done = spawnSync(process.execPath, [join(folder, 'scripts', 'lint.mjs')], { encoding: 'utf8' });
  return { status: done.status, said: done.stdout + done.stderr };
}

/** Text at the end of a file of the copy. */
const plant = (path: string, text: string): void => appendFileSync(join(folder, path), text);

test('the sources as they are pass, and the figures of every area are printed', () => {
  const { status, said } = lint();
  assert.equal(status, 0, said);
  assert.match(said, /^engine\/log +\d+ +0 +0\.00 % +0 +0 +0$/m);
  assert.match(said, /^Exceptions: \d$/m);
});

test('planted faults are found with their places', () => {
  const faults: readonly (readonly [string, string, RegExp])[] = [
    ['engine/log/wide.ts', `// ${'x'.repeat(158)}\n`, /engine\/log\/wide\.ts:1: 161 columns; 160 is the limit/],
    ['engine/log/long.ts', 'export {};\n'.repeat(601), /engine\/log\/long\.ts: 601 lines; 600 is the limit/],
    [
      'engine/log/nested.ts',
      'export const sign = (n: number): number => (n > 0 ? 1 : n < 0 ? -1 : 0);\n',
      /engine\/log\/nested\.ts:1:\d+: .*no-nested-ternary/,
    ],
    [
      'engine/log/seven.ts',
      'export const f = (a: 1, b: 1, c: 1, d: 1, e: 1, g: 1, h: 1): unknown[] => [a, b, c, d, e, g, h];\n',
      /engine\/log\/seven\.ts:1:\d+: .*max-params/,
    ],
    ['engine/log/laid.ts', 'export const a = {b:1}\n', /Not laid out[\s\S]*engine\/log\/laid\.ts/],
    [
      'engine/log/later.ts',
      "export { Desk } from '../desk/index.ts';\n",
      /engine\/log\/later\.ts: log comes before desk; it may not import it/,
    ],
    [
      'engine/view/inner.ts',
      "export { FlowTable } from '../flow/table.ts';\n",
      /engine\/view\/inner\.ts: import the face of flow/,
    ],
    ['web/speaks.ts', "console.log('x');\n", /web\/speaks\.ts: only cli\/terminal\.ts and web\/terminal\.ts may write/],
    [
      'engine/log/dead.ts',
      '// See docs/nowhere.md.\n',
      /engine\/log\/dead\.ts:1: there is no document docs\/nowhere\.md/,
    ],
    [
      'engine/log/head.ts',
      '// See docs/detection.md#nowhere, and docs/detection.md, section 99.\n',
      /head\.ts:1: docs\/detection\.md has no heading #nowhere[\s\S]*head\.ts:1: docs\/detection\.md has no section 99/,
    ],
    [
      'ARCHITECTURE.md',
      '\nAs `engine/nowhere.ts` and `nowhere.ts` say.\n![seen](docs/nowhere.png)\n',
      /no file engine\/nowhere\.ts[\s\S]*no file nowhere\.ts[\s\S]*no file docs\/nowhere\.png/,
    ],
    [
      'engine/log/env.ts',
      "export const asked = process.env['SIGHTLINE_NOWHERE'];\n",
      /engine\/log\/env\.ts: SIGHTLINE_NOWHERE is not in CONTRIBUTING\.md's table/,
    ],
    [
      'engine/log/excused.ts',
      '// oxlint-disable-next-line no-nested-ternary\nexport const sign = (n: number): number => (n > 0 ? 1 : n < 0 ? -1 : 0);\n',
      /engine\/log\/excused\.ts:1: an exception without ' -- reason'/,
    ],
  ];
  for (const [path, text] of faults) plant(path, text);
  const table = join(folder, 'CONTRIBUTING.md');
  writeFileSync(
    table,
    readFileSync(table, 'utf8').replace('| `NO_COLOR` |', '| `SIGHTLINE_UNREAD` | x | y |\n| `NO_COLOR` |'),
  );
  const { status, said } = lint();
  assert.equal(status, 1);
  for (const [path, , expected] of faults) assert.match(said, expected, path);
  assert.match(said, /CONTRIBUTING\.md: nothing reads SIGHTLINE_UNREAD/);
});
