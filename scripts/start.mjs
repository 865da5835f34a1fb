// `npm start [-- FILE | OPTIONS]` (contract/start-options.ts): installs and builds what is missing, then opens the
// window: on the desktop where Electron's runtime is there, else served on loopback in the browser.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { handOver, ROOT } from './node24.mjs';
import { build, buildHelper, buildPages, buildWindow, install } from './setup.mjs';
import { startCall } from './start-call.mjs';

install();
const call = startCall('start', process.argv.slice(2));
build();
buildWindow();
buildPages();
buildHelper();

/** Electron's executable, or null when only the package is there and not its runtime. */
function desktopRuntime() {
  try {
    const folder = join(createRequire(import.meta.url).resolve('electron/package.json'), '..');
    const path = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim());
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

async function runtimeWanted() {
  const found = desktopRuntime();
  if (found !== null || !process.stdin.isTTY || process.env.CI) return found;
  const ask = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await ask.question(
    'The desktop runtime (Electron, about 110 MB) is not installed. Download it now? [y/N] ',
  );
  ask.close();
  if (!/^y/i.test(answer)) return null;
  spawnSync(process.execPath, [join(ROOT, 'node_modules', 'electron', 'install.js')], {
    stdio: 'inherit',
    timeout: 600_000,
  });
  return desktopRuntime();
}

const browser = call.browser || call.noBrowser || call.port !== null;
const runtime = browser ? null : await runtimeWanted();
if (runtime === null) {
  if (!browser)
    console.error(
      'The desktop runtime (Electron) is not installed here, so the same window is served to your browser.',
    );
  handOver(['dist/web/main.js', ...call.words]);
} else {
  const child = spawn(runtime, [join(ROOT, 'dist', 'electron', 'main.js'), ...call.words], { stdio: 'inherit' });
  child.on('exit', (code) => process.exit(code ?? 0));
}
