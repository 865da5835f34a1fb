// Indicators that never hit, by a person's own hand: written so that lists are read as they were meant.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { AllowedIndicator } from '../../contract/index.ts';
import { loadIndicatorsNow } from '../indicators/index.ts';
import { OwnAllowed } from './own-allowed.ts';

const home = mkdtempSync(join(tmpdir(), 'sightline-allowed-'));
after(() => rmSync(home, { recursive: true, force: true }));

const VALUES: readonly AllowedIndicator[] = [
  { kind: 'address', value: '192.0.2.7' },
  { kind: 'address', value: '2001:db8::7' },
  { kind: 'network', value: '198.51.100.0/24' },
  { kind: 'port-pair', value: '192.0.2.8:443' },
  { kind: 'domain', value: 'one.example' },
  { kind: 'url', value: 'one.example/a,b;c?d=1' },
  { kind: 'certificate', value: 'a1'.repeat(20) },
  { kind: 'certificate', value: 'a2'.repeat(32) },
  { kind: 'serial', value: '0a1b2c3d4e5f' },
  { kind: 'ja3', value: 'b1'.repeat(16) },
  { kind: 'ja3s', value: 'b2'.repeat(16) },
  { kind: 'ja4', value: 't13d1516h2_8daaf6152771_b186095e22b6' },
  { kind: 'hassh', value: 'b3'.repeat(16) },
  { kind: 'file', value: 'c1'.repeat(32) },
];

test('each kind is read back, and by the reader of lists as an entry that never hits', () => {
  const own = new OwnAllowed(join(home, 'a'));
  for (const value of VALUES) own.set(value, true);
  assert.deepEqual(own.values(), VALUES);
  const list = join(home, 'all.txt');
  writeFileSync(list, readFileSync(own.path));
  const set = loadIndicatorsNow([list], { allow: [own.path] });
  assert.deepEqual([set.refusedCount, set.entries, set.allowed], [0, VALUES.length, VALUES.length]);
});

test('a value is taken away, and what others wrote stays', () => {
  const own = new OwnAllowed(join(home, 'b'));
  mkdirSync(join(home, 'b', 'rules'), { recursive: true });
  writeFileSync(own.path, '# by hand\n192.0.2.1\n');
  const value = { kind: 'domain', value: 'one.example' } as const;
  assert.equal(own.set(value, true), 3);
  assert.equal(own.set(value, true), 3);
  assert.equal(own.set(value, false), 0);
  assert.equal(readFileSync(own.path, 'utf8'), '# by hand\n192.0.2.1\n');
});
