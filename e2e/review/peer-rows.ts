// What users of Zui, Arkime, Sniffnet and EveBox expect, as the review lists it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kit } from './kit.ts';
import { command } from './list-rows.ts';
import { must } from './must.ts';
import { rowsOf, type Trial } from './trial.ts';

const zui = rowsOf('peers', 'Zui');
const arkime = rowsOf('peers', 'Arkime');
const sniffnet = rowsOf('peers', 'Sniffnet');
const evebox = rowsOf('peers', 'EveBox');
const any = rowsOf('peers', 'any');

async function incidents(k: Kit): Promise<void> {
  await k.page.keyboard.press('3');
  await k.page.locator('.alerts .grid:focus').waitFor();
  await k.page.locator('.alert-card .evidence-list').waitFor();
}

async function hosts(k: Kit): Promise<void> {
  await k.page.keyboard.press('6');
  await k.page.locator('.hosts-list .grid:focus').waitFor();
  await k.page.locator('.grid').press('Home');
  await k.page.locator('.host-card h2').waitFor();
}

/** A filter leaves one of the incidents; then it is taken away. @param then what is looked at while it holds */
async function oneIncident(k: Kit, filter: string, then?: () => Promise<void>): Promise<void> {
  const field = k.page.locator('#filter');
  await field.fill(filter);
  await k.page.locator('.filter-bar.valid').waitFor();
  await field.press('Enter');
  await k.page.locator('.filter-status', { hasText: '1 incident ·' }).waitFor();
  await then?.();
  await field.fill('');
  await field.press('Enter');
  await k.page.locator('.filter-status', { hasText: /^$/ }).waitFor({ state: 'attached' });
}

/** Runs an act on the selected incident that takes a text. */
async function write(k: Kit, key: string, text: string): Promise<void> {
  await incidents(k);
  await k.page.keyboard.press(key);
  await k.page.locator('dialog input').first().waitFor();
  await k.page.keyboard.type(text);
  await k.page.keyboard.press('Enter');
  await k.page.locator('dialog').waitFor({ state: 'detached' });
}

/** Gives a database of one's own to the settings, and has the host's card tell what it says. */
async function place(k: Kit, key: string, file: string, said: string): Promise<void> {
  await k.command('settings');
  const field = k.page.locator('.field-row', { hasText: key }).locator('input');
  await field.fill(join(k.folder, file));
  await field.press('Tab');
  await k.page.waitForTimeout(400);
  await k.anew();
  await hosts(k);
  await k.page.locator('.host-card', { hasText: said }).waitFor();
}

