// The threat model fits the sources: each row's text stands in its file once, its test is there, and the document has
// the rows. Whether tests fail without is the campaign's (`npm run campaign:mitigations`).
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { BOUNDARIES, DOCUMENT, problems } from './model.ts';
import { writeResults } from './results.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const home = mkdtempSync(join(tmpdir(), 'sightline-threats-'));
after(() => rmSync(home, { recursive: true, force: true }));

test('every row of the threat model fits the sources, the tests and the document', () => {
  assert.deepEqual(problems(ROOT), []);
});

test('a row that does not fit is named: a source that changed, a test that went, a document without it', () => {
  const rows = BOUNDARIES.flatMap((b) => b.rows);
  const copied = new Set([DOCUMENT, ...rows.flatMap((r) => [r.attack.test[0], ...r.changes.map((c) => c.file)])]);
  for (const file of copied) {
    mkdirSync(dirname(join(home, file)), { recursive: true });
    cpSync(join(ROOT, file), join(home, file));
  }
  const change = (file: string, from: string, to: string): void => {
    const text = readFileSync(join(home, file), 'utf8');
    assert.ok(text.includes(from), file);
    writeFileSync(join(home, file), text.replace(from, to));
  };
  assert.deepEqual(problems(home), []);
  const [first] = BOUNDARIES[0]!.rows;
  change(first!.changes[0]!.file, first!.changes[0]!.text, '');
  const other = BOUNDARIES[1]!.rows[0]!;
  change(other.attack.test[0], other.attack.test[1], 'another name');
  change(DOCUMENT, '| SRC-01 |', '| SRC-99 |');
  const said = problems(home).join('\n');
  assert.match(said, new RegExp(`${first!.id}: .* 0 times`));
  assert.match(said, new RegExp(`${other.id}: .* has no test`));
  assert.match(said, /does not have SRC-01\n.* has SRC-99, which is no row\n.* is not as its rows are/);
});

test('results of one run stand beside those of others, by row', () => {
  mkdirSync(join(home, 'docs'), { recursive: true });
  const page = (): string => readFileSync(join(home, 'docs', 'threat-campaign.md'), 'utf8');
  writeResults(home, [{ id: 'SRC-01', isHeld: true, seconds: 1.25, date: '2026-11-27' }]);
  writeResults(home, [{ id: 'SRC-02', isHeld: false, seconds: 2, date: '2026-11-28' }]);
  assert.match(page(), /^\| SRC-01 \| .* \| held \| 1\.[23] \| 2026-11-27 \|$/m);
  assert.match(page(), /^\| SRC-02 \| .* \| NOT HELD \| 2\.0 \| 2026-11-28 \|$/m);
  assert.match(page(), /^\| SRC-03 \| .* \| not tried \|/m);
  assert.match(page(), /^1 of \d+ held, 1 not held, \d+ not tried\.$/m);
});
