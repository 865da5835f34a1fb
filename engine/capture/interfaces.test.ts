// Rates of interfaces come from counters of the system; where it counts nothing, none is told.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { InterfaceWatch } from './interfaces.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-interfaces-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const SKIP = process.platform === 'win32' && 'a script of the shell stands in for the helper';

test(
  'an interface has a rate once it was counted twice, and `any`, which nobody counts, has none',
  { skip: SKIP },
  async () => {
    const card = (name: string): string =>
      JSON.stringify({ type: 'interface', name, description: '', addresses: [], up: true, running: true });
    const counted = (n: number): string => JSON.stringify({ type: 'counters', bytes: { eth0: n, any: 0 } });
    const lines = [card('eth0'), card('any'), '{"type":"permission","ok":true}', '{"type":"end"}'];
    const helper = join(folder, 'helper');
    const say = (line: string): string => `echo '${line}'\n`;
    const script = [...lines, counted(1_000)].map(say).join('') + `sleep 0.05\n${say(counted(9_000))}read end\n`;
    writeFileSync(helper, `#!/bin/sh\n${script}`);
    chmodSync(helper, 0o755);
    const watch = new InterfaceWatch(helper);
    try {
      const rates = async (): Promise<Record<string, number | null>> =>
        Object.fromEntries((await watch.readiness()).interfaces.map(({ name, rate }) => [name, rate]));
      let now = await rates();
      for (let tries = 0; now['eth0'] === null && tries < 200; tries++) {
        await new Promise((resolve) => {
          setTimeout(resolve, 25);
        });
        now = await rates();
      }
      assert.ok(now['eth0']! > 0);
      assert.equal(now['any'], null);
    } finally {
      watch.close();
    }
  },
);