export const PEER_ROWS: readonly Trial[] = [
  zui('search history, saved queries', 'sample', {
    'earlier filters are offered': async (k) => {
      await k.count('tcp.port == 8443');
      const offered = await k.ofEmptyBar();
      must(
        offered.some((t) => t.includes('tcp.port == 8443')),
        'the empty bar offers fields and no filter of before',
      );
    },
    'a query is saved': (k) => command(k, 'save filter', 'no command saves a filter'),
  }),
  zui('tabs, several captures side by side', 'sample', {
    'a second capture opens beside the first': (k) => command(k, 'tab', 'no command opens a capture in a tab'),
  }),
  zui('group by, count() and other aggregates on flows', 'sample', {
    'flows are grouped and counted by a field of one’s choice': (k) =>
      command(k, 'group', 'no command groups flows; Statistics counts by fixed fields'),
  }),
  zui('from an alert to its packets', 'sample', {
    'the list has its packets, one is selected, and the panes show it': async (k) => {
      await incidents(k);
      await k.page.locator('.alert-card').first().locator('.link-button', { hasText: 'Packets of its' }).click();
      await k.page.locator('.filter-status', { hasText: / of 1,066/ }).waitFor();
      const row = k.page.locator('.packets .grid-row.selected');
      await row.waitFor();
      const no = await row.locator('.c-no').innerText();
      await k.page.locator('.pane-head h2', { hasText: `Packet ${no}` }).waitFor();
    },
    'the packet at which it was raised': async (k) => {
      await incidents(k);
      const link = k.page.locator('.alert-card .link-button', { hasText: /^Raised at packet/ }).first();
      const no = /[\d,]+/.exec(await link.innerText())![0];
      await link.click();
      await k.page.locator('.pane-head h2', { hasText: `Packet ${no}` }).waitFor();
    },
  }),
  arkime('sessions table with search', 'sample', {
    'flows are searched, sorted and opened': async (k) => {
      await k.page.keyboard.press('2');
      await k.page.locator('.flows .grid-row').first().waitFor();
      const found = await k.count('flow.app == TLS and flow.packets > 20');
      must(found > 0 && found < 257, `${found} of 257 flows`);
      await k.page.locator('.flows .grid').press('Home');
      await k.page.locator('.inspect-why .card-head').waitFor();
      await k.app.filter('');
    },
  }),
  arkime('hosts view, unique values with counts (SPI view)', 'sample', {
    'hosts with flows, names and services': async (k) => {
      await hosts(k);
      must((await k.page.locator('.hosts-list .grid-row:not([hidden])').count()) >= 6, 'fewer hosts than six');
      await k.page.locator('.host-table').first().waitFor();
    },
    'server names, with counts, lead to their packets': async (k) => {
      await k.statistics('TLS');
      const rows = await k.table();
      must(
        rows.some((r) => r.join(' ').includes('sample.test')),
        rows.map((r) => r.join(' ')).join('; '),
      );
    },
    'user agents and JA3 of the whole capture are listed with counts': async (k) => {
      await k.page.keyboard.press('5');
      const pages = await k.page.locator('.stats-nav button').allInnerTexts();
      for (const page of ['HTTP', 'TLS']) {
        await k.statistics(page);
        const heads = await k.page.locator('.stat-heads').innerText();
        if (/user agent|JA3/i.test(heads)) return;
      }
      must(
        pages.some((p) => /agent|fingerprint|values/i.test(p)),
        'fingerprints and agents are on the card of a host only; no list of the capture’s values with counts',
      );
    },
  }),
  arkime('connections graph', 'sample', {
    'who talks to whom is drawn': async (k) => {
      await k.statistics('Service map');
      must(
        (await k.page.locator('.stats svg circle, .stats svg path, .stats canvas').count()) > 0,
        'the service map is a table, nothing is drawn',
      );
    },
  }),
  arkime('geo, ASN, whois, reputation', 'sample', {
    'places from a database of one’s own': (k) => place(k, 'database of places', 'places.mmdb', 'Bern'),
    'networks from a database of one’s own': (k) => place(k, 'database of networks', 'networks.mmdb', '64500'),
    'whois and reputation': async (k) => {
      await hosts(k);
      const said = await k.page.locator('.host-card').innerText();
      must(/whois|reputation/i.test(said), 'nothing is asked of anybody about an address, by design; no list either');
    },
  }),
  arkime('tags', 'sample', {
    'free words on an incident, and a filter by them': async (k) => {
      await write(k, 't', 'night shift');
      await k.page.locator('.tags .chip', { hasText: 'night shift' }).waitFor();
      await oneIncident(k, 'incident.tag == "night shift"');
    },
    'free words on any flow': async (k) => {
      await k.page.keyboard.press('2');
      await k.page.locator('.flows .grid-row.selected').first().waitFor();
      await k.page.locator('.flows .grid').press('ContextMenu');
      const entries = await k.entries();
      await k.page.keyboard.press('Escape');
      must(
        entries.some((e) => /tag/i.test(e)),
        'the menu of a flow has labels (benign, malicious, unsure) and no tag',
      );
    },
  }),
  sniffnet('traffic by host, app, country; live chart with rates', 'sample', {
    'by host, with bytes in and out': async (k) => {
      await hosts(k);
      const heads = await k.page.locator('.hosts-list .heads').innerText();
      must(/Bytes in/.test(heads) && /Bytes out/.test(heads), heads.replaceAll('\n', ' '));
    },
    'by app': async (k) => {
      await k.statistics('Service map');
      const rows = await k.table();
      must(
        rows.some((r) => r.join(' ').includes('TLS')),
        rows
          .map((r) => r.join(' '))
          .slice(0, 3)
          .join('; '),
      );
    },
    'by country': async (k) => {
      await hosts(k);
      const heads = await k.page.locator('.hosts-list .heads').innerText();
      must(/Place/.test(heads), 'hosts have no column of places');
    },
    'a chart with rates and an axis': async (k) => {
      await k.statistics('I/O graphs');
      await k.page
        .locator('.u-legend', { hasText: /Bytes|Bits|Packets/i })
        .first()
        .waitFor();
      await k.page.locator('.u-axis').first().waitFor({ state: 'attached' });
    },
  }),
  sniffnet('notifications (system, sound, threshold)', 'sample', {
    'the desktop is told of incidents when asked for': async (k) => {
      await k.page.context().grantPermissions(['notifications']);
      await k.page.evaluate(() => {
        const told: string[] = [];
        class Told extends EventTarget {
          static readonly permission = 'granted';
          static readonly requestPermission = async () => 'granted';
          constructor(title: string) {
            super();
            told.push(title);
          }
        }
        Object.assign(window, { told, Notification: Told });
        document.hasFocus = () => false;
      });
      await k.command('settings');
      await k.page.getByRole('group', { name: 'Tell incidents' }).getByRole('button', { name: 'While' }).click();
      await k.page.keyboard.press('Escape');
      await k.command('Try the sample');
      await k.page.waitForFunction(() => (window as unknown as { told: string[] }).told.length > 0, undefined, {
        timeout: 15_000,
      });
    },
    'a sound': async (k) => {
      await k.command('settings');
      must(/sound/i.test(await k.page.locator('dialog').innerText()), 'Settings have no sound');
    },
    'a threshold of bytes or packets': async (k) => {
      await k.command('settings');
      const said = await k.page.locator('dialog').innerText();
      must(
        /threshold|at least .* (bytes|packets)|more than .* a second/i.test(said),
        'Settings have no threshold of traffic',
      );
    },
  }),
  evebox('alerts grouped by signature, host', 'sample', {
    'grouped by host, folded and unfolded': async (k) => {
      await incidents(k);
      await k.page.locator('.incident-bar button', { hasText: 'Host' }).click();
      await k.page.locator('.grid-row.group', { hasText: '2 incidents' }).waitFor();
      await k.page.locator('.alerts .grid').focus();
      await k.page.keyboard.press('Home');
      await k.page.keyboard.press('ArrowLeft');
      await k.page.waitForFunction(() => document.querySelectorAll('.incidents .grid-row:not([hidden])').length === 1);
      await k.page.keyboard.press('ArrowRight');
    },
    'grouped by evidence': async (k) => {
      await incidents(k);
      await k.page.locator('.incident-bar button', { hasText: 'Evidence' }).click();
      await k.page.locator('.grid-row.group').first().waitFor();
      await k.page.locator('.incident-bar button', { hasText: 'Nothing' }).click();
      await k.page.locator('.grid-row.group').first().waitFor({ state: 'hidden' });
    },
  }),
  evebox('escalate, archive, comment', 'sample', {
    'a state is given': async (k) => {
      await incidents(k);
      await k.page.keyboard.press('s');
      await k.page.locator('dialog .choice', { hasText: 'In work' }).click();
      await k.page.locator('.grid-row.selected .i-state', { hasText: 'In work' }).waitFor();
    },
    'a comment is written, and stands in the trail': async (k) => {
      await write(k, 'n', 'looked at by the review');
      await k.page.locator('.notes p', { hasText: 'looked at by the review' }).waitFor();
      await k.page.locator('.trail li', { hasText: 'note' }).first().waitFor();
    },
    'closed, and filtered out of the list': async (k) => {
      await incidents(k);
      await k.page.keyboard.press('s');
      await k.page.locator('dialog .choice', { hasText: 'Closed: true' }).click();
      await k.page.locator('.grid-row.selected .i-state', { hasText: 'Closed' }).waitFor();
      await oneIncident(k, 'incident.state == new');
    },
    'Allow asks before it acts': async (k) => {
      await incidents(k);
      await k.page.keyboard.press('a');
      await k.page.locator('.allow-preview', { hasText: /silences \d of the 2/ }).waitFor();
    },
  }),
  evebox('signatures (Suricata), IOC lists', 'sample', {
    'rules of Suricata': (k) => command(k, 'suricata', 'no command takes rules of Suricata'),
    'a list of indicators': (k) => command(k, 'indicator', 'no command takes a list of indicators'),
  }),
  evebox('sorting and filtering of alerts', 'sample', {
    'heads sort': async (k) => {
      await incidents(k);
      const flows = k.page.locator('.incidents .heads .head-button', { hasText: 'Flows' });
      const first = (): Promise<string> => k.page.locator('.incidents .grid-row[aria-rowindex="1"]').innerText();
      await flows.click();
      await k.page.waitForTimeout(400);
      const up = await first();
      await flows.click();
      await k.page.waitForTimeout(400);
      const down = await first();
      await flows.click();
      must(up !== down, 'both directions begin with the same incident');
    },
    'the bar filters them': async (k) => {
      await incidents(k);
      await oneIncident(k, 'incident.gravity == malicious', async () => {
        must(
          (await k.page.locator('.incidents .grid-row:not([hidden])').count()) === 1,
          'the list shows another number',
        );
      });
    },
  }),
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
      must(
        html.includes('<svg') && /[0-9a-f]{64}/.test(html) && !/<script|src="http/.test(html),
        'pictures or hash lack',
      );
      const looked = await k.page.context().newPage();
      await looked.setContent(html);
      const pdf = await looked.pdf({ format: 'A4' });
      await looked.close();
      must(pdf.subarray(0, 5).toString() === '%PDF-' && pdf.length > 10_000, 'it does not print to a PDF');
    },
    'MISP or STIX': async (k) => {
      const help = k.cli('report', '--help').stdout;
      must(/misp|stix/i.test(help), 'the report is HTML (printed, a PDF); MISP and STIX are not written');
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
      await said
        .locator('xpath=ancestor-or-self::*[.//button][1]')
        .locator('button', { hasText: 'show' })
        .first()
        .click();
      await k.page.locator('.filter-status', { hasText: new RegExp(`^${number} of`) }).waitFor();
      await k.app.filter('');
    },
  }),
];
