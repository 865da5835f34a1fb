// The SBOM names everything that a user gets, and nothing of the work on it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../node24.mjs';
import { bundled, production } from './packages.ts';
import { bom } from './sbom.ts';

test('every package that runs or is bundled is in the SBOM once, with version, licence and address', () => {
  const made = bom();
  assert.equal(made.bomFormat, 'CycloneDX');
  assert.equal(made.metadata.component.name, 'sightline');
  const refs = made.components.map((c) => `${c.name}@${c.version}`);
  const counted = new Set(refs);
  assert.equal(counted.size, refs.length);
  const missing = [...production(), ...bundled()]
    .map((p) => `${p.name}@${p.version}`)
    .filter((ref) => !counted.has(ref));
  assert.deepEqual(missing, []);
  assert.ok(refs.some((ref) => ref.startsWith('electron@')));
  for (const c of made.components) assert.match(c.purl, /^pkg:npm\/.+@\d/, c.name);
  const known = new Set([...made.components, made.metadata.component].map((c) => c['bom-ref']));
  for (const { ref, dependsOn } of made.dependencies)
    for (const name of [ref, ...(dependsOn ?? [])]) assert.ok(known.has(name), name);
});

test('tools of development are not in it', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const names = new Set(bom().components.map((c) => c.name));
  const shipped = new Set(['electron', ...[...production(), ...bundled()].map((p) => p.name)]);
  assert.deepEqual(
    Object.keys(devDependencies).filter((name) => names.has(name) && !shipped.has(name)),
    [],
  );
});
