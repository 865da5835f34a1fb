import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ruleTable } from './document.ts';

test('docs/evidence.md has the table of rules as the code writes it', () => {
  const text = readFileSync(new URL('../../docs/evidence.md', import.meta.url), 'utf8');
  assert.ok(text.includes(`<!-- rules -->\n${ruleTable()}\n<!-- /rules -->`), 'npm run docs:rules writes it');
});
