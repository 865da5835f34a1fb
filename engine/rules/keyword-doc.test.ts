// The list of keywords in docs/rules.md is that of the tables (`npm run docs:keywords` writes it).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { keywordDoc } from './keyword-doc.ts';
import { KEYWORDS } from './read-rule.ts';

test('every keyword stands in the list, and the list in docs/rules.md', () => {
  const doc = keywordDoc();
  for (const name of Object.keys(KEYWORDS)) assert.ok(doc.includes(`\`${name}\``), name);
  const text = readFileSync(fileURLToPath(new URL('../../docs/rules.md', import.meta.url)), 'utf8');
  assert.ok(text.includes(`<!-- keywords -->\n${doc}\n<!-- /keywords -->`), 'npm run docs:keywords writes it');
});
