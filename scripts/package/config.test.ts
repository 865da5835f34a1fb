// The configuration of the packages, checked without making one: electron-builder's own schema, fuses, what goes in.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { ROOT } from '../node24.mjs';
import { configuration, FUSES, MIME } from './config.ts';
import { engineParts } from './contents.ts';

const config = configuration({
  stage: { app: '/stage/app', engine: '/stage/engine' },
  output: '/output',
  runtime: '/runtime',
});

test('the configuration is one by electron-builder’s own schema, and what is none is refused', () => {
  const schema = JSON.parse(readFileSync(join(ROOT, 'node_modules/app-builder-lib/scheme.json'), 'utf8')) as object;
  const valid = new Ajv({ strict: false }).compile(schema);
  // The schema is of what a file can hold: a function is a hook's name there.
  const told = { ...config, afterPack: 'hook.js' };
  assert.ok(valid(told), JSON.stringify(valid.errors));
  assert.ok(!valid({ ...told, win: { target: 7 } }));
  assert.ok(!valid({ ...told, nonsense: true }));
});

test('every target is there for both processors', () => {
  const targets = [config.linux, config.win, config.mac].flatMap((system) =>
    (system!.target as { target: string; arch: string[] }[]).map((t) => `${t.target} ${t.arch.join(' ')}`),
  );
  const wanted = ['deb', 'rpm', 'AppImage', 'tar.gz', 'nsis', 'portable', 'dmg', 'zip'].map((t) => `${t} x64 arm64`);
  assert.deepEqual(targets, wanted);
});

test('fuses: no Node in the executable, nothing but the archive', () => {
  assert.equal(config.electronFuses, FUSES);
  assert.deepEqual(FUSES, {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  });
  assert.equal(config.disableAsarIntegrity, false);
  assert.equal(config.publish, null);
});

test('files that the configuration names are there', () => {
  const { win, mac, nsis, linux } = config;
  for (const path of [win!.icon, mac!.icon, mac!.entitlements, nsis!.include, nsis!.license, linux!.icon])
    assert.ok(existsSync(path as string), String(path));
});

test('associations: both formats, and their compressed forms where a system knows two endings', () => {
  const mime = readFileSync(join(ROOT, 'packaging/linux/sightline.xml'), 'utf8');
  for (const type of MIME) assert.ok(mime.includes(`type="${type}"`), type);
  for (const format of ['pcap', 'pcapng'])
    for (const packed of ['', '.gz', '.zst', '.lz4', '.bz2', '.xz'])
      assert.ok(mime.includes(`<glob pattern="*.${format}${packed}"/>`), format + packed);
});

test('what is packed beside the archive is by the list: no sources, captures, tests or development packages', (t) => {
  if (!existsSync(join(ROOT, 'dist', 'app'))) return t.skip('nothing is built');
  const paths = engineParts().map((part) => part.to);
  const odd = paths.filter((path) => /\.(?:ts|tsx|mts|cpp|pcap|map)$|\.test\./.test(path));
  assert.deepEqual(odd, []);
  assert.deepEqual(
    paths.filter((path) => path.endsWith('.pcapng')),
    ['assets/sample.pcapng'],
  );
  for (const path of [
    'dist/cli/entry.js',
    'dist/web/main.js',
    'dist/electron/host.js',
    'dist/engine/dissect/child.js',
    'dist/kernel/ingest.wasm',
    'models/default.json',
    'assets/records.schema.json',
    'assets/api.schema.json',
    'node_modules/@goodtools/wiregasm/dist/wiregasm.wasm',
    'node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm',
  ])
    assert.ok(paths.includes(path), path);
  const development = Object.keys(
    (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { devDependencies: object }).devDependencies,
  );
  const packed = paths.filter((path) => development.some((name) => path.startsWith(`node_modules/${name}/`)));
  assert.deepEqual(packed, []);
});
