// Licences of what the product is given on with: each is in the list or answered, and its text is in the notices.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { licenceOf, licenceProblems } from './licences.ts';
import { NOTICES, noticesText, shipped } from './notices.ts';
import { bundled, loaded, production } from './packages.ts';

test('every package that a user gets is under a licence of the list, or answered', () => {
  assert.ok(production().length > 100);
  assert.deepEqual(licenceProblems(), []);
});

test('a licence that is not in the list, none, and another than was answered are problems', () => {
  const p = { path: 'node_modules/x', name: 'x', version: '1.0.0' };
  const wrong = (licence: string | null, name = 'x'): number => licenceProblems([{ ...p, name, licence }]).length;
  assert.deepEqual(
    ['MIT', 'MIT OR GPL-3.0', '(Apache-2.0 AND MIT)'].map((licence) => wrong(licence)),
    [0, 0, 0],
  );
  assert.deepEqual(
    ['GPL-3.0', 'MIT AND GPL-3.0', 'UNLICENSED', null].map((licence) => wrong(licence)),
    [1, 1, 1, 1],
  );
  assert.equal(wrong('MIT', '@goodtools/wiregasm'), 1);
});

test('the notices are those of the installed packages', () => {
  const written = readFileSync(NOTICES, 'utf8');
  for (const p of shipped()) assert.ok(written.includes(`${p.name} ${p.version} (${licenceOf(p)})`), p.path);
  // The text of the pinned Node is that of the machine that they were written on.
  if (process.platform === 'linux' && process.arch === 'x64')
    assert.equal(written, noticesText(), 'run npm run docs:notices');
});

test('what the window bundles and what is loaded are found', () => {
  const names = bundled().map((p) => p.name);
  for (const name of ['react', 'react-dom', 'zustand', 'uplot', '@fontsource-variable/inter'])
    assert.ok(names.includes(name), name);
  const run = loaded().map((p) => p.name);
  for (const name of ['@goodtools/wiregasm', 'onnxruntime-web', 'fastify', 'pg']) assert.ok(run.includes(name), name);
  assert.ok(!run.includes('electron') && !run.includes('typescript'));
});
