// What users expect of any tool of the kind, as the review lists it.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from './must.ts';
import { flowsOf, hosts, incidents } from './peer-rows.ts';
import { rowsOf, type Trial } from './trial.ts';

const any = rowsOf('peers', 'any');

export const ANY_ROWS: readonly Trial[] = [
  any('incidents, timeline of a host', 'sample', {
    'alerts of one host and peer are one incident': async (k) => {
      await incidents(k);
      const rows = await k.page.locator('.incidents .grid-row:not([hidden])').count();
      must(rows === 2, `${rows} rows for 218 flows that are not benign`);
    },
    'a host has its flows over time, and a time leads to its flows': async (k) => {
      await hosts(k);
      await k.page.locator('.host-time').focus();
      await k.page.keyboard.press('Enter');
      await k.page.locator('.filter-status', { hasText: /\d+ of 257 flows/ }).waitFor();
      await k.app.filter('');
    },
  }),
  any('report (PDF, HTML, MISP, STIX)', 'sample', {
    'HTML, whole in itself': async (k) => {
      await incidents(k);
      const before = new Set(k.saved());
      await k.page.keyboard.press('r');
      await k.page.locator('.toast', { hasText: /report of \d incidents? is saved/ }).waitFor();
      const name = k.saved().find((n) => n.endsWith('.html') && !before.has(n));
      must(name !== undefined, 'no page is there');
      const html = readFileSync(name!, 'utf8');
      const hash = spawnSync('sha256sum', [k.capture], { encoding: 'utf8' }).stdout.slice(0, 64);
      must(
        html.includes('<svg') && html.includes(hash) && !/<script|src="http/.test(html),
        'pictures or the hash of the capture lack',
      );
      const looked = await k.page.context().newPage();
      await looked.setContent(html);
      const pdf = await looked.pdf({ format: 'A4' });
      await looked.close();
      must(pdf.subarray(0, 5).toString() === '%PDF-' && pdf.length > 10_000, 'it does not print to a PDF');
    },
    'MISP and STIX': (k) => {
      const told = k
        .cli('score', '--json', k.capture)
        .stdout.split('\n')
        .filter((l) => l.includes('"type":"incident"'));
      for (const form of ['stix', 'misp'] as const) {
        const to = join(k.folder, `incidents.${form}.json`);
        const run = k.cli('report', k.capture, '--to', to, '--as', form);
        must(existsSync(to), `${form}: ${run.stderr.slice(0, 200)}`);
        const text = readFileSync(to, 'utf8');
        JSON.parse(text);
        must(/indicator|Attribute/.test(text), `${form} has neither indicator nor attribute`);
      }
      const bundle = JSON.parse(readFileSync(join(k.folder, 'incidents.stix.json'), 'utf8')) as {
        readonly type: string;
        readonly objects: readonly { readonly type: string; readonly spec_version: string }[];
      };
      must(bundle.type === 'bundle' && bundle.objects.every((o) => o.spec_version === '2.1'), 'no bundle of STIX 2.1');
      const notes = bundle.objects.filter((o) => o.type === 'incident' || o.type === 'indicator').length;
      must(notes >= 1, 'no incident or indicator');
      return Promise.resolve(`${bundle.objects.length} objects of STIX, ${told.length} incidents by score`);
    },
  }),
  any('fingerprints seen elsewhere in the capture', 'sample', {
    'a flow says in how many flows its fingerprint is, and shows them': async (k) => {
      await k.page.keyboard.press('2');
      await k.count('flow.id == 496');
      await k.page.locator('.flows .grid').press('Home');
      await k.page.locator('.inspect-why h2', { hasText: '496' }).waitFor();
      const said = k.page
        .locator('.inspector, .split')
        .getByText(/Client fingerprint seen in \d+ flows/)
        .first();
      await said.waitFor();
      const number = /seen in (\d+)/.exec(await said.innerText())![1]!;
      const ja4 = flowsOf(k).find((f) => f['id'] === 496)!['ja4'];
      const wanted = flowsOf(k).filter((f) => f['ja4'] === ja4).length;
      must(Number(number) === wanted, `it says ${number} flows, the command line has ${wanted}`);
      await said
        .locator('xpath=ancestor-or-self::*[.//button][1]')
        .locator('button', { hasText: 'show' })
        .first()
        .click();
      await k.page.locator('.filter-status', { hasText: new RegExp(`^${number} of`) }).waitFor();
      return `${number} flows, as the command line`;
    },
  }),
];
