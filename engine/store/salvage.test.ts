// A store that was cut: what lies in the pages that are left is taken over.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Store } from './store.ts';

const PAGE = 4096;

test('a store that is cut anywhere behind its first labels keeps them, also where it ends before a table begins', async () => {
  const home = mkdtempSync(join(tmpdir(), 'sightline-cut-'));
  try {
    const whole = join(home, 'whole');
    const store = new Store(whole);
    for (let i = 0; i < 20; i++) await store.labelInTurns('c', [`flow ${i}`], 'malicious', () => Promise.resolve());
    store.close();
    const pages = statSync(join(whole, 'sightline.sqlite')).size / PAGE;
    // At least its own first page and that of the table of labels; the last one begins a table too.
    for (const left of [2, 7, pages - 1])
      for (const more of [0, 1_000]) {
        const folder = join(home, `${left} and ${more}`);
        cpSync(whole, folder, { recursive: true });
        truncateSync(join(folder, 'sightline.sqlite'), left * PAGE + more);
        const again = new Store(folder);
        assert.equal(again.labels('c').size, 20, `${left} of ${pages} pages and ${more} bytes`);
        // The first thousand bytes of a page that has no rows are as good as the whole.
        if (more === 0) assert.ok(again.notes.some(({ say }) => say.startsWith('store-salvaged')));
        again.close();
      }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
