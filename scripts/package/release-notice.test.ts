// The notice that the release workflow signs is one that the product believes.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { VERSION } from './config.ts';
import { releaseNotice } from './release-notice.ts';
import { PROGRAM } from '../../engine/testing/program.ts';

test('what is signed here is read by `sightline release`, and not with another key', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-notice-'));
  try {
    for (const name of ['sightline_amd64.deb', 'sightline-arm64.dmg', 'SHA256SUMS'])
      writeFileSync(join(folder, name), 'x');
    const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const today = new Date().toISOString().slice(0, 10);
    const { text, signature } = releaseNotice(folder, 'https://example.org/release', privateKey, today);
    const { files } = JSON.parse(text) as { files: { name: string; system: string; arch: string }[] };
    assert.deepEqual(
      files.map((f) => [f.name, f.system, f.arch]),
      [
        ['sightline-arm64.dmg', 'darwin', 'arm64'],
        ['sightline_amd64.deb', 'linux', 'x64'],
      ],
    );
    const notice = join(folder, 'latest.json');
    const key = join(folder, 'key.pem');
    writeFileSync(notice, text);
    writeFileSync(`${notice}.sig`, signature);
    writeFileSync(key, publicKey);
    const asked = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
      spawnSync(process.execPath, [PROGRAM, 'release', ...args], { encoding: 'utf8' });
    const good = asked('--from', notice, '--key', key);
    assert.match(
      good.stdout,
      new RegExp(`^Sightline ${VERSION.replaceAll('.', '\\.')} is the newest release \\(${today}\\)`),
    );
    assert.equal(good.status, 0);
    writeFileSync(key, generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }));
    const bad = asked('--from', notice, '--key', key, '--json');
    assert.equal(bad.status, 2);
    assert.match((JSON.parse(bad.stdout) as { said: string }).said, /not signed with our key/);
    // A build that was given nothing asks nobody.
    assert.match(asked().stderr, /nothing was asked/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
