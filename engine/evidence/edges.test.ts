// Every rule has an edge in some test: captures that raise it, and such that just do not. Read from the tests' sources,
// where the name of the rule stands in the call of `edge`, or of a function of edges named edgesOf….
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { RULE_TABLE } from './rules.ts';

const ENGINE = fileURLToPath(new URL('..', import.meta.url));
const CALL = /\bedge(?:sOf[A-Z]\w*)?\(\s*'([a-z0-9-]+)'/g;

test('every rule is raised by a capture of a test, and held back by one just beside it', () => {
  const files = globSync('**/*.test.ts', { cwd: ENGINE });
  const tested = files.flatMap((f) => [...readFileSync(`${ENGINE}/${f}`, 'utf8').matchAll(CALL)].map((m) => m[1]!));
  assert.ok(tested.length >= RULE_TABLE.length, `${tested.length} edges`);
  const untested = RULE_TABLE.filter((rule) => !tested.includes(rule.name)).map((rule) => rule.name);
  assert.deepEqual(untested, []);
});
