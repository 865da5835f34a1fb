// What a test of the window that fails leaves behind, and that each failure is counted and said: the repository's own
// configuration and fixtures with tests that are made up here, in a folder of their own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { unzipSync } from 'fflate';
import { NO_BROWSER } from '../e2e/chromium.ts';
import { ROOT } from './node24.mjs';
import { windowTests } from './test-commands.mjs';

const home = mkdtempSync(join(tmpdir(), 'sightline-failing-'));
after(() => rmSync(home, { recursive: true, force: true }));

const FIXTURES = JSON.stringify(join(ROOT, 'e2e', 'fixtures.ts'));
const FILES = {
  'package.json': '{ "type": "module" }',
  'playwright.config.ts': `
    import own from ${JSON.stringify(join(ROOT, 'playwright.config.ts'))};
    const reporter = ${JSON.stringify(join(ROOT, 'scripts', 'playwright-reporter.mjs'))};
    export default { ...own, testDir: ${JSON.stringify(home)}, reporter };
  `,
  'one.test.ts': `
    import { describe, test, windowOf } from ${FIXTURES};
    test.use(windowOf({}));
    describe('one after another', () => {
      test('a window that is there', async ({ page }) => {
        await page.locator('.start').waitFor();
      });
      test('a window that is not there', async ({ page }) => {
        await page.locator('.nothing').waitFor({ timeout: 200 });
      });
      test('what comes after it', () => {});
    });
  `,
  'two.test.ts': `
    import { describe, test, windowOf } from ${FIXTURES};
    test.use(windowOf({}));
    describe('a server that is gone', () => {
      test('it ends by itself', async ({ page, server }) => {
        await page.locator('.start').waitFor();
        process.kill(server.pid, 'SIGKILL');
        while (server.isRunning) await page.waitForTimeout(20);
      });
    });
  `,
};

test('a failure is counted and said, and leaves trace and screenshot', { skip: NO_BROWSER }, () => {
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(home, name), text);
  const args = [...windowTests([]), '--config', join(home, 'playwright.config.ts')];
  const done = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  assert.equal(done.status, 1, done.stdout + done.stderr);
  assert.match(done.stdout, /^ok {4}a window that is there \(\d+ ms\)$/m);
  assert.match(done.stdout, /^FAIL {2}a window that is not there {2}.*one\.test\.ts:8\n.*Timeout 200ms exceeded/m);
  assert.match(done.stdout, /^skip {2}what comes after it: one before it has failed$/m);
  assert.match(done.stdout, /^ok {4}it ends by itself/m);
  assert.match(done.stdout, /^FAIL {2}outside of a test .*\n.*the server ended by itself: it was ended by SIGKILL/m);
  assert.match(done.stdout, /^#counts 2 2 1$/m);
  assert.equal([...done.stdout.matchAll(/^#failed (.*)$/gm)].length, 2);
  assert.deepEqual([...done.stdout.matchAll(/^#time \d+ .*?(\w+\.test\.ts)$/gm)].map((m) => m[1]).toSorted(), [
    'one.test.ts',
    'two.test.ts',
  ]);
  const left = (name: string): Buffer =>
    readFileSync(join(ROOT, new RegExp(`^${name}: (.*)$`, 'm').exec(done.stdout)![1]!));
  assert.equal(left('screenshot').subarray(1, 4).toString(), 'PNG');
  const trace = Object.entries(unzipSync(left('trace')))
    .filter(([name]) => name.endsWith('.trace'))
    .map(([, bytes]) => Buffer.from(bytes).toString());
  assert.match(trace.join('\n'), /"method":"waitFor[^]*\.nothing/);
});
