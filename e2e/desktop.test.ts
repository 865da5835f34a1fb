// The desktop window itself, where Electron's runtime is installed (npm start offers it); skipped by name where it is
// not.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from 'playwright';
import { test } from './fixtures.ts';
import { ROOT } from './harness.ts';

function runtime(): string | null {
  try {
    const folder = join(createRequire(import.meta.url).resolve('electron/package.json'), '..');
    const path = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim());
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

const executablePath = runtime();

test.skip(executablePath === null, 'Electron’s runtime is not installed');
const isLinux = process.platform === 'linux';
test.skip(isLinux && process.getuid?.() === 0, 'Electron’s sandbox does not start for root');
test.skip(isLinux && (process.env['DISPLAY'] ?? '') === '', 'there is no display: xvfb-run gives one');

test('the desktop window opens the sample and shows a malicious incident', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-desktop-'));
  const app = await _electron.launch({
    executablePath: executablePath!,
    args: [join(ROOT, 'dist', 'electron', 'main.js'), '--sample'],
    env: {
      ...process.env,
      SIGHTLINE_CACHE: join(folder, 'cache'),
      SIGHTLINE_DATA_HOME: join(folder, 'data'),
    } as Record<string, string>,
  });
  const page = await app.firstWindow();
  await page.locator('.status-button.malicious', { hasText: '1 malicious' }).waitFor();
  assert.equal(await page.evaluate(() => typeof (globalThis as unknown as { require?: unknown }).require), 'undefined');
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});
