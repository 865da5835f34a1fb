// `main.ts` itself, which alone imports Electron: the built main process in the stand-in runtime.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const RUN = fileURLToPath(new URL('testing/run-main.ts', import.meta.url));
/** ms; the stand-in gives up after 30 s of each wait and says for what. */
const LONGEST = 120_000;

test('the built main process starts, shows the sample in a window, notifies, and ends by SIGTERM', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-main-'));
  try {
    const env = { ...process.env, SIGHTLINE_CACHE: join(folder, 'c'), SIGHTLINE_DATA_HOME: join(folder, 'd') };
    const done = spawnSync(process.execPath, [RUN, '--sample'], {
      encoding: 'utf8',
      env,
      timeout: LONGEST,
      // The main process takes SIGTERM for somebody at a terminal.
      killSignal: 'SIGKILL',
    });
    assert.equal(done.status, 0, done.stderr);
    const said = JSON.parse(done.stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;
    assert.deepEqual(said, {
      opened: ['sample.pcapng', 1066],
      page: true,
      notified: true,
      told: [{ title: 'Alert', body: 'text' }],
      about: ['7'],
      menu: said['menu'],
      switches: ['disable-features=SpareRendererForSitePerProcess'],
      host: ['dist/electron/host.js', 'Sightline engine', [], false],
      sandboxed: true,
      asked: 0,
    });
    assert.ok((said['menu'] as string[]).includes('捕获'), `in the system's language: ${String(said['menu'])}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
