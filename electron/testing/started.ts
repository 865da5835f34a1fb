// The shell started in the stand-in runtime, over a folder of the test, with the real host.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Desktop } from '../desktop.ts';
import type { Electron } from '../shell.ts';
import { Runtime } from './stand-in.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The product's folder with a page of the test's and everything else as it is, and the user's folders. */
export class Place {
  readonly folder = mkdtempSync(join(tmpdir(), 'sightline-desktop-'));
  readonly root = join(this.folder, 'product');
  readonly env: NodeJS.ProcessEnv = {
    ...process.env,
    SIGHTLINE_CACHE: join(this.folder, 'cache'),
    SIGHTLINE_DATA_HOME: join(this.folder, 'data'),
  };
  private readonly runtimes: Runtime[] = [];

  constructor() {
    mkdirSync(join(this.root, 'dist', 'renderer'), { recursive: true });
    writeFileSync(join(this.root, 'dist', 'renderer', 'index.html'), '<!doctype html>');
    writeFileSync(join(this.root, 'secret.html'), 'secret');
    for (const name of ['models', 'assets', 'electron', 'kernel', 'engine', 'contract'])
      symlinkSync(join(ROOT, name), join(this.root, name));
    symlinkSync(join(ROOT, 'dist', 'native'), join(this.root, 'dist', 'native'));
  }

  async start(argv: readonly string[] = [], prepare: (runtime: Runtime) => void = () => undefined): Promise<Runtime> {
    const runtime = new Runtime(this.root, this.env);
    this.runtimes.push(runtime);
    prepare(runtime);
    const desktop = new Desktop(runtime.electron as Electron, {
      root: this.root,
      engine: this.root,
      argv,
      platform: 'linux',
      language: () => 'en',
    });
    await desktop.start();
    return runtime;
  }

  end(): void {
    for (const { hosts, windows } of this.runtimes) {
      for (const host of hosts) {
        // Nothing of it is started again.
        host.removeAllListeners('exit');
        host.child.kill('SIGKILL');
      }
      for (const { port } of windows) port?.close();
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
