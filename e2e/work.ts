// The capture that has something of each kind to work on, opened in a window, with the keys that decrypt it.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type AppOptions, ROOT } from './harness.ts';

export interface Work {
  readonly app: App;
  /** A key log of TLS. */
  readonly keys: string;
  readonly close: () => Promise<void>;
}

/** @param open how windows are opened: in tests by their fixture, which closes them */
export async function openWork(open: (o: AppOptions) => Promise<App> = App.open): Promise<Work> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-e2e-work-'));
  const path = join(folder, 'work.pcap');
  execFileSync(process.execPath, [join(ROOT, 'bench', 'work-capture.ts'), path]);
  const keys = readFileSync(`${path}.keys`, 'utf8');
  const app = await open({ args: [path] });
  await app.settled();
  await app.page.locator('.grid').press('Home');
  return {
    app,
    keys,
    close: async () => {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
